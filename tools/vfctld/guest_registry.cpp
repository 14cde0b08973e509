// SPDX-License-Identifier: GPL-2.0-only
#include "guest_registry.hpp"

#include <algorithm>
#include <string>

#include <strings.h>

namespace vfctl::daemon {

namespace {

bool is(const vf_info& vf, const std::string& name)
{
	const auto same = [&](const std::string& other) {
		return ::strcasecmp(other.c_str(), name.c_str()) == 0;
	};
	return vf.name == name || vf.pf_name + "/" + std::to_string(vf.number) == name ||
	       (vf.bus_address && same(*vf.bus_address)) ||
	       (vf.mac && same(vfctl::to_string(*vf.mac)));
}

void add(std::vector<vf_info>& to, const std::vector<vf_info>& all,
	 const std::vector<std::string>& names)
{
	for (const auto& vf : all) {
		const auto named = [&](const std::string& name) {
			return is(vf, name);
		};
		if (std::any_of(names.begin(), names.end(), named))
			to.push_back(vf);
	}
}

} // namespace

std::vector<vf_info> guest_registry::vfs_of(std::uint32_t cid)
{
	const auto all = brain_.vfs();
	std::vector<vf_info> own;
	for (const auto& guest : brain_.wanted().guests) {
		if (guest.cid == cid)
			add(own, all, guest.vfs);
	}
	// What the policy says comes first; a guest is there in one place or the other.
	for (const auto& [name, guest] : records_.lasting().guests) {
		if (own.empty() && guest.cid == cid)
			add(own, all, guest.vfs);
	}
	// Events may not have told yet what was set just now.
	for (auto& vf : own)
		vf = kernel_.vf(vf_ref(vf));
	return own;
}

bool guest_registry::may_set_soft(const vf_info& vf)
{
	const vf_rule* rule = rule_for(brain_.wanted(), vf);
	return (rule == nullptr || rule->guest_soft) && vf.guest_soft.value_or(true);
}

void guest_registry::set_soft(const vf_info& vf, rate limit)
{
	limits wanted;
	wanted.soft = limit;
	kernel_.set(vf_ref(vf), wanted);
}

} // namespace vfctl::daemon
