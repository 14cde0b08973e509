// SPDX-License-Identifier: GPL-2.0-only
#include "units.hpp"

#include <array>
#include <cmath>
#include <cstddef>

#include <fmt/core.h>

namespace vfctl::tool {

namespace {

// Three significant digits and a prefix of powers of 1000. The prefix is chosen after rounding,
// so that 999,950 is "1.00M" and not "1000k".
std::string engineering(double value)
{
	constexpr std::array prefixes = {"", "k", "M", "G", "T", "P", "E"};
	std::size_t power = 0;
	while (value >= 999.5 && power + 1 < prefixes.size()) {
		value /= 1000;
		++power;
	}
	// A whole number below 1000 is told as it is.
	if (power == 0 && value == std::floor(value))
		return fmt::format("{:.0f}", value);
	const int decimals = value < 9.995 ? 2 : value < 99.95 ? 1 : 0;
	return fmt::format("{:.{}f}{}", value, decimals, prefixes.at(power));
}

} // namespace

std::string show_limit(std::optional<rate> limit, bool raw)
{
	if (!limit)
		return {};
	return raw ? fmt::format("{}", limit->bits_per_sec()) : to_string(*limit);
}

std::string show_count(std::optional<std::uint64_t> count, bool raw)
{
	if (!count)
		return {};
	return raw ? fmt::format("{}", *count) : engineering(static_cast<double>(*count));
}

std::string show_per_second(std::optional<double> value, bool raw)
{
	if (!value)
		return {};
	return raw ? fmt::format("{:.0f}", *value) : engineering(*value);
}

std::string show_bits(std::optional<double> bits_per_sec, bool raw)
{
	std::string text = show_per_second(bits_per_sec, raw);
	if (!text.empty() && !raw)
		text += "bit";
	return text;
}

std::string show_time(std::optional<std::chrono::milliseconds> time, bool raw)
{
	if (!time)
		return {};
	const auto ms = time->count();
	if (raw)
		return fmt::format("{}", ms);
	if (ms < 1000)
		return fmt::format("{}ms", ms);
	// {} prints the shortest text that reads back as the same number.
	return fmt::format("{}s", static_cast<double>(ms) / 1000);
}

std::string show_age(std::optional<std::chrono::nanoseconds> age, bool raw)
{
	if (!age)
		return {};
	const double s = std::chrono::duration<double>(*age).count();
	if (raw)
		return fmt::format("{:.0f}", s * 1000);
	if (s < 9.95)
		return fmt::format("{:.1f}s", s);
	if (s < 120)
		return fmt::format("{:.0f}s", s);
	if (s < 120 * 60)
		return fmt::format("{:.0f}min", s / 60);
	return fmt::format("{:.0f}h", s / 3600);
}

} // namespace vfctl::tool
