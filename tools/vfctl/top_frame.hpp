// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

namespace vfctl::tool {

/// What a piece of text is, for whoever draws it in colours.
enum class top_role : std::uint8_t {
	plain,
	title,
	heading, ///< of the table; to the full width of the line
	dim,
	bar_low,
	bar_mid,
	bar_high,
	warning, ///< a limit that is pending
	error,
};

struct top_span {
	std::string text;
	top_role role = top_role::plain;
};

/// A line of a frame: pieces of text. What comes from outside is made printable() before.
class top_line {
public:
	top_line& add(std::string_view text, top_role role = top_role::plain);

	/// Blanks up to that column.
	top_line& pad(std::size_t column, top_role role = top_role::plain);

	/// Cuts off what is beyond so many cells.
	void clip(std::size_t wanted);

	std::size_t width() const noexcept { return width_; }
	const std::vector<top_span>& spans() const noexcept { return spans_; }

	/// Without roles, and without blanks at the end.
	std::string text() const;

private:
	std::vector<top_span> spans_;
	std::size_t width_ = 0;
};

/// What is on the screen, from the top; empty lines at the end may be missing.
struct top_frame {
	std::vector<top_line> lines;
	std::size_t first = 0; ///< first VF shown, after the view's offset was brought into bounds
	std::size_t visible = 0; ///< number of VFs for which there is room
};

/// A name in `width` cells at most. A name's end tells it from its neighbours ("veth0.12"), so
/// what is left out is before the last '.' or '/'.
std::string shorten(std::string_view name, std::size_t width);

} // namespace vfctl::tool
