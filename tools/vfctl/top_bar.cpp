// SPDX-License-Identifier: GPL-2.0-only
#include "top_bar.hpp"

#include <algorithm>
#include <array>
#include <cmath>

#include <fmt/format.h>

#include <langinfo.h>

namespace vfctl::tool {
namespace {

// Above this it is more than what a counter's sampling jitter explains, so it is marked.
constexpr double clearly_above = 1.05;
// Where a limit begins to be felt, and where it is what holds the VF back.
constexpr double mid_from = 0.70;
constexpr double high_from = 0.90;

top_role role_of(double use) noexcept
{
	if (use >= high_from)
		return top_role::bar_high;
	return use >= mid_from ? top_role::bar_mid : top_role::bar_low;
}

std::string repeat(std::string_view what, std::size_t times)
{
	std::string out;
	for (std::size_t i = 0; i < times; ++i)
		out += what;
	return out;
}

/// In steps of a cell; whatever is not nothing has one.
std::string ascii_bar(double use, std::size_t width)
{
	auto full = static_cast<std::size_t>(std::lround(use * static_cast<double>(width)));
	if (full == 0 && use > 0)
		full = 1;
	return repeat("#", full);
}

/// In steps of an eighth of a cell.
std::string unicode_bar(double use, std::size_t width)
{
	static constexpr std::array<std::string_view, 8> eighths = {
		"", "\u258f", "\u258e", "\u258d", "\u258c", "\u258b", "\u258a", "\u2589"};
	auto steps = static_cast<std::size_t>(std::lround(use * 8 * static_cast<double>(width)));
	if (steps == 0 && use > 0)
		steps = 1;
	return repeat("\u2588", steps / 8) + std::string(eighths.at(steps % 8));
}

} // namespace

bool is_unicode()
{
	return std::string_view(::nl_langinfo(CODESET)) == "UTF-8";
}

void add_bar(top_line& to, std::optional<double> use, std::size_t width, bool unicode)
{
	const auto begin = to.width();
	if (use && width > 0) {
		const double shown = std::clamp(*use, 0.0, 1.0);
		if (*use > clearly_above) {
			to.add(repeat(unicode ? "\u2588" : "#", width - 1), role_of(*use));
			to.add(unicode ? "\u25b6" : ">", role_of(*use));
		} else {
			to.add(unicode ? unicode_bar(shown, width) : ascii_bar(shown, width),
			       role_of(shown));
		}
		const auto rest = width - (to.width() - begin);
		to.add(repeat(unicode ? "\u00b7" : ".", rest), top_role::dim);
	}
	to.pad(begin + width);
}

std::string percent(std::optional<double> use)
{
	if (!use)
		return {};
	return fmt::format("{:.0f}%", std::min(*use * 100, 999.0));
}

} // namespace vfctl::tool
