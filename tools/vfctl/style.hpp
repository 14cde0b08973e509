// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <cstdio>
#include <string>
#include <string_view>

namespace vfctl::tool {

/// What a text is, from which its colour follows.
enum class style : std::uint8_t {
	plain,
	heading,
	good,
	warning, ///< something that is not as it is wanted, as a limit that is pending
	bad,
	faint,
};

/// The text in its style's escape sequences, or as it is where no colour is wanted.
std::string paint(style s, std::string_view text, bool colour);

/// What --color takes.
enum class colour_choice : std::uint8_t { automatic, always, never };

/// Whether to write escape sequences to a file. Automatic: to a terminal, unless NO_COLOR is set
/// and not empty (https://no-color.org) or TERM is "dumb" or missing.
bool wants_colour(colour_choice choice, std::FILE* file);

} // namespace vfctl::tool
