// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <vfctl/client.hpp>

#include "command.hpp"

namespace vfctl::tool {

/// Other limits for a VF; only those that differ from what it has.
struct limit_change {
	vf_info vf; ///< as it is before
	limits to;

	bool empty() const { return to == limits{}; }
};

/// What is to change for a VF to have these limits. One that is not known of the VF and is to be
/// none is taken to be so.
limit_change change_to(vf_info vf, const limits& wanted);

/// "eth0/1: hard 500Mbit -> 300Mbit, soft none -> 200Mbit"
std::string describe(const limit_change& change, bool raw);

/// The same as JSON: the new limits, and the old ones in "old".
json to_json(const limit_change& change);

/// Requests that make the change, in their order. It takes two where a soft limit above the hard
/// one is wanted, as a VF has after its hard limit was lowered: the kernel refuses to set such a
/// pair at once.
std::vector<limits> requests(const limit_change& change);

/// Makes all changes. One that fails is reported at once, and those after it are made none the
/// less, unless the caller may change nothing at all.
/// \param done  what was done, as in "restored", for the sentence about what was not
/// \throws std::runtime_error  where any failed, with a sentence about which
void make_changes(context& ctx, const std::vector<limit_change>& changes, std::string_view done);

} // namespace vfctl::tool
