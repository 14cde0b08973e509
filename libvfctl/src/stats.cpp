// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vfctl/stats.hpp>

#include <algorithm>
#include <tuple>

namespace vfctl {

bool operator==(const counters& a, const counters& b) noexcept
{
	return std::all_of(all_counters.begin(), all_counters.end(),
			   [&](counter c) { return a[c] == b[c]; });
}

bool operator==(const vf_stats& a, const vf_stats& b)
{
	const auto parts = [](const vf_stats& s) {
		return std::tie(s.pf_index, s.pf_name, s.number, s.index, s.name, s.time, s.resets,
				s.gaps, s.counters);
	};
	return parts(a) == parts(b);
}

std::string_view to_string(counter c)
{
	static constexpr std::array<std::string_view, counter_count> names = {
		"rx_packets",
		"tx_packets",
		"rx_bytes",
		"tx_bytes",
		"rx_multicast",
		"rx_broadcast",
		"rx_dropped",
		"tx_dropped",
		"rx_loopback_packets",
		"tx_loopback_packets",
		"rx_loopback_bytes",
		"tx_loopback_bytes",
	};
	const auto i = static_cast<std::size_t>(c);

	return i < names.size() ? names[i] : "unknown";
}

} // namespace vfctl
