// SPDX-License-Identifier: GPL-2.0-only
#include "table.hpp"

#include <algorithm>
#include <utility>

#include "text.hpp"

namespace vfctl::tool {

namespace {

constexpr std::size_t left_out = 0;

// Appends one cell; blanks at the end of a line are left to the caller.
void append(std::string& line, const cell& what, const column& in, std::size_t width, bool colour)
{
	const std::size_t used = display_width(what.text);
	const std::string blanks(width > used ? width - used : 0, ' ');
	if (in.side == align::right)
		line += blanks;
	line += paint(what.look, what.text, colour);
	if (in.side == align::left)
		line += blanks;
}

void end(std::string& line)
{
	line.erase(line.find_last_not_of(' ') + 1);
	line += '\n';
}

} // namespace

void table::add(std::vector<cell> cells)
{
	cells.resize(columns_.size());
	for (cell& c : cells)
		c.text = printable(c.text);
	rows_.push_back(std::move(cells));
}

std::vector<std::size_t> table::widths() const
{
	std::vector<std::size_t> result;
	for (std::size_t i = 0; i < columns_.size(); ++i) {
		std::size_t widest = 0;
		for (const auto& row : rows_)
			widest = std::max(widest, display_width(row[i].text));
		const bool shown = widest > 0 || columns_[i].always;
		result.push_back(shown ? std::max({widest, display_width(columns_[i].title),
						   columns_[i].least})
				       : left_out);
	}
	return result;
}

std::string table::render(bool colour, bool headings) const
{
	if (rows_.empty())
		return {};
	const auto width = widths();
	std::string result;
	const auto add_line = [&](const auto& cell_of) {
		std::string line;
		for (std::size_t i = 0; i < columns_.size(); ++i) {
			if (width[i] == left_out)
				continue;
			if (!line.empty())
				line += "  ";
			append(line, cell_of(i), columns_[i], width[i], colour);
		}
		end(line);
		result += line;
	};
	if (headings)
		add_line([&](std::size_t i) { return cell(columns_[i].title, style::heading); });
	for (const auto& row : rows_)
		add_line([&](std::size_t i) { return row[i].text.empty() ? cell("-") : row[i]; });
	return result;
}

} // namespace vfctl::tool
