// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <string>
#include <string_view>

namespace vfctl::tool {

/// The columns of a terminal that a text takes, as the locale's wcwidth() counts.
std::size_t display_width(std::string_view text);

/// The text with control characters replaced by '?': names of devices may have any but white
/// space, '/' and ':' (dev_valid_name() in the kernel), so also those that drive a terminal.
std::string printable(std::string_view text);

/// The text cut to a number of columns, not within a character.
std::string cut(std::string_view text, std::size_t columns);

} // namespace vfctl::tool
