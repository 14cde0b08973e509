// SPDX-License-Identifier: GPL-2.0-only
#include "catch.hpp"

#include "accum.hpp"

#include <cstdint>

using namespace vfctl::test;

namespace {

constexpr std::uint64_t ms = 1'000'000;
constexpr std::uint64_t s = 1'000 * ms;

// An 82576: 32 bits, 1 Gbit/s.
constexpr vfctl_accum_limits gigabit{.width = 32, .bytes_per_s = 125'000'000};
constexpr vfctl_accum_limits unknown{.width = 32, .bytes_per_s = 0};
constexpr vfctl_accum_limits unknown64{.width = 64, .bytes_per_s = 0};

constexpr std::uint64_t top = 1ULL << 32U;
constexpr std::uint64_t all_ones = top - 1;

// Bytes of a reading in no time at all, one second after the last one.
const std::uint64_t second = reference_max(gigabit, s);

vfctl_reading bytes(std::uint64_t time, std::uint64_t rx, std::uint64_t tx)
{
	return reading(time, time, {{VFCTL_CNT_RX_BYTES, rx}, {VFCTL_CNT_TX_BYTES, tx}});
}

vfctl_reading packets(std::uint64_t time, std::uint64_t rx, std::uint64_t tx)
{
	return reading(time, time, {{VFCTL_CNT_RX_PACKETS, rx}, {VFCTL_CNT_TX_PACKETS, tx}});
}

// The state after one reading at one second.
vfctl_accum started(const vfctl_reading& r, const vfctl_accum_limits& limits = gigabit)
{
	vfctl_accum acc{};
	REQUIRE(vfctl_accum_add(&acc, &r, &limits) == VFCTL_ACCUM_FIRST);
	return acc;
}

vfctl_accum_result add(vfctl_accum& acc, const vfctl_reading& r,
		       const vfctl_accum_limits& limits = gigabit)
{
	return vfctl_accum_add(&acc, &r, &limits);
}

void check_discarded(vfctl_accum acc, const vfctl_reading& r,
		     const vfctl_accum_limits& limits = gigabit)
{
	const vfctl_accum before = acc;
	CHECK(add(acc, r, limits) == VFCTL_ACCUM_DISCARDED);
	CHECK(same(acc, before));
}

} // namespace

TEST_CASE("the first reading is the baseline")
{
	const auto acc = started(reading(s, s + 5, {{VFCTL_CNT_RX_BYTES, 4711}}));

	CHECK(acc.time_ns == s + 5);
	CHECK(acc.begin_ns == s);
	CHECK(acc.present == 1U << VFCTL_CNT_RX_BYTES);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 0);
	CHECK(acc.raw[VFCTL_CNT_RX_BYTES] == 4711);
	CHECK(acc.resets == 0);
	CHECK(acc.gaps == 0);
}

TEST_CASE("a total grows with its counter")
{
	auto acc = started(bytes(s, 1000, 2000));

	CHECK(add(acc, bytes(2 * s, 1500, 2000)) == VFCTL_ACCUM_OK);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 500);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 0);
	CHECK(add(acc, bytes(3 * s, 1501, 2700)) == VFCTL_ACCUM_OK);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 501);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 700);
	CHECK(acc.time_ns == 3 * s);
}

TEST_CASE("a counter that wraps goes on")
{
	auto acc = started(bytes(s, top - 100, 5000));

	CHECK(add(acc, bytes(2 * s, 50, 6000)) == VFCTL_ACCUM_OK);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 150);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 1000);
	CHECK(acc.resets == 0);
}

TEST_CASE("bits above the width of a counter are ignored")
{
	auto acc = started(bytes(s, 0xabcULL << 32U | 10, 20));

	CHECK(add(acc, bytes(2 * s, 0xdefULL << 32U | 30, 20)) == VFCTL_ACCUM_OK);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 20);

	acc = started(bytes(s, 2'000'000'000, 60));
	CHECK(add(acc, bytes(2 * s, 0xabcULL << 32U | 30, 0xabcULL << 32U | 6000)) ==
	      VFCTL_ACCUM_RESET);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 30);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 6000);
}

TEST_CASE("a counter that cannot have wrapped was cleared")
{
	auto acc = started(bytes(s, 2'000'000'000, 3'000'000'000));

	CHECK(add(acc, bytes(2 * s, 700, 90)) == VFCTL_ACCUM_RESET);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 700);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 90);
	CHECK(acc.resets == 1);
	CHECK(add(acc, bytes(3 * s, 800, 100)) == VFCTL_ACCUM_OK);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 800);
}

TEST_CASE("one cleared counter means that all were, also those that look as if they went on")
{
	auto acc = started(reading(s, s,
				   {{VFCTL_CNT_RX_BYTES, 2'000'000'000},
				    {VFCTL_CNT_TX_BYTES, 60},
				    {VFCTL_CNT_TX_PACKETS, 1}}));

	CHECK(add(acc, reading(2 * s, 2 * s,
			       {{VFCTL_CNT_RX_BYTES, 700},
				{VFCTL_CNT_TX_BYTES, 6000},
				{VFCTL_CNT_TX_PACKETS, 100}})) == VFCTL_ACCUM_RESET);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 700);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 6000);
	CHECK(acc.total[VFCTL_CNT_TX_PACKETS] == 100);
}

TEST_CASE("a cleared counter may stand at the most that can have been moved since")
{
	auto acc = started(bytes(s, 3'000'000'000, 60));

	SECTION("at the most: all were cleared")
	{
		CHECK(add(acc, bytes(2 * s, second, 6000)) == VFCTL_ACCUM_RESET);
		CHECK(acc.total[VFCTL_CNT_RX_BYTES] == second);
		CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 6000);
	}
	SECTION("above it: each one is judged alone")
	{
		CHECK(add(acc, bytes(2 * s, second + 1, 6000)) == VFCTL_ACCUM_RESET);
		CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 0);
		CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 5940);
	}
}

TEST_CASE("one cleared counter unmasks a wrap of another one as cleared, too")
{
	auto acc = started(bytes(s, 2'000'000'000, top - 1000));

	CHECK(add(acc, bytes(2 * s, 700, 5)) == VFCTL_ACCUM_RESET);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 5);
}

TEST_CASE("a packet counter is judged by the shortest frame")
{
	const auto most = second / 64;
	auto acc = started(packets(s, 100, top - most + 7));

	SECTION("as many as fit")
	{
		CHECK(add(acc, packets(2 * s, 100 + most, 7)) == VFCTL_ACCUM_OK);
		CHECK(acc.total[VFCTL_CNT_RX_PACKETS] == most);
		CHECK(acc.total[VFCTL_CNT_TX_PACKETS] == most);
	}
	SECTION("one too many forward")
	{
		CHECK(add(acc, packets(2 * s, 100 + most + 1, 7)) == VFCTL_ACCUM_RESET);
		CHECK(acc.total[VFCTL_CNT_RX_PACKETS] == 0);
	}
	SECTION("one too many for a wrap")
	{
		CHECK(add(acc, packets(2 * s, 100, 8)) == VFCTL_ACCUM_RESET);
		CHECK(acc.total[VFCTL_CNT_TX_PACKETS] == 8);
	}
}

TEST_CASE("an octet counter is judged by what the device can move")
{
	auto acc = started(bytes(s, 100, top - second + 7));

	SECTION("as much as possible")
	{
		CHECK(add(acc, bytes(2 * s, 100 + second, 7)) == VFCTL_ACCUM_OK);
		CHECK(acc.total[VFCTL_CNT_RX_BYTES] == second);
		CHECK(acc.total[VFCTL_CNT_TX_BYTES] == second);
	}
	SECTION("one octet too many forward: neither the step nor the value is possible")
	{
		CHECK(add(acc, bytes(2 * s, 100 + second + 1, 7)) == VFCTL_ACCUM_RESET);
		CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 0);
	}
	SECTION("one octet too many for a wrap")
	{
		CHECK(add(acc, bytes(2 * s, 100, 8)) == VFCTL_ACCUM_RESET);
		CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 8);
		CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 100);
	}
}

TEST_CASE("what a cleared counter shows is added only if it can have been moved since")
{
	auto acc = started(bytes(s, 3'000'000'000, 3'000'000'000));

	CHECK(add(acc, bytes(2 * s, second, second + 1)) == VFCTL_ACCUM_RESET);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == second);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 0);
	CHECK(acc.resets == 1);
}

TEST_CASE("elapsed time runs from the begin of the last reading to the end of this one")
{
	auto acc = started(reading(s, 2 * s, {{VFCTL_CNT_RX_BYTES, 0}}));
	const auto most = reference_max(gigabit, 4 * s);

	SECTION("all of it")
	{
		CHECK(add(acc, reading(3 * s, 5 * s, {{VFCTL_CNT_RX_BYTES, most}})) ==
		      VFCTL_ACCUM_OK);
	}
	SECTION("no more")
	{
		CHECK(add(acc, reading(3 * s, 5 * s, {{VFCTL_CNT_RX_BYTES, most + 1}})) ==
		      VFCTL_ACCUM_RESET);
	}
	CHECK(acc.begin_ns == 3 * s);
	CHECK(acc.time_ns == 5 * s);
}

TEST_CASE("a reset in the midst of a reading costs nothing")
{
	// The first counter was read before the reset, the second one after it.
	auto acc = started(bytes(s, 2'000'000'000, 3'000'000'000));

	CHECK(add(acc, bytes(2 * s, 2'000'000'500, 0)) == VFCTL_ACCUM_RESET);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 500);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 0);
	CHECK(add(acc, bytes(3 * s, 40, 60)) == VFCTL_ACCUM_RESET);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 540);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 60);
}

TEST_CASE("a counter that is off does not spoil the others")
{
	auto acc = started(bytes(s, 2'000'000'000, 1'000'000'000));

	CHECK(add(acc, bytes(2 * s, 2'000'000'500, 2'000'000'000)) == VFCTL_ACCUM_RESET);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 500);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 0);
	CHECK(add(acc, bytes(3 * s, 2'000'000'600, 2'000'000'001)) == VFCTL_ACCUM_OK);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 1);
}

TEST_CASE("a reading of a device that is gone is discarded")
{
	const auto acc = started(bytes(s, 100, top - 500));
	const vfctl_accum none{};

	check_discarded(acc, bytes(2 * s, all_ones, all_ones));
	check_discarded(acc, bytes(2 * s, ~0ULL, ~0ULL));
	check_discarded(none, bytes(2 * s, all_ones, all_ones));
	check_discarded(none, bytes(2 * s, ~0ULL, ~0ULL), unknown64);
	check_discarded(started(bytes(s, 1, 1), unknown64), bytes(2 * s, ~0ULL, ~0ULL), unknown64);
}

TEST_CASE("a reading without counters is discarded")
{
	check_discarded(started(bytes(s, 1, 1)), reading(2 * s, 2 * s, {}));
	check_discarded({}, reading(2 * s, 2 * s, {}));
}

TEST_CASE("counters of an unknown kind are ignored")
{
	auto r = bytes(2 * s, 5, 6);
	r.present |= 1U << VFCTL_CNT_MAX | 1U << 31U;
	auto acc = started(bytes(s, 1, 1));

	CHECK(add(acc, r) == VFCTL_ACCUM_OK);
	CHECK(acc.present == bytes(s, 0, 0).present);

	r.present &= 1U << 31U;
	check_discarded(acc, r);
}

TEST_CASE("a reading during which the device went away is discarded")
{
	const auto acc = started(bytes(s, 100, 2'000'000'000));

	check_discarded(acc, bytes(2 * s, 200, all_ones));
	check_discarded(started(bytes(s, 100, all_ones - second - 1)), bytes(2 * s, 200, all_ones));
}

TEST_CASE("a counter of all ones is taken if it can have got there")
{
	auto far = started(bytes(s, 100, all_ones - second));
	CHECK(add(far, bytes(2 * s, 200, all_ones)) == VFCTL_ACCUM_OK);
	CHECK(far.total[VFCTL_CNT_TX_BYTES] == second);

	auto acc = started(bytes(s, 100, all_ones - 10));

	CHECK(add(acc, bytes(2 * s, 200, all_ones)) == VFCTL_ACCUM_OK);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 10);
	CHECK(add(acc, bytes(3 * s, 200, all_ones)) == VFCTL_ACCUM_OK);
	CHECK(add(acc, bytes(4 * s, 200, 4)) == VFCTL_ACCUM_OK);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 15);
}

TEST_CASE("a counter of all ones is no baseline")
{
	auto acc = started(bytes(s, 100, all_ones));
	CHECK(acc.present == 1U << VFCTL_CNT_RX_BYTES);

	CHECK(add(acc, bytes(2 * s, 200, 50'000)) == VFCTL_ACCUM_OK);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 0);
	CHECK(add(acc, bytes(3 * s, 200, 50'001)) == VFCTL_ACCUM_OK);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 1);
}

TEST_CASE("a reading that does not lie wholly after the last one is discarded")
{
	const auto acc = started(reading(s, 2 * s, {{VFCTL_CNT_RX_BYTES, 100}}));
	const auto at = [](std::uint64_t begin, std::uint64_t end) {
		return reading(begin, end, {{VFCTL_CNT_RX_BYTES, 200}});
	};

	check_discarded(acc, at(s / 2, s / 2));  // before it
	check_discarded(acc, at(s, 2 * s));      // the same
	check_discarded(acc, at(s + ms, 3 * s)); // overlapping
	check_discarded(acc, at(4 * s, 3 * s));  // backward in itself
	check_discarded(acc, at(2 * s, 2 * s));  // time stands still
	check_discarded({}, at(4 * s, 3 * s));
	check_discarded({}, at(0, 0));

	auto after = acc;
	CHECK(add(after, at(2 * s, 2 * s + 1)) == VFCTL_ACCUM_OK);
}

TEST_CASE("a clock that stands still loses nothing")
{
	auto acc = started(bytes(s, 100, 100));

	CHECK(add(acc, bytes(s, 90'000'000, 100)) == VFCTL_ACCUM_DISCARDED);
	CHECK(add(acc, bytes(2 * s, 100'000'000, 100)) == VFCTL_ACCUM_OK);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 99'999'900);
}

TEST_CASE("at an unknown rate, back by less than half of the range is a reset")
{
	// That is a modular step of half of the range and more.
	auto acc = started(bytes(s, top / 2 + 10, 7), unknown);

	SECTION("half")
	{
		CHECK(add(acc, bytes(2 * s, 10, 8), unknown) == VFCTL_ACCUM_RESET);
		CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 10);
		CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 8);
	}
	SECTION("just less than half")
	{
		CHECK(add(acc, bytes(2 * s, 9, 8), unknown) == VFCTL_ACCUM_OK);
		CHECK(acc.total[VFCTL_CNT_RX_BYTES] == top / 2 - 1);
		CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 1);
	}
}

TEST_CASE("at an unknown rate, any step forward is taken")
{
	auto acc = started(bytes(s, 0, 0), unknown);
	CHECK(add(acc, bytes(s + 1, all_ones - 1, 0), unknown) == VFCTL_ACCUM_OK);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == all_ones - 1);

	auto wide = started(bytes(s, 0, 0), unknown64);
	CHECK(add(wide, bytes(s + 1, 1ULL << 62U, 0), unknown64) == VFCTL_ACCUM_OK);
	CHECK(wide.total[VFCTL_CNT_RX_BYTES] == 1ULL << 62U);
	CHECK(wide.gaps == 0);
}

TEST_CASE("at an unknown rate, long silence is no gap")
{
	auto acc = started(bytes(s, 0, 0), unknown);
	CHECK(add(acc, bytes(100'000 * s, 50, 0), unknown) == VFCTL_ACCUM_OK);
	CHECK(acc.gaps == 0);
}

TEST_CASE("a 64-bit counter never wraps")
{
	auto acc = started(bytes(s, ~0ULL - 5, 10), unknown64);
	CHECK(add(acc, bytes(2 * s, 4, 20), unknown64) == VFCTL_ACCUM_RESET);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 4);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 20);

	constexpr vfctl_accum_limits fast{.width = 64, .bytes_per_s = ~0ULL};
	acc = started(bytes(s, ~0ULL - 5, 10), fast);
	CHECK(add(acc, bytes(9 * s, 4, 20), fast) == VFCTL_ACCUM_RESET);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 4);
}

TEST_CASE("a counter of a driver that goes back a little does not add a lifetime's count")
{
	const std::uint64_t lifetime = 1'000'000'000'000'000;
	auto acc = started(bytes(s, lifetime, lifetime), unknown64);

	CHECK(add(acc, bytes(2 * s, lifetime - 3, lifetime + 5), unknown64) == VFCTL_ACCUM_RESET);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 0);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 5);
}

TEST_CASE("from the time on in which an octet counter can wrap twice there is a gap")
{
	std::uint64_t low = s;
	std::uint64_t high = 100 * s;
	while (low < high) { // the first time at which it can
		const auto middle = low + (high - low) / 2;
		if (reference_max(gigabit, middle) >= top)
			high = middle;
		else
			low = middle + 1;
	}
	CHECK(low / s == 34);

	auto acc = started(bytes(s, 1000, 1000));
	SECTION("just before")
	{
		CHECK(add(acc, bytes(s + low - 1, 999, 1500)) == VFCTL_ACCUM_OK);
		CHECK(acc.gaps == 0);
		CHECK(acc.total[VFCTL_CNT_RX_BYTES] == top - 1);
	}
	SECTION("then")
	{
		CHECK(add(acc, bytes(s + low, 999, 1500)) == VFCTL_ACCUM_GAP);
		CHECK(acc.gaps == 1);
		CHECK(acc.total[VFCTL_CNT_RX_BYTES] == top - 1);
		CHECK(acc.resets == 0);
	}
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 500);
}

TEST_CASE("packet counters tell a reset even across a gap of the octet counters")
{
	auto acc = started(reading(
		s, s,
		{{VFCTL_CNT_RX_BYTES, 2'000'000'000}, {VFCTL_CNT_RX_PACKETS, 2'000'000'000}}));

	CHECK(add(acc, reading(41 * s, 41 * s,
			       {{VFCTL_CNT_RX_BYTES, 640}, {VFCTL_CNT_RX_PACKETS, 10}})) ==
	      VFCTL_ACCUM_RESET);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 640);
	CHECK(acc.total[VFCTL_CNT_RX_PACKETS] == 10);
	CHECK(acc.resets == 1);
	CHECK(acc.gaps == 1);
}

TEST_CASE("a packet counter alone has its gap later")
{
	auto acc = started(packets(s, 0, 0));
	CHECK(add(acc, packets(1001 * s, 5, 0)) == VFCTL_ACCUM_OK);
	CHECK(add(acc, packets(4001 * s, 5, 0)) == VFCTL_ACCUM_GAP);
}

TEST_CASE("a counter that appears later starts at its own baseline")
{
	auto acc = started(reading(s, s, {{VFCTL_CNT_RX_BYTES, 100}}));

	CHECK(add(acc, bytes(2 * s, 150, 99'999)) == VFCTL_ACCUM_OK);
	CHECK(acc.present == bytes(s, 0, 0).present);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 50);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 0);
	CHECK(acc.gaps == 0);
	CHECK(add(acc, bytes(3 * s, 150, 100'000)) == VFCTL_ACCUM_OK);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 1);
}

TEST_CASE("a counter that appears together with a reset starts at its own baseline")
{
	auto acc = started(reading(s, s, {{VFCTL_CNT_RX_BYTES, 2'000'000'000}}));

	CHECK(add(acc, bytes(2 * s, 150, 300)) == VFCTL_ACCUM_RESET);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 150);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 0);
}

TEST_CASE("a counter that was away keeps its total and counts as a gap when it is back")
{
	auto acc = started(bytes(s, 100, 100));
	CHECK(add(acc, bytes(2 * s, 200, 300)) == VFCTL_ACCUM_OK);

	CHECK(add(acc, reading(3 * s, 3 * s, {{VFCTL_CNT_RX_BYTES, 300}})) == VFCTL_ACCUM_OK);
	CHECK(acc.present == 1U << VFCTL_CNT_RX_BYTES);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 200);

	CHECK(add(acc, bytes(4 * s, 400, 20)) == VFCTL_ACCUM_GAP);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 300);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 200);
	CHECK(acc.gaps == 1);
	CHECK(acc.resets == 0);

	CHECK(add(acc, bytes(5 * s, 400, 21)) == VFCTL_ACCUM_OK);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 201);
}

TEST_CASE("when all counters change places, nothing is invented")
{
	auto acc = started(reading(s, s, {{VFCTL_CNT_RX_BYTES, 100}}));

	CHECK(add(acc, reading(2 * s, 2 * s, {{VFCTL_CNT_TX_BYTES, 5}})) == VFCTL_ACCUM_OK);
	CHECK(add(acc, reading(3 * s, 3 * s, {{VFCTL_CNT_RX_BYTES, 50}})) == VFCTL_ACCUM_GAP);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == 0);
	CHECK(acc.total[VFCTL_CNT_TX_BYTES] == 0);
}

TEST_CASE("a total stops at the largest number")
{
	auto acc = started(bytes(s, 0, 0), unknown64);
	acc.total[VFCTL_CNT_RX_BYTES] = ~0ULL - 10;

	CHECK(add(acc, bytes(2 * s, 10, 0), unknown64) == VFCTL_ACCUM_OK);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == ~0ULL);
	CHECK(add(acc, bytes(3 * s, 20, 0), unknown64) == VFCTL_ACCUM_OK);
	CHECK(acc.total[VFCTL_CNT_RX_BYTES] == ~0ULL);
}

TEST_CASE("a width of nothing is refused rather than shifted by")
{
	check_discarded({}, bytes(s, 5, 6), {.width = 0, .bytes_per_s = 1});
}

TEST_CASE("the possible bytes are those of exact arithmetic")
{
	CHECK(vfctl_accum_max_bytes(0, s) == 65536 + 9728);
	CHECK(vfctl_accum_max_bytes(125'000'000, 0) == 65536 + 9728);
	CHECK(vfctl_accum_max_bytes(125'000'000, s) == 125'000'000 + 122'070 + 65536 + 9728);
	CHECK(vfctl_accum_max_bytes(~0ULL, ~0ULL) == ~0ULL);
	CHECK(vfctl_accum_max_bytes(~0ULL, s) == ~0ULL);
	CHECK(vfctl_accum_max_bytes(1, ~0ULL) ==
	      reference_max({.width = 64, .bytes_per_s = 1}, ~0ULL));

	generator random{first_seed()};
	for (int i = 0; i < 100'000; i++) {
		const auto rate = random.up_to(~0ULL);
		const auto elapsed = random.up_to(~0ULL);
		INFO("rate " << rate << " elapsed " << elapsed);
		const auto expected = reference_max({.width = 64, .bytes_per_s = rate}, elapsed);
		if (vfctl_accum_max_bytes(rate, elapsed) != expected)
			REQUIRE(vfctl_accum_max_bytes(rate, elapsed) == expected);
	}
}
