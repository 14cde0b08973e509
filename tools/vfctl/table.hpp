// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <vector>

#include "style.hpp"

namespace vfctl::tool {

enum class align : std::uint8_t { left, right };

/// A column's heading, and how its cells stand. Numbers stand right.
struct column {
	std::string title;
	align side = align::left;
	/// Whether it is shown also where no row has anything in it.
	bool always = false;
	/// At least so wide, for tables that follow each other.
	std::size_t least = 0;
};

struct cell {
	std::string text;
	style look = style::plain;

	// Not explicit: a row is written as a list of texts.
	cell(std::string t, style s = style::plain) : text(std::move(t)), look(s) {}
	cell(const char* t) : text(t) {}
	cell() = default;
};

/// Rows under headings, each column as wide as its widest cell, two spaces between. A column
/// that nobody has anything in is left out; in others an empty cell is "-".
class table {
public:
	explicit table(std::vector<column> columns) : columns_(std::move(columns)) {}

	/// \param cells  one for each column
	void add(std::vector<cell> cells);

	bool empty() const noexcept { return rows_.empty(); }

	/// All lines, each with its newline; nothing where there are no rows.
	/// \param headings  whether to begin with them
	std::string render(bool colour, bool headings = true) const;

private:
	std::vector<std::size_t> widths() const;

	std::vector<column> columns_;
	std::vector<std::vector<cell>> rows_;
};

} // namespace vfctl::tool
