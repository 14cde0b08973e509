// SPDX-License-Identifier: GPL-2.0-only
// Rates as text. That the words mean what they mean to tc is tested by tests/rate.
#include "../catch.hpp"
#include "../random.hpp"

#include <clocale>
#include <cstdint>
#include <limits>
#include <string>
#include <string_view>
#include <system_error>

#include <vfctl/error.hpp>
#include <vfctl/rate.hpp>

using vfctl::rate;
using namespace std::string_literals;

namespace {

constexpr auto u64_max = std::numeric_limits<std::uint64_t>::max();

std::uint64_t bits(std::string_view text)
{
	return rate::parse(text).bits_per_sec();
}

vfctl::error refusal(std::string_view text)
{
	try {
		rate::parse(text);
	} catch (const vfctl::error& e) {
		return e;
	}
	FAIL("\"" << text << "\" was taken for a rate");
	return {{}, {}};
}

std::string note_on(std::string_view text)
{
	std::string note = "of the call before";
	rate::parse(text, &note);
	return note;
}

} // namespace

TEST_CASE("a rate is a number with a unit, in any case")
{
	CHECK(bits("500mbit") == 500'000'000);
	CHECK(bits("500MBIT") == 500'000'000);
	CHECK(bits("1.5Gbit") == 1'500'000'000);
	CHECK(bits("8kibit") == 8192);
	CHECK(bits("1Tibit") == 1'099'511'627'776);
	CHECK(bits("100MBps") == 800'000'000);
	CHECK(bits("1kibps") == 8192);
	CHECK(bits("1tbps") == 8'000'000'000'000);
	CHECK(bits("7bps") == 56);
}

TEST_CASE("a bare number is in bit/s")
{
	CHECK(bits("1000000") == 1'000'000);
	CHECK(bits("1e6") == 1'000'000);
	CHECK(bits("+0007") == 7);
	CHECK(bits(" \t\n7") == 7);
}

TEST_CASE("no limit has several names")
{
	for (const auto* const text :
	     {"none", "NONE", "max", "Max", "0", "00", "0.0", "0mbit", ".0", "0e9", "0e-9",
	      "0e99999999999999999999", "0e-99999999999999999999"}) {
		INFO(text);
		CHECK(rate::parse(text).is_none());
	}
}

TEST_CASE("a whole number is read exactly, up to the largest")
{
	CHECK(bits("18446744073709551615") == u64_max);
	CHECK(bits("18446744073709551614bit") == u64_max - 1);
	CHECK(bits("9007199254740993") == 9'007'199'254'740'993);
	CHECK(bits("0018446744073709551615.000") == u64_max);
	CHECK(bits("1844674407370955161500e-2") == u64_max);
	CHECK(bits("18446744073709551.615kbit") == u64_max);
	CHECK(bits("2305843009213693951.875bps") == u64_max);
	CHECK(bits("1e19") == 10'000'000'000'000'000'000U);
}

TEST_CASE("a fraction is rounded to the nearest bit, whatever it is in binary")
{
	CHECK(bits("0.57gbit") == 570'000'000);
	CHECK(bits("33.3mbit") == 33'300'000);
	CHECK(bits("1.005mbit") == 1'005'000);
	CHECK(bits("0.5") == 1);
	CHECK(bits("1.4999999999999999999999999999999999999999") == 1);
	CHECK(bits("1.5") == 2);
	CHECK(bits("18446744073709551614.5") == u64_max);
	CHECK(bits("18446744073709551615.49999999999999999999") == u64_max);
	CHECK(bits("0.1kibit") == 102);
	CHECK(bits("0.00000000000006tibps") == 1); // 0.53 bit
	CHECK(bits("0.00000000000000000000000000000000000001e39gbit") == 10'000'000'000);
	CHECK(bits("12345678901234567890123456789e-20") == 123'456'789);
}

TEST_CASE("a long text is no harder than a short one")
{
	const std::string zeros(100'000, '0');

	CHECK(bits(zeros + "7") == 7);
	CHECK(bits("7." + zeros) == 7);
	CHECK(bits("0." + zeros + "7e100001") == 7);
	CHECK(bits("7" + zeros + "e-100000") == 7);
	CHECK(refusal("7" + zeros).code() == std::errc::result_out_of_range);
	CHECK(refusal("0." + zeros + "7").code() == std::errc::invalid_argument);
}

TEST_CASE("a rate that does not fit is out of range")
{
	for (const auto* const text :
	     {"18446744073709551616", "18446744073709551615.5", "18446745tbit",
	      "2305843009213693952bps", "1e20", "1e999", "1e99999999999999999999",
	      "100000000000000000000", "99999999999999999999", "3e6tbps",
	      "2305843009213693951.99bps", "20000000tibit"}) {
		INFO(text);
		CHECK(refusal(text).code() == std::errc::result_out_of_range);
	}
}

TEST_CASE("a rate that would become no limit by rounding is refused")
{
	for (const auto* const text : {"0.4", "0.49999999999999999bit", "1e-999gbit",
				       "1e-99999999999999999999", "0.00000000000005tibps"}) {
		INFO(text);
		const auto e = refusal(text);
		CHECK(e.code() == std::errc::invalid_argument);
		CHECK(e.message() == "the rate is less than 1 bit/s");
	}
}

TEST_CASE("what is no rate is refused")
{
	for (const auto& text : {""s,          " "s,        "."s,
				 "+"s,         "-"s,        "-0"s,
				 "-1"s,        "-5mbit"s,   "--5"s,
				 "+-5"s,       "mbit"s,     "nan"s,
				 "inf"s,       "infinity"s, "none5"s,
				 " none"s,     "0x10"s,     "0X8mbit"s,
				 "5mbitx"s,    "5 mbit"s,   "5mbit "s,
				 "5m"s,        "5Mb"s,      "1e"s,
				 "1e+"s,       "1ebit"s,    ".mbit"s,
				 "1.2.3gbit"s, "1,5gbit"s,  "50%"s,
				 "5mbit\0"s,   "\0005"s,    "5\xc2\xa0mbit"s,
				 "5\xffmbit"s}) {
		INFO(text);
		CHECK(refusal(text).code() == std::errc::invalid_argument);
	}
}

TEST_CASE("a refusal quotes the text and gives the cause")
{
	CHECK(refusal("5foo").what() == "read \"5foo\" as a rate: unknown unit, those of bits per "
					"second are bit, kbit, mbit, "
					"gbit, tbit, kibit, mibit, gibit and tibit"s);
	CHECK(refusal("").what() ==
	      "read \"\" as a rate: a number is needed, as in 500mbit, or \"none\""s);
	CHECK(refusal("-1").message() == "a rate cannot be negative");
	CHECK(refusal("50%").message() == "a percentage is not supported");
	CHECK(refusal("0x10").message() == "the number must be decimal");
	CHECK(refusal("1e999").message() == "the rate is above 2^64 - 1 bit/s");
	CHECK_FALSE(refusal("5foo").from_kernel());
}

TEST_CASE("bytes per second are taken with a note")
{
	CHECK(note_on("100mbps") == "\"100mbps\" is in bytes per second: 800Mbit");
	CHECK(note_on("1.5GiBps") == "\"1.5GiBps\" is in bytes per second: 12884901888bit");
	CHECK(note_on("100mbit").empty());
	CHECK(note_on("100").empty());
	CHECK(note_on("0mbps").empty());
	CHECK(note_on("none").empty());

	std::string note = "of the call before";
	CHECK_THROWS_AS(rate::parse("foo", &note), vfctl::error);
	CHECK(note.empty());
}

TEST_CASE("the locale does not matter")
{
	// One with a decimal comma, where the machine has any; "C" has none.
	for (const auto* const name : {"de_DE.UTF-8", "fr_FR.UTF-8", "de_DE"})
		if (std::setlocale(LC_ALL, name))
			break;
	CHECK(bits("1.5gbit") == 1'500'000'000);
	CHECK(refusal("1,5gbit").code() == std::errc::invalid_argument);
	CHECK(to_string(rate::from_bits_per_sec(1'234'567)) == "1234567bit");
	std::setlocale(LC_ALL, "C");
}

TEST_CASE("a rate is printed in the largest unit that loses nothing")
{
	const auto text = [](std::uint64_t bits) {
		return to_string(rate::from_bits_per_sec(bits));
	};

	CHECK(text(0) == "none");
	CHECK(text(1) == "1bit");
	CHECK(text(999) == "999bit");
	CHECK(text(1000) == "1Kbit");
	CHECK(text(1001) == "1001bit");
	CHECK(text(500'000'000) == "500Mbit");
	CHECK(text(1'500'000'000) == "1500Mbit");
	CHECK(text(400'000'000'000) == "400Gbit");
	CHECK(text(3'000'000'000'000'000) == "3000Tbit");
	CHECK(text(1'234'567) == "1234567bit");
	CHECK(text(u64_max) == "18446744073709551615bit");
}

TEST_CASE("what was printed is read back as the same rate")
{
	const auto first = vfctl::test::first_seed();

	for (std::uint64_t i = 0; i < vfctl::test::case_count(10'000); i++) {
		vfctl::test::generator random(first + i);
		auto value = random.next() >> random.between(0, 63);
		// Many zeros at the end, so that every unit has its turn.
		for (auto n = random.between(0, 15); n > 0 && value < u64_max / 10; n--)
			value *= 10;
		INFO("seed " << first + i << ", " << value);
		CHECK(bits(to_string(rate::from_bits_per_sec(value))) == value);
		CHECK(bits(std::to_string(value)) == value);
	}
}

TEST_CASE("the smaller of two limits, with none above all")
{
	constexpr auto three = rate::from_mbits_per_sec(3);
	constexpr auto four = rate::from_mbits_per_sec(4);

	CHECK(smaller(three, four) == three);
	CHECK(smaller(four, three) == three);
	CHECK(smaller(rate::none(), three) == three);
	CHECK(smaller(three, rate::none()) == three);
	CHECK(smaller(rate::none(), rate::none()).is_none());
	CHECK(three != four);
	CHECK(rate::from_mbits_per_sec(4'294'967'295).bits_per_sec() == 4'294'967'295'000'000);
}
