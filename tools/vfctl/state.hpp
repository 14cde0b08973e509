// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>

#include <vfctl/vf.hpp>

#include "table.hpp"

namespace vfctl::tool {

/// What has become of a VF's limit, for a table: "in-force"; empty where it is not known.
cell state_cell(const vf_info& vf);

/// The same in full: "pending: the link of eth0 is down".
cell state_in_full(const vf_info& vf);

/// While a limit is pending, a sentence that says so and why; else empty.
std::string pending_note(const vf_info& vf);

/// For a VF that does not exist now, a sentence that says whose its limits are.
std::string absent_note(const vf_ref& vf);

/// For a VF that was set and could not be read after that, a sentence that says so.
std::string unread_note(const vf_ref& vf);

} // namespace vfctl::tool
