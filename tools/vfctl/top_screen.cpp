// SPDX-License-Identifier: GPL-2.0-only
#include "top_screen.hpp"

#include <algorithm>
#include <array>
#include <cstdio>
#include <cstdlib>
#include <stdexcept>

#include <fmt/format.h>

// Its macros, as box and clear, would meet names of others.
#define NCURSES_NOMACROS
#define NCURSES_WIDECHAR 1
#include <ncurses.h>

namespace vfctl::tool {
namespace {

// Of a lone escape, the time until it is known not to begin a function key.
constexpr int escape_ms = 25;

struct look {
	top_role role;
	short colour; ///< -1: the terminal's own
	attr_t attributes;
};

constexpr std::array looks = {
	look{top_role::plain, -1, A_NORMAL},
	look{top_role::title, -1, A_BOLD},
	look{top_role::heading, -1, A_REVERSE},
	look{top_role::dim, -1, A_DIM},
	look{top_role::bar_low, COLOR_GREEN, A_NORMAL},
	look{top_role::bar_mid, COLOR_YELLOW, A_NORMAL},
	look{top_role::bar_high, COLOR_RED, A_NORMAL},
	look{top_role::warning, COLOR_YELLOW, A_BOLD},
	look{top_role::error, COLOR_RED, A_BOLD},
};

short pair_of(short colour)
{
	return static_cast<short>(colour + 1);
}

void make_pairs()
{
	start_color();
	use_default_colors();
	for (const auto& each : looks) {
		if (each.colour >= 0)
			init_pair(pair_of(each.colour), each.colour, -1);
	}
}

std::optional<top_key> movement(int key)
{
	switch (key) {
	case KEY_UP:
		return top_key::up;
	case KEY_DOWN:
		return top_key::down;
	case KEY_PPAGE:
		return top_key::page_up;
	case KEY_NPAGE:
		return top_key::page_down;
	case KEY_HOME:
		return top_key::home;
	case KEY_END:
		return top_key::end;
	default:
		return std::nullopt;
	}
}

} // namespace

struct top_screen::impl {
	SCREEN* screen;
	WINDOW* window;
	bool colour;
};

top_screen::top_screen(bool colour)
{
	// initscr() would end the program where it fails.
	auto* screen = newterm(nullptr, stdout, stdin);
	if (!screen) {
		const char* term = std::getenv("TERM");
		throw std::runtime_error(fmt::format(
			"the terminal of type '{}' is not known or has no full screen; try --batch",
			term ? term : ""));
	}
	set_term(screen);
	const bool coloured = colour && has_colors();
	impl_ = std::make_unique<impl>(impl{screen, stdscr, coloured});
	if (coloured)
		make_pairs();
	cbreak();
	noecho();
	curs_set(0);
	set_escdelay(escape_ms);
	keypad(stdscr, true);
	nodelay(stdscr, true);
}

top_screen::~top_screen()
{
	endwin();
	delscreen(impl_->screen);
}

std::size_t top_screen::lines() const
{
	return static_cast<std::size_t>(std::max(getmaxy(impl_->window), 0));
}

std::size_t top_screen::columns() const
{
	return static_cast<std::size_t>(std::max(getmaxx(impl_->window), 0));
}

void top_screen::draw(const top_frame& frame)
{
	werase(impl_->window);
	int y = 0;
	for (const auto& line : frame.lines) {
		wmove(impl_->window, y++, 0);
		for (const auto& span : line.spans()) {
			const auto* as =
				std::find_if(looks.begin(), looks.end(),
					     [&](const look& l) { return l.role == span.role; });
			const bool coloured = impl_->colour && as->colour >= 0;
			wattr_set(impl_->window, as->attributes,
				  coloured ? pair_of(as->colour) : short{0}, nullptr);
			waddnstr(impl_->window, span.text.data(),
				 static_cast<int>(span.text.size()));
		}
	}
	wrefresh(impl_->window);
}

std::optional<top_screen::input> top_screen::read()
{
	constexpr int redraw = 'L' - '@'; // control and L
	for (;;) {
		const int key = wgetch(impl_->window);
		if (key == ERR)
			return std::nullopt;
		if (key == redraw)
			wclear(impl_->window);
		if (key == redraw || key == KEY_RESIZE)
			return top_redraw{};
		if (const auto moved = movement(key))
			return *moved;
		if (key >= 0 && key <= '~')
			return static_cast<char>(key);
	}
}

} // namespace vfctl::tool
