// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <string_view>

namespace vfctl::tool {

/// A span of time: a number, with a fraction or not, and one of ms, s, min: "100ms", "0.5s".
/// Above 0, in whole milliseconds.
/// \throws std::invalid_argument  with a sentence that quotes the text
std::chrono::milliseconds parse_time(std::string_view text);

} // namespace vfctl::tool
