// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <cstdint>
#include <limits>

#include "input.hpp"
#include "units.hpp"

using namespace vfctl;
using namespace vfctl::tool;
using namespace std::chrono_literals;

TEST_CASE("a limit is shown as tc prints it, or in bit/s")
{
	CHECK(show_limit(rate::from_mbits_per_sec(500), false) == "500Mbit");
	CHECK(show_limit(rate::from_bits_per_sec(1'234'567), false) == "1234567bit");
	CHECK(show_limit(rate::none(), false) == "none");
	CHECK(show_limit(rate::from_mbits_per_sec(500), true) == "500000000");
	CHECK(show_limit(rate::none(), true) == "0");
	CHECK(show_limit(std::nullopt, false).empty());
	CHECK(show_limit(std::nullopt, true).empty());
}

TEST_CASE("a count has three digits and a prefix")
{
	CHECK(show_count(0, false) == "0");
	CHECK(show_count(999, false) == "999");
	CHECK(show_count(1000, false) == "1.00k");
	CHECK(show_count(12'345, false) == "12.3k");
	CHECK(show_count(123'456, false) == "123k");
	CHECK(show_count(4'560'000'000, false) == "4.56G");
	CHECK(show_count(std::numeric_limits<std::uint64_t>::max(), false) == "18.4E");
	CHECK(show_count(12'345, true) == "12345");
	CHECK(show_count(std::nullopt, false).empty());
}

TEST_CASE("rounding goes over to the next prefix")
{
	CHECK(show_count(999'499, false) == "999k");
	CHECK(show_count(999'500, false) == "1.00M");
	CHECK(show_count(9'994, false) == "9.99k");
	CHECK(show_count(9'996, false) == "10.0k");
	CHECK(show_count(99'960, false) == "100k");
}

TEST_CASE("figures per second")
{
	CHECK(show_per_second(482'123'456.0, false) == "482M");
	CHECK(show_per_second(0.25, false) == "0.25");
	CHECK(show_per_second(0.0, false) == "0");
	CHECK(show_per_second(482'123'456.4, true) == "482123456");
	CHECK(show_bits(1'250'000'000.0, false) == "1.25Gbit");
	CHECK(show_bits(1'250'000'000.0, true) == "1250000000");
	CHECK(show_bits(std::nullopt, false).empty());
}

TEST_CASE("times and ages")
{
	CHECK(show_time(100ms, false) == "100ms");
	CHECK(show_time(1000ms, false) == "1s");
	CHECK(show_time(1500ms, false) == "1.5s");
	CHECK(show_time(10s, true) == "10000");
	CHECK(show_time(std::nullopt, false).empty());
	CHECK(show_age(400ms, false) == "0.4s");
	CHECK(show_age(9949ms, false) == "9.9s");
	CHECK(show_age(12s, false) == "12s");
	CHECK(show_age(5min, false) == "5min");
	CHECK(show_age(3h, false) == "3h");
	CHECK(show_age(1500ms, true) == "1500");
}

TEST_CASE("a time is read with its unit")
{
	CHECK(read_time("100ms") == 100ms);
	CHECK(read_time("1s") == 1s);
	CHECK(read_time("0.5s") == 500ms);
	CHECK(read_time("0.3s") == 300ms);
	CHECK(read_time("1.234s") == 1234ms);
	CHECK(read_time("2min") == 120s);
}

TEST_CASE("what is shown of a time can be typed")
{
	for (const auto t : {1ms, 10ms, 999ms, 1000ms, 1001ms, 1500ms, 10000ms, 86'399'999ms})
		CHECK(read_time(show_time(t, false)) == t);
}

TEST_CASE("a time without unit is refused, and the sentence says what to type")
{
	CHECK_THROWS_AS(read_time("1"), input_error);
	try {
		read_time("2");
		FAIL("it was taken");
	} catch (const input_error& e) {
		CHECK(std::string(e.what()) ==
		      "'2' is not a time: it has no unit; did you mean 2s or 2ms?");
	}
}

TEST_CASE("what is no time is refused")
{
	for (const char* text : {"",       "s",
				 "ms",     "-1s",
				 "+1s",    " 1s",
				 "1 s",    "1sec",
				 "1S",     "1e3s",
				 "nan s",  "nans",
				 "infs",   "0s",
				 "0ms",    "0.1ms",
				 "1.5ms",  "1s ",
				 "1s1",    "0x10s",
				 "1e400s", "99999999999999999999s",
				 "9000h"}) {
		INFO(text);
		CHECK_THROWS_AS(read_time(text), input_error);
	}
}
