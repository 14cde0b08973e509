// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace vfctl::tool {

/// What VFs are ordered by.
enum class top_sort : std::uint8_t {
	tx,     ///< the busiest first
	rx,     ///< the busiest first
	device, ///< by PF and number
	use,    ///< the nearest to its limit first
};

/// "tx", "rx", "device", "limit".
std::string_view to_string(top_sort by);

/// What a key stands for; those that are characters stand for themselves.
enum class top_key : std::uint8_t { up, down, page_up, page_down, home, end };

/// How the user wants to see the VFs.
struct top_view {
	static constexpr std::chrono::milliseconds shortest{100};
	static constexpr std::chrono::milliseconds longest{60'000};

	top_sort by = top_sort::tx;
	bool reverse = false;
	bool paused = false;
	bool help = false;
	std::size_t first = 0; ///< the first VF shown; may be out of bounds
	std::chrono::milliseconds interval{1000};
};

/// What is to be done after a key.
enum class top_action : std::uint8_t {
	nothing,
	draw, ///< the same figures in the new view
	time, ///< as draw, and the interval counts from now on
	quit,
};

/// A key that stands for a movement.
/// \param visible  number of VFs for which there is room
top_action press(top_view& view, top_key key, std::size_t visible);

/// A key that is a character.
top_action press(top_view& view, char key);

} // namespace vfctl::tool
