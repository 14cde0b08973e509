// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "operation.hpp"

namespace failnth {

class faults;

/// What has come of a sweep.
struct tally {
	unsigned int injected = 0; ///< runs in which something failed
	unsigned int told = 0;     ///< of these: in how many the caller was told
	unsigned int last = 0;     ///< the first number at which nothing was left to fail
};

/// Runs the operation with its first allocation failing, its second, and so on until there is
/// none more.
/// \param step  1 for each of them, 3 for every third
/// \throws wrong  where a run was not as it has to be, or no run had anything to fail
tally sweep(operation& what, faults& how, unsigned int step);

/// Was the caller told of a failure in a way to be understood, if at all?
void require_told(const outcome& came);

} // namespace failnth
