// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vfctl/pf.hpp>

#include <tuple>

namespace vfctl {

bool operator==(const capabilities& a, const capabilities& b) noexcept
{
	const auto parts = [](const capabilities& c) {
		return std::tie(c.stats, c.max_rate, c.min_rate, c.guest_soft);
	};
	return parts(a) == parts(b);
}

bool operator==(const pf_info& a, const pf_info& b)
{
	const auto parts = [](const pf_info& p) {
		return std::tie(p.index, p.name, p.bus_address, p.driver, p.provider, p.vfs,
				p.total_vfs, p.link_speed, p.interval, p.caps, p.kept_interval,
				p.sample_time, p.look_interval, p.keep_limits);
	};
	return parts(a) == parts(b);
}

std::string to_string(const pf_ref& pf)
{
	if (pf.index())
		return '#' + std::to_string(pf.index());
	return std::string(pf.name());
}

} // namespace vfctl
