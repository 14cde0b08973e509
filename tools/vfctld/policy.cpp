// SPDX-License-Identifier: GPL-2.0-only
#include "policy.hpp"

#include <algorithm>

#include <fnmatch.h>
#include <strings.h>

namespace vfctl::daemon {

namespace {

bool same_word(const std::string& a, const std::string& b)
{
	return ::strcasecmp(a.c_str(), b.c_str()) == 0;
}

bool matches(const vf_rule& rule, const vf_info& vf)
{
	switch (rule.kind) {
	case match_kind::device:
		return vf.name == rule.match ||
		       vf.pf_name + "/" + std::to_string(vf.number) == rule.match;
	case match_kind::mac:
		return vf.mac && same_word(vfctl::to_string(*vf.mac), rule.match);
	case match_kind::address:
		return vf.bus_address && same_word(*vf.bus_address, rule.match);
	case match_kind::name:
		return vf.name && ::fnmatch(rule.match.c_str(), vf.name->c_str(), 0) == 0;
	}
	return false;
}

} // namespace

std::string_view to_string(vf_mode mode)
{
	switch (mode) {
	case vf_mode::observe:
		return "observe";
	case vf_mode::adopt:
		return "adopt";
	case vf_mode::enforce:
		return "enforce";
	}
	return "unknown";
}

const vf_rule* rule_for(const policy& from, const vf_info& vf)
{
	const auto found = std::find_if(from.vfs.begin(), from.vfs.end(),
					[&](const vf_rule& rule) { return matches(rule, vf); });
	return found == from.vfs.end() ? nullptr : &*found;
}

const pf_rule* rule_for(const policy& from, const pf_info& pf)
{
	const auto found = std::find_if(from.pfs.begin(), from.pfs.end(), [&](const pf_rule& rule) {
		return rule.device == pf.name ||
		       (pf.bus_address && same_word(*pf.bus_address, rule.device));
	});
	return found == from.pfs.end() ? nullptr : &*found;
}

} // namespace vfctl::daemon
