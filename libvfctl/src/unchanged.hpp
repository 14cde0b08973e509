// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <optional>

#include <vfctl/vf.hpp>

namespace vfctl {

/// Is that the VF that was read, with the limits that it had? What one of the two does not tell is
/// not compared. VFs that were made anew have the PF and number of those before, and other stubs.
inline bool is_unchanged(const vf_info& read, const vf_info& now)
{
	const auto same = [](const auto& a, const auto& b) {
		return !a || !b || *a == *b;
	};

	return read.pf_index == now.pf_index && read.number == now.number &&
	       same(read.index, now.index) && same(read.hard, now.hard) &&
	       same(read.soft, now.soft) && same(read.min, now.min);
}

} // namespace vfctl
