// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdio>
#include <cstdlib>

// Ends the fuzzer, which then keeps the input, where something that must hold does not.
#define REQUIRE(what)                                                                              \
	do {                                                                                       \
		if (!(what)) {                                                                     \
			std::fprintf(stderr, "%s:%d: does not hold: %s\n", __FILE__, __LINE__,     \
				     #what);                                                       \
			std::abort();                                                              \
		}                                                                                  \
	} while (false)
