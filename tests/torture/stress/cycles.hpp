// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "action.hpp"
#include "session.hpp"

namespace stress {

/// What comes and goes again and again.
enum class cycle {
	numvfs, ///< VFs of all PFs
	module, ///< vfctl
};

/// Does that so many times, each until the stubs are there and gone again, with other actions going
/// on beside it, and prints what was held before and after. Throws failure where something is held
/// that was not before.
void run_cycles(session& with, cycle what, unsigned times,
		const std::vector<const action_kind*>& beside, std::uint64_t seed);

} // namespace stress
