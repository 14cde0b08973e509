// SPDX-License-Identifier: GPL-2.0-only
#include "style.hpp"

#include <cstdlib>

#include <unistd.h>

namespace vfctl::tool {

namespace {

// Parameters of ECMA-48's SGR. Only what is readable on a dark and on a light ground.
std::string_view sequence(style s)
{
	switch (s) {
	case style::plain:
		return {};
	case style::heading:
		return "\033[1m";
	case style::good:
		return "\033[32m";
	case style::warning:
		return "\033[33m";
	case style::bad:
		return "\033[31m";
	case style::faint:
		return "\033[2m";
	}
	return {};
}

std::string_view environment(const char* name)
{
	const char* value = std::getenv(name);
	return value ? value : std::string_view();
}

} // namespace

std::string paint(style s, std::string_view text, bool colour)
{
	const std::string_view begin = colour ? sequence(s) : std::string_view();
	if (begin.empty() || text.empty())
		return std::string(text);
	return std::string(begin).append(text).append("\033[0m");
}

bool wants_colour(colour_choice choice, std::FILE* file)
{
	if (choice != colour_choice::automatic)
		return choice == colour_choice::always;
	const std::string_view term = environment("TERM");
	return ::isatty(::fileno(file)) != 0 && environment("NO_COLOR").empty() && !term.empty() &&
	       term != "dumb";
}

} // namespace vfctl::tool
