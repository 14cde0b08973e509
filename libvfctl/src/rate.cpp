// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vfctl/rate.hpp>

#include <algorithm>
#include <array>
#include <charconv>
#include <system_error>

#include <vfctl/error.hpp>

// The notation is that of tc(8), with its surprise that "mbps" and the like count bytes. tc
// computes in binary floating point; here it is decimal and exact, as 0.57gbit has to be
// 570 Mbit/s for a device that takes whole Mbit/s. Nothing depends on the locale.

namespace vfctl {
namespace {

struct unit {
	std::string_view name;
	std::uint64_t bits; // per second, in one of it
	bool in_bytes;
};

constexpr std::uint64_t power(std::uint64_t base, int exponent)
{
	return exponent == 0 ? 1 : base * power(base, exponent - 1);
}

constexpr std::array<unit, 19> units = {{
	{"", 1, false},
	{"bit", 1, false},
	{"kbit", power(1000, 1), false},
	{"mbit", power(1000, 2), false},
	{"gbit", power(1000, 3), false},
	{"tbit", power(1000, 4), false},
	{"kibit", power(1024, 1), false},
	{"mibit", power(1024, 2), false},
	{"gibit", power(1024, 3), false},
	{"tibit", power(1024, 4), false},
	{"bps", 8, true},
	{"kbps", 8 * power(1000, 1), true},
	{"mbps", 8 * power(1000, 2), true},
	{"gbps", 8 * power(1000, 3), true},
	{"tbps", 8 * power(1000, 4), true},
	{"kibps", 8 * power(1024, 1), true},
	{"mibps", 8 * power(1024, 2), true},
	{"gibps", 8 * power(1024, 3), true},
	{"tibps", 8 * power(1024, 4), true},
}};

constexpr char lower(char c)
{
	return c >= 'A' && c <= 'Z' ? static_cast<char>(c - 'A' + 'a') : c;
}
constexpr bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}
constexpr bool is_space(char c)
{
	return c == ' ' || (c >= '\t' && c <= '\r');
}

bool same_word(std::string_view a, std::string_view b)
{
	return std::equal(a.begin(), a.end(), b.begin(), b.end(),
			  [](char x, char y) { return lower(x) == lower(y); });
}

[[noreturn]] void refuse(std::string_view text, const char* why,
			 std::errc code = std::errc::invalid_argument)
{
	throw error("read \"" + std::string(text) + "\" as a rate", std::make_error_code(code),
		    why);
}

/// A number that is not negative: its digits, without zeros at either end, and how many of them
/// stand before the point; less than 0 for as many zeros behind it. No digits: the number is 0.
struct decimal {
	std::string digits;
	std::int64_t point = 0;
};

std::string_view take_digits(std::string_view& from)
{
	const auto* const end = std::find_if_not(from.begin(), from.end(), is_digit);
	const auto n = static_cast<std::size_t>(end - from.begin());
	const auto digits = from.substr(0, n);
	from.remove_prefix(n);
	return digits;
}

/// The exponent, where there is one: "e5", "E-3". An "e" without digits belongs to the unit.
std::int64_t take_exponent(std::string_view& from)
{
	// More than any text has digits, so that a number with it is beyond all limits or 0.
	constexpr std::int64_t beyond = std::int64_t{1} << 62U;

	auto rest = from;
	if (rest.empty() || lower(rest.front()) != 'e')
		return 0;
	rest.remove_prefix(1);
	const bool negative = !rest.empty() && rest.front() == '-';
	if (!rest.empty() && (rest.front() == '+' || rest.front() == '-'))
		rest.remove_prefix(1);
	const auto digits = take_digits(rest);
	if (digits.empty())
		return 0;
	from = rest;

	std::int64_t value = 0;
	const auto [end, failed] =
		std::from_chars(digits.data(), digits.data() + digits.size(), value);
	if (failed != std::errc() || value > beyond)
		value = beyond;
	return negative ? -value : value;
}

/// \return false where there is no number
bool take_number(std::string_view& from, decimal& number)
{
	const auto whole = take_digits(from);
	std::string_view fraction;
	if (!from.empty() && from.front() == '.') {
		from.remove_prefix(1);
		fraction = take_digits(from);
	}
	if (whole.empty() && fraction.empty())
		return false;

	auto& digits = number.digits;
	digits.assign(whole).append(fraction);
	digits.erase(digits.find_last_not_of('0') + 1);
	const auto zeros = std::min(digits.find_first_not_of('0'), digits.size());
	digits.erase(0, zeros);
	number.point = static_cast<std::int64_t>(whole.size()) - static_cast<std::int64_t>(zeros) +
		       take_exponent(from);
	return true;
}

/// Rounds to the nearest, a half up.
/// \return false where the product does not fit
bool multiply(const decimal& number, std::uint64_t by, std::uint64_t& product)
{
	// 2^64 has 20 digits, and the largest unit 13: what begins behind so many zeros is less than
	// a tenth of a bit.
	constexpr std::int64_t too_large = 20;
	constexpr std::int64_t too_small = -13;

	product = 0;
	if (number.digits.empty() || number.point < too_small)
		return true;
	if (number.point > too_large)
		return false;

	// Whole units, as many zeros appended as are missing.
	const auto point = static_cast<std::size_t>(std::max<std::int64_t>(number.point, 0));
	auto whole = number.digits.substr(0, point);
	whole.resize(point, '0');
	std::uint64_t value = 0;
	if (!whole.empty() &&
	    std::from_chars(whole.data(), whole.data() + whole.size(), value).ec != std::errc())
		return false;

	// Long multiplication of what is behind the point, from its last digit on. What is carried
	// over the point is less than `by`; the digit behind the point decides on rounding.
	std::uint64_t carry = 0;
	std::uint64_t digit = 0;
	const auto times = [&](char c) {
		carry += static_cast<std::uint64_t>(c - '0') * by;
		digit = carry % 10;
		carry /= 10;
	};
	for (auto i = number.digits.size(); i > point; i--)
		times(number.digits[i - 1]);
	for (auto i = number.point; i < 0; i++)
		times('0');

	return !__builtin_mul_overflow(value, by, &value) &&
	       !__builtin_add_overflow(value, carry + (digit >= 5), &product);
}

const unit& find_unit(std::string_view text, std::string_view name)
{
	const auto* const found = std::find_if(
		units.begin(), units.end(), [&](const unit& u) { return same_word(name, u.name); });
	if (found != units.end())
		return *found;
	if (name == "%")
		refuse(text, "a percentage is not supported");
	if (lower(name.front()) == 'x')
		refuse(text, "the number must be decimal");
	refuse(text, "unknown unit, those of bits per second are bit, kbit, mbit, gbit, tbit, "
		     "kibit, mibit, gibit and tibit");
}

} // namespace

rate rate::parse(std::string_view text, std::string* note)
{
	if (note)
		note->clear();
	if (same_word(text, "none") || same_word(text, "max"))
		return none();

	auto rest = text;
	while (!rest.empty() && is_space(rest.front()))
		rest.remove_prefix(1);
	if (!rest.empty() && rest.front() == '-')
		refuse(text, "a rate cannot be negative");
	if (!rest.empty() && rest.front() == '+')
		rest.remove_prefix(1);

	decimal number;
	if (!take_number(rest, number))
		refuse(text, "a number is needed, as in 500mbit, or \"none\"");
	const auto& in = find_unit(text, rest);
	std::uint64_t bits = 0;
	if (!multiply(number, in.bits, bits))
		refuse(text, "the rate is above 2^64 - 1 bit/s", std::errc::result_out_of_range);
	if (bits == 0 && !number.digits.empty())
		refuse(text, "the rate is less than 1 bit/s");

	const auto result = from_bits_per_sec(bits);
	if (note && in.in_bytes && !result.is_none())
		*note = '"' + std::string(text) + "\" is in bytes per second: " + to_string(result);
	return result;
}

std::string to_string(rate r)
{
	constexpr std::array<const char*, 5> suffixes = {"bit", "Kbit", "Mbit", "Gbit", "Tbit"};

	if (r.is_none())
		return "none";
	auto value = r.bits_per_sec();
	std::size_t i = 0;
	while (value % 1000 == 0 && i + 1 < suffixes.size()) {
		value /= 1000;
		i++;
	}
	return std::to_string(value) + suffixes[i];
}

} // namespace vfctl
