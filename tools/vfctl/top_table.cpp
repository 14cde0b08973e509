// SPDX-License-Identifier: GPL-2.0-only
#include "top_table.hpp"

#include <algorithm>
#include <array>

#include "input.hpp"
#include "state.hpp"
#include "text.hpp"
#include "top_bar.hpp"
#include "units.hpp"

namespace vfctl::tool {

enum class top_column : std::uint8_t {
	device,
	vf,
	driver,
	tx,
	bar,
	use,
	rx,
	packets,
	limit,
	state,
};

struct top_table::kind {
	top_column id;
	std::string_view title;
	enum : std::uint8_t { name, text, number } sort;
	/// A width that a column keeps while figures change: that of the longest usual one,
	/// "9.99Mbit". Of names, the least at which they are still told from each other.
	std::size_t least;
	/// The lower, the sooner it is left out.
	int importance;

	static const std::array<kind, 10> all;
};

const std::array<top_table::kind, 10> top_table::kind::all = {{
	{top_column::device, "DEVICE", name, 10, 9},
	{top_column::vf, "VF", name, 10, 1},
	{top_column::driver, "DRIVER", name, 8, 0},
	{top_column::tx, "TX", number, 8, 8},
	{top_column::bar, "OF LIMIT", text, 8, 5},
	{top_column::use, "", number, 4, 3},
	{top_column::rx, "RX", number, 8, 4},
	{top_column::packets, "PKT/s", number, 5, 2},
	{top_column::limit, "LIMIT", number, 7, 7},
	{top_column::state, "STATE", text, 8, 6},
}};

namespace {

// A bar that is read at a glance; more than the second tells nobody more.
constexpr std::size_t good_bar = 20;
constexpr std::size_t longest_bar = 40;

std::string cell_of(top_column what, const top_row& row, bool raw)
{
	switch (what) {
	case top_column::device:
		return printable(row.vf.name.value_or(""));
	case top_column::vf:
		return printable(numbered(row.vf.pf_name, row.vf.number));
	case top_column::driver:
		return printable(row.driver.value_or(""));
	case top_column::tx:
		return show_bits(row.now.tx_bits, raw);
	case top_column::bar:
		break;
	case top_column::use:
		return percent(use_of(row));
	case top_column::rx:
		return show_bits(row.now.rx_bits, raw);
	case top_column::packets:
		return show_per_second(packets_of(row.now), raw);
	case top_column::limit:
		return show_limit(limit_of(row.vf), raw);
	case top_column::state:
		return printable(state_in_full(row.vf).text);
	}
	return {};
}

top_role role_of(top_column what, const top_row& row)
{
	const bool about_limit = what == top_column::limit || what == top_column::state;
	if (about_limit && row.vf.state == limit_state::pending)
		return top_role::warning;
	const bool lesser = what == top_column::driver || what == top_column::vf;
	const bool no_limit = about_limit && limit_of(row.vf) == rate::none();
	return lesser || no_limit ? top_role::dim : top_role::plain;
}

/// The state, with the reason of a pending one as far as there is room for some of it.
std::string fit_state(const top_row& row, std::size_t width)
{
	constexpr std::size_t worth_it = 8;
	const auto word = printable(state_cell(row.vf).text);
	auto full = printable(state_in_full(row.vf).text);
	if (display_width(full) <= width)
		return full;
	if (width < display_width(word) + worth_it)
		return cut(word, width);
	return cut(full, width - 1) + "~";
}

/// A cell's text, in so many cells at most.
std::string fit(top_column what, const top_row& row, std::size_t width, bool raw)
{
	if (what == top_column::state && row.vf.state)
		return fit_state(row, width);
	const auto text = cell_of(what, row, raw);
	return text.empty() ? "-" : shorten(text, width);
}

/// Gives a column of the room that is left.
template <typename Column> void widen(Column& c, std::size_t to, std::size_t& room)
{
	const auto by = std::min(room, to - std::min(to, c.width));
	c.width += by;
	room -= by;
}

} // namespace

top_table::top_table(const std::vector<top_row>& rows, std::optional<std::size_t> columns,
		     bool unicode, bool raw)
    : unicode_(unicode), raw_(raw)
{
	const bool named = std::any_of(rows.begin(), rows.end(),
				       [](const top_row& row) { return row.vf.name.has_value(); });
	for (const auto& what : kind::all) {
		// Without the module there are no stubs, and the VF's number is its name.
		if (what.id != top_column::device || named)
			add_column(what, rows);
	}
	if (columns)
		leave_out(*columns);
	std::size_t room = !columns ? SIZE_MAX : *columns - std::min(*columns, width());
	for (auto& c : columns_) {
		if (c.what->sort == kind::name)
			widen(c, c.natural, room);
	}
	for (auto& c : columns_) {
		if (c.what->sort == kind::text)
			widen(c, c.natural, room);
	}
	if (!columns)
		return;
	for (auto& c : columns_) {
		if (c.what->id == top_column::bar)
			widen(c, longest_bar, room);
	}
}

void top_table::add_column(const kind& what, const std::vector<top_row>& rows)
{
	auto natural = what.id == top_column::bar ? good_bar : display_width(what.title);
	for (const auto& row : rows)
		natural = std::max(natural, display_width(cell_of(what.id, row, raw_)));
	if (what.sort == kind::number) {
		natural = std::max(natural, what.least);
		columns_.push_back({&what, natural, natural});
	} else {
		columns_.push_back({&what, std::min(what.least, natural), natural});
	}
}

void top_table::leave_out(std::size_t columns)
{
	// The first one is what the VF is called.
	while (width() > columns && columns_.size() > 1) {
		columns_.erase(std::min_element(
			columns_.begin() + 1, columns_.end(), [](const column& a, const column& b) {
				return a.what->importance < b.what->importance;
			}));
	}
}

std::size_t top_table::width() const
{
	std::size_t sum = columns_.empty() ? 0 : columns_.size() - 1;
	for (const auto& c : columns_)
		sum += c.width;
	return sum;
}

top_line top_table::heading() const
{
	top_line out;
	for (const auto& c : columns_) {
		if (out.width() > 0)
			out.add(" ", top_role::heading);
		const auto end = out.width() + c.width;
		if (c.what->sort == kind::number)
			out.pad(end - display_width(c.what->title), top_role::heading);
		out.add(c.what->title, top_role::heading).pad(end, top_role::heading);
	}
	return out;
}

top_line top_table::line(const top_row& row) const
{
	top_line out;
	for (const auto& c : columns_) {
		if (out.width() > 0)
			out.add(" ");
		const auto end = out.width() + c.width;
		if (c.what->id == top_column::bar) {
			add_bar(out, use_of(row), c.width, unicode_);
			continue;
		}
		const auto text = fit(c.what->id, row, c.width, raw_);
		if (c.what->sort == kind::number)
			out.pad(end - display_width(text));
		out.add(text, role_of(c.what->id, row)).pad(end);
	}
	return out;
}

} // namespace vfctl::tool
