// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <optional>

#include "top_frame.hpp"

namespace vfctl::tool {

/// Whether the locale can have block elements.
bool is_unicode();

/// Adds a bar of that many cells.
/// \param use      1 is full; above that, the last cell says so; absent leaves blanks
/// \param unicode  with block elements, else in ASCII
void add_bar(top_line& to, std::optional<double> use, std::size_t width, bool unicode);

/// "81%", empty where not known, at most 4 cells.
std::string percent(std::optional<double> use);

} // namespace vfctl::tool
