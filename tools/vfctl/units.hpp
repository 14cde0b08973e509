// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>

#include <vfctl/rate.hpp>

namespace vfctl::tool {

// For people, or with `raw` in base units and without a prefix. What is absent is an empty text.

/// A limit, without loss, as tc prints it: "500Mbit", "none". Raw: "500000000", "0".
std::string show_limit(std::optional<rate> limit, bool raw);

/// A total: "999", "12.3k", "4.56G", with three digits. Raw: all digits.
std::string show_count(std::optional<std::uint64_t> count, bool raw);

/// A figure per second, of bits or of packets, without unit: "482M". Raw: rounded to a whole one.
std::string show_per_second(std::optional<double> value, bool raw);

/// The same of bits, with unit, as tc prints a rate: "482Mbit". Raw: "482000000".
std::string show_bits(std::optional<double> bits_per_sec, bool raw);

/// A span of time, without loss: "100ms", "1s", "1.5s". Raw: milliseconds, "1500".
std::string show_time(std::optional<std::chrono::milliseconds> time, bool raw);

/// How long ago something was: "0.4s", "12s", "3min", "2h". Raw: milliseconds.
std::string show_age(std::optional<std::chrono::nanoseconds> age, bool raw);

} // namespace vfctl::tool
