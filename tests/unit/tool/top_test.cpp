// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <clocale>
#include <string>
#include <vector>

#include "top_bar.hpp"
#include "top_model.hpp"
#include "top_rows.hpp"
#include "top_view.hpp"

using namespace vfctl;
using namespace vfctl::tool;
using vfctl::test::mbit;
using vfctl::test::row_of;
using namespace std::chrono_literals;

namespace {

std::string bar(std::optional<double> use, std::size_t width = 8, bool unicode = false)
{
	top_line line;
	add_bar(line, use, width, unicode);
	return line.text();
}

top_role role_of_bar(double use)
{
	top_line line;
	add_bar(line, use, 8, false);
	return line.spans().front().role;
}

std::string order(std::vector<tool::top_row> rows, top_sort by, bool reverse = false)
{
	top_view view;
	view.by = by;
	view.reverse = reverse;
	sort_rows(rows, view);
	std::string out;
	for (const auto& row : rows)
		out += row.vf.name->substr(4) + " ";
	return out;
}

} // namespace

TEST_CASE("bars")
{
	CHECK(bar(0) == "........");
	CHECK(bar(0.5) == "####....");
	CHECK(bar(1) == "########");
	CHECK(bar(1.02) == "########");
	CHECK(bar(1.3) == "#######>");
	CHECK(bar(1000) == "#######>");
	// Little is not nothing.
	CHECK(bar(0.001) == "#.......");
	// Unknown is not zero.
	CHECK(bar(std::nullopt).empty());
	CHECK(bar(0.5, 0).empty());
	CHECK(bar(1.5, 1) == ">");
}

TEST_CASE("bars of block elements go by eighths")
{
	REQUIRE(std::setlocale(LC_CTYPE, "C.UTF-8") != nullptr);
	CHECK(bar(0, 2, true) == "··");
	CHECK(bar(0.5, 2, true) == "█·");
	CHECK(bar(0.56, 2, true) == "█▏");
	CHECK(bar(0.97, 2, true) == "██");
	CHECK(bar(1, 2, true) == "██");
	CHECK(bar(2, 2, true) == "█▶");
	for (int i = 0; i <= 100; ++i) {
		top_line line;
		add_bar(line, i / 100.0, 7, true);
		CHECK(line.width() == 7);
	}
	REQUIRE(std::setlocale(LC_CTYPE, "C") != nullptr);
}

TEST_CASE("the nearer to the limit, the louder the bar")
{
	CHECK(role_of_bar(0.5) == top_role::bar_low);
	CHECK(role_of_bar(0.75) == top_role::bar_mid);
	CHECK(role_of_bar(0.97) == top_role::bar_high);
	CHECK(role_of_bar(1.5) == top_role::bar_high);
}

TEST_CASE("percent")
{
	CHECK(percent(0) == "0%");
	CHECK(percent(0.504) == "50%");
	CHECK(percent(1.2) == "120%");
	CHECK(percent(400) == "999%");
	CHECK(percent(std::nullopt).empty());
}

TEST_CASE("use is of the limit, or of the link where there is none")
{
	CHECK(use_of(row_of(0, 0, 250, mbit(500))) == 0.5);
	CHECK(use_of(row_of(0, 0, 250)) == 0.25);

	auto row = row_of(0, 0, 250);
	row.vf.link_speed.reset();
	CHECK_FALSE(use_of(row));

	// By rtnetlink there is no effective limit.
	row.vf.effective.reset();
	row.vf.hard = mbit(1000);
	CHECK(use_of(row) == 0.25);

	// The link has become slower than the limit.
	row = row_of(0, 0, 50, mbit(500));
	row.vf.link_speed = mbit(100);
	CHECK(use_of(row) == 0.5);
}

TEST_CASE("rows are ordered by what is asked for")
{
	const std::vector<tool::top_row> rows = {row_of(0, 0, 10, mbit(10)),
						 row_of(0, 1, 30, mbit(100)),
						 row_of(1, 0, 20, mbit(25))};
	CHECK(order(rows, top_sort::tx) == "0.1 1.0 0.0 ");
	CHECK(order(rows, top_sort::tx, true) == "0.0 1.0 0.1 ");
	CHECK(order(rows, top_sort::rx) == "0.1 1.0 0.0 ");
	CHECK(order(rows, top_sort::use) == "0.0 1.0 0.1 ");
	CHECK(order(rows, top_sort::device) == "0.0 0.1 1.0 ");
	CHECK(order(rows, top_sort::device, true) == "1.0 0.1 0.0 ");
}

TEST_CASE("equal rows stay in the order of devices, numbers as numbers")
{
	const std::vector<tool::top_row> rows = {row_of(0, 10, 5), row_of(1, 0, 5), row_of(0, 9, 5),
						 row_of(0, 2, 5)};
	CHECK(order(rows, top_sort::tx) == "0.2 0.9 0.10 1.0 ");
	CHECK(order(rows, top_sort::tx, true) == "0.2 0.9 0.10 1.0 ");
}

TEST_CASE("rows without a figure come last, whichever way")
{
	std::vector<tool::top_row> rows = {row_of(0, 0, 0), row_of(0, 1, 5), row_of(0, 2, 7)};
	rows[0].now = {};
	CHECK(order(rows, top_sort::tx) == "0.2 0.1 0.0 ");
	CHECK(order(rows, top_sort::tx, true) == "0.1 0.2 0.0 ");
}

TEST_CASE("totals are of the VFs in the view, and of PFs that have some")
{
	pf_info pf;
	pf.index = 2;
	pf.link_speed = mbit(1000);
	pf_info idle;
	idle.index = 9;
	auto rows =
		std::vector<tool::top_row>{row_of(0, 0, 100), row_of(0, 1, 150), row_of(1, 0, 999)};
	auto sums = totals({pf, idle}, rows);
	REQUIRE(sums.size() == 1);
	CHECK(sums[0].vfs == 2);
	CHECK(sums[0].now.tx_bits == 250e6);
	CHECK(use_of(sums[0]) == 0.25);

	for (auto& row : rows)
		row.now = {};
	CHECK_FALSE(totals({pf}, rows)[0].now.tx_bits);
}

TEST_CASE("keys choose the order")
{
	top_view view;
	view.first = 7;
	CHECK(press(view, 'l') == top_action::draw);
	CHECK(view.by == top_sort::use);
	CHECK(view.first == 0);
	press(view, 'r');
	CHECK(view.by == top_sort::rx);
	press(view, 'd');
	CHECK(view.by == top_sort::device);
	press(view, 't');
	CHECK(view.by == top_sort::tx);
	press(view, 'R');
	CHECK(view.reverse);
	press(view, 'R');
	CHECK_FALSE(view.reverse);
	CHECK(press(view, 'x') == top_action::nothing);
	CHECK(press(view, 'q') == top_action::quit);
}

TEST_CASE("keys change the interval within its bounds")
{
	top_view view;
	CHECK(press(view, '+') == top_action::time);
	CHECK(view.interval == 2s);
	press(view, '-');
	press(view, '-');
	CHECK(view.interval == 500ms);
	for (int i = 0; i < 20; ++i)
		press(view, '-');
	CHECK(view.interval == top_view::shortest);
	CHECK(press(view, '-') == top_action::nothing);
	for (int i = 0; i < 20; ++i)
		press(view, '+');
	CHECK(view.interval == top_view::longest);
	view.interval = 700ms;
	press(view, '+');
	CHECK(view.interval == 1s);
	view.interval = 700ms;
	press(view, '-');
	CHECK(view.interval == 500ms);
}

TEST_CASE("pause and help are left the way they were entered")
{
	top_view view;
	press(view, 'p');
	CHECK(view.paused);
	press(view, ' ');
	CHECK_FALSE(view.paused);
	press(view, '?');
	CHECK(view.help);
	press(view, 'h');
	CHECK_FALSE(view.help);
	press(view, 'h');
	CHECK(press(view, 'x') == top_action::draw);
	CHECK_FALSE(view.help);
}

TEST_CASE("movement does not go before the first")
{
	top_view view;
	press(view, top_key::up, 5);
	CHECK(view.first == 0);
	press(view, top_key::down, 5);
	press(view, top_key::page_down, 5);
	CHECK(view.first == 6);
	press(view, top_key::page_up, 5);
	press(view, top_key::page_up, 5);
	CHECK(view.first == 0);
	press(view, top_key::end, 5);
	CHECK(view.first > 1000);
	press(view, top_key::home, 5);
	CHECK(view.first == 0);
}
