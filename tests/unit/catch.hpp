// SPDX-License-Identifier: GPL-2.0-only
// Catch2 3, or 2 where a distribution has no other.
#pragma once

#if __has_include(<catch2/catch_test_macros.hpp>)
#include <catch2/catch_test_macros.hpp>
#else
#include <catch2/catch.hpp>
#endif
