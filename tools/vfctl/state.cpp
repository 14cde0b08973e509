// SPDX-License-Identifier: GPL-2.0-only
#include "state.hpp"

#include <fmt/core.h>

#include "input.hpp"
#include "units.hpp"

namespace vfctl::tool {

namespace {

style look_of(limit_state state)
{
	const bool waits = state == limit_state::pending || state == limit_state::absent;
	return waits ? style::warning : style::plain;
}

} // namespace

cell state_cell(const vf_info& vf)
{
	if (!vf.state)
		return {};
	return {std::string(to_string(*vf.state)), look_of(*vf.state)};
}

cell state_in_full(const vf_info& vf)
{
	cell result = state_cell(vf);
	if (vf.pending_reason)
		result.text += fmt::format(": {}", *vf.pending_reason);
	return result;
}

std::string pending_note(const vf_info& vf)
{
	if (vf.state != limit_state::pending)
		return {};
	return fmt::format("the limit of {} is pending{}", label(vf),
			   vf.pending_reason ? fmt::format(": {}", *vf.pending_reason) : "");
}

std::string absent_note(const vf_ref& vf)
{
	return fmt::format("{} does not exist now, the next VF of that number has these limits",
			   to_string(vf));
}

std::string unread_note(const vf_ref& vf)
{
	return fmt::format("{} was set and could not be read after that: it may have gone since",
			   to_string(vf));
}

} // namespace vfctl::tool
