// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <string>

namespace vfctl::tool {

// In local time.

/// "15:04:05"
std::string time_of_day(std::chrono::system_clock::time_point at);

/// "15:04:05.123"
std::string time_of_day_ms(std::chrono::system_clock::time_point at);

/// "2026-01-31 15:04:05"
std::string date_and_time(std::chrono::system_clock::time_point at);

} // namespace vfctl::tool
