// SPDX-License-Identifier: GPL-2.0-only
#include "time_span.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <optional>
#include <stdexcept>

#include <fmt/core.h>

namespace vfctl::tool {

namespace {

struct time_unit {
	std::string_view name;
	double ms;
};

constexpr std::array time_units = {
	time_unit{.name = "ms", .ms = 1},
	time_unit{.name = "s", .ms = 1000},
	time_unit{.name = "min", .ms = 60'000},
};

std::optional<double> ms_in(std::string_view unit)
{
	for (const auto& known : time_units) {
		if (known.name == unit)
			return known.ms;
	}
	return std::nullopt;
}

} // namespace

std::chrono::milliseconds parse_time(std::string_view text)
{
	const auto wrong = [&](std::string_view why) {
		return std::invalid_argument(fmt::format("'{}' is not a time: {}", text, why));
	};
	double value = 0;
	const char* end = text.data() + text.size();
	const auto [rest, code] =
		std::from_chars(text.data(), end, value, std::chars_format::fixed);
	if (code != std::errc() || !std::isfinite(value))
		throw wrong("a number and a unit are expected, as in 100ms or 1.5s");
	if (rest == end)
		throw wrong(fmt::format("it has no unit; did you mean {}s or {}ms?", text, text));
	const auto unit = ms_in(std::string_view(rest, static_cast<std::size_t>(end - rest)));
	if (!unit)
		throw wrong("the unit is one of ms, s, min");
	const double ms = value * *unit;
	// A year: beyond what anybody waits, and far from overflow.
	if (!(ms > 0) || ms > 366.0 * 24 * 60 * 60 * 1000)
		throw wrong("it is out of range");
	// 0.3 s is 299.99999999999997 ms.
	const double whole = std::round(ms);
	if (std::abs(ms - whole) > 1e-6 * whole || whole < 1)
		throw wrong("it is not a whole number of milliseconds");
	return std::chrono::milliseconds(static_cast<std::int64_t>(whole));
}

} // namespace vfctl::tool
