// SPDX-License-Identifier: GPL-2.0-only
#include "catch.hpp"

#include <cstdint>
#include <limits>

extern "C" {
#include "rate.h"
}

namespace {
constexpr auto u32_max = std::numeric_limits<std::uint32_t>::max();
constexpr auto u64_max = std::numeric_limits<std::uint64_t>::max();
} // namespace

TEST_CASE("the effective rate is the smaller of the limits that are set")
{
	CHECK(vfctl_rate_effective(0, 0) == 0);
	CHECK(vfctl_rate_effective(5'000'000, 0) == 5'000'000);
	CHECK(vfctl_rate_effective(0, 4'000'000) == 4'000'000);
	CHECK(vfctl_rate_effective(5'000'000, 4'000'000) == 4'000'000);
	CHECK(vfctl_rate_effective(4'000'000, 5'000'000) == 4'000'000);
	CHECK(vfctl_rate_effective(u64_max, u64_max - 1) == u64_max - 1);
	CHECK(vfctl_rate_effective(1ULL << 32U, 1ULL << 33U) == 1ULL << 32U);
}

TEST_CASE("a rate is rounded down to whole Mbit/s")
{
	CHECK(vfctl_rate_to_mbit(0) == 0);
	CHECK(vfctl_rate_to_mbit(VFCTL_RATE_MIN - 1) == 0);
	CHECK(vfctl_rate_to_mbit(VFCTL_RATE_MIN) == 1);
	CHECK(vfctl_rate_to_mbit(1'999'999) == 1);
	CHECK(vfctl_rate_to_mbit(2'000'000) == 2);
	CHECK(vfctl_rate_to_mbit(400'000'000'000) == 400'000);
}

TEST_CASE("a rate above what a driver's number holds becomes the largest number")
{
	const auto largest = std::uint64_t{u32_max} * 1'000'000;

	CHECK(vfctl_rate_to_mbit(largest) == u32_max);
	CHECK(vfctl_rate_to_mbit(largest - 1) == u32_max - 1);
	CHECK(vfctl_rate_to_mbit(largest + 1'000'000) == u32_max);
	CHECK(vfctl_rate_to_mbit(u64_max) == u32_max);
}

TEST_CASE("a driver's rate survives the way to bit/s and back")
{
	CHECK(vfctl_rate_from_mbit(0) == 0);
	CHECK(vfctl_rate_from_mbit(1) == VFCTL_RATE_MIN);
	for (const std::uint32_t mbit : {1U, 499U, 65535U, 4295U, 1'600'000U, u32_max}) {
		CHECK(vfctl_rate_from_mbit(mbit) == std::uint64_t{mbit} * 1'000'000);
		CHECK(vfctl_rate_to_mbit(vfctl_rate_from_mbit(mbit)) == mbit);
	}
}
