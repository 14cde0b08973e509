// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "action.hpp"
#include "session.hpp"

namespace stress {

/// Two kinds of action against each other, perhaps the same one.
struct pairing {
	const action_kind* first;
	const action_kind* second;

	std::string name() const;
};

/// "rate,numvfs"
pairing pairing_named(std::string_view name);

/// All that there are with this driver, in an order that follows from the seed.
std::vector<pairing> all_pairings(bool igb, std::uint64_t seed);

/// How the threads of a pairing begin follows from the seed and from its name, not from what was
/// raced before, so that it can be run again alone.
///
/// It takes so many seconds, or as many more as each needs to have succeeded a few times. At the end
/// all has to be as it should, also when nothing is repaired; then the host is brought to rest.
/// Returns a line of what came of it. Throws failure.
std::string race(session& with, const pairing& who, std::uint64_t seed, double seconds);

} // namespace stress
