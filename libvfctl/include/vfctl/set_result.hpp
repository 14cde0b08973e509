// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <vfctl/export.hpp>
#include <vfctl/vf.hpp>

namespace vfctl {

/// What a call did that sets limits.
enum class set_outcome : std::uint8_t {
	set,       ///< the limits were set
	differs,   ///< nothing was sent: the limits, or the VF, were not any more what was read
	overwrote, ///< the limits were set, over a change of somebody else's; see set_result::before
};

/// "set", "differs", "overwrote".
VFCTL_EXPORT std::string_view to_string(set_outcome outcome);

/// What came of a call that sets limits.
struct set_result {
	set_outcome outcome = set_outcome::set;

	/// The VF as it is: after the change, or as it was found where it differs. Its state tells
	/// whether the device applies the limits or they are pending, and pending_reason why.
	///
	/// With the module, the kernel reads it in the same system call, right after the change.
	/// Somebody else may come in between: then it tells of their change, which is what is so.
	/// With rtnetlink, it is what the list of the PF said before, with the rates that the driver
	/// has accepted; there is no state.
	///
	/// Absent where the VF could not be read after the change. Most often the VF went right after
	/// it; the module may also have been unloaded, or the kernel's answer was lost.
	std::optional<vf_info> now;

	/// What client::set_if_unchanged() found right before the change; else absent.
	std::optional<vf_info> before;

	friend bool operator==(const set_result& a, const set_result& b)
	{
		return a.outcome == b.outcome && a.now == b.now && a.before == b.before;
	}
	friend bool operator!=(const set_result& a, const set_result& b) { return !(a == b); }
};

} // namespace vfctl
