// SPDX-License-Identifier: GPL-2.0-only
#include "action.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <thread>

namespace stress {

namespace {

constexpr std::array kinds = {
	action_kind{"rate", "sets limits of a VF: by netlink, tx_maxrate, bandwidth_allocation",
		    true, make_rate},
	action_kind{"dump", "reads PFs, VFs and counters by netlink, all or one", true, make_dump},
	action_kind{"ethtool", "reads a stub's counters as ethtool -S does", true, make_ethtool},
	action_kind{"numvfs", "writes sriov_numvfs", true, make_numvfs},
	action_kind{"unbind", "takes a PF from its driver, and gives it back with VFs", true,
		    make_unbind},
	action_kind{"rename", "renames a PF, also to a name too long for its stubs", false,
		    make_rename},
	action_kind{"netns", "moves a PF to another network namespace, which may go away", false,
		    make_netns},
	action_kind{"module", "removes and loads vfctl", false, make_module},
	action_kind{"driver", "removes and loads the PFs' driver", false, make_driver},
};

} // namespace

std::span<const action_kind> all_actions()
{
	return kinds;
}

const action_kind& action_named(std::string_view name)
{
	const auto* found = std::find_if(kinds.begin(), kinds.end(), [&](const action_kind& kind) {
		return kind.name == name;
	});
	if (found == kinds.end())
		throw failure("there is no action \"" + std::string(name) + "\"");
	return *found;
}

void pause(choices& choose, unsigned most_ms)
{
	const bool none = choose.one_in(2);
	const auto us = choose.up_to(most_ms * 1000U);

	if (!none && us != 0)
		std::this_thread::sleep_for(std::chrono::microseconds(us));
}

void linger(choices& choose, clock::duration took)
{
	constexpr std::uint64_t steps = 16;
	constexpr clock::duration least = std::chrono::milliseconds(25);

	std::this_thread::sleep_for(4 * std::max(took, least) / steps * choose.between(0, steps));
}

} // namespace stress
