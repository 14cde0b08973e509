// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <optional>

#include <vfctl/vf.hpp>

namespace vfctl {

/// Are these the same VF? VFs that were made anew have the PF and number of those before, and other
/// stubs. The module tells of a state always, and of a stub where there is one: a VF that went, or
/// came, since it was read is another one.
inline bool is_same_vf(const vf_info& read, const vf_info& now)
{
	const auto is_absent = [](const vf_info& vf) {
		return vf.state == limit_state::absent;
	};

	if (read.pf_index != now.pf_index || read.number != now.number)
		return false;
	if (read.state && now.state)
		return read.index == now.index && is_absent(read) == is_absent(now);
	return !read.index || !now.index || *read.index == *now.index;
}

/// Is that the VF that was read, with the limits that it had? A limit that one of the two does not
/// tell is not compared.
inline bool is_unchanged(const vf_info& read, const vf_info& now)
{
	const auto same = [](const auto& a, const auto& b) {
		return !a || !b || *a == *b;
	};

	return is_same_vf(read, now) && same(read.hard, now.hard) && same(read.soft, now.soft) &&
	       same(read.min, now.min);
}

} // namespace vfctl
