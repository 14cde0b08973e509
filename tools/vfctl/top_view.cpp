// SPDX-License-Identifier: GPL-2.0-only
#include "top_view.hpp"

#include <algorithm>
#include <array>
#include <limits>

namespace vfctl::tool {
namespace {

using std::chrono::milliseconds;

constexpr std::array steps = {milliseconds(100),    milliseconds(200),    milliseconds(500),
			      milliseconds(1000),   milliseconds(2000),   milliseconds(5000),
			      milliseconds(10'000), milliseconds(30'000), milliseconds(60'000)};
static_assert(steps.front() == top_view::shortest && steps.back() == top_view::longest);

/// The next step up or down, from an interval that need not be one.
top_action step(top_view& view, bool up)
{
	auto wanted = view.interval;
	if (up) {
		const auto* next = std::upper_bound(steps.begin(), steps.end(), wanted);
		wanted = next == steps.end() ? top_view::longest : *next;
	} else {
		const auto* here = std::lower_bound(steps.begin(), steps.end(), wanted);
		wanted = here == steps.begin() ? top_view::shortest : *(here - 1);
	}
	if (wanted == view.interval)
		return top_action::nothing;
	view.interval = wanted;
	return top_action::time;
}

top_action sort(top_view& view, top_sort by)
{
	view.by = by;
	view.first = 0;
	return top_action::draw;
}

top_action press_view(top_view& view, char key)
{
	switch (key) {
	case 't':
		return sort(view, top_sort::tx);
	case 'r':
		return sort(view, top_sort::rx);
	case 'd':
		return sort(view, top_sort::device);
	case 'l':
		return sort(view, top_sort::use);
	case 'R':
		view.reverse = !view.reverse;
		view.first = 0;
		return top_action::draw;
	case 'p':
	case ' ':
		view.paused = !view.paused;
		return top_action::time;
	case '+':
		return step(view, true);
	case '-':
		return step(view, false);
	default:
		return top_action::nothing;
	}
}

} // namespace

std::string_view to_string(top_sort by)
{
	switch (by) {
	case top_sort::tx:
		return "tx";
	case top_sort::rx:
		return "rx";
	case top_sort::device:
		return "device";
	case top_sort::use:
		return "limit";
	}
	return "unknown";
}

top_action press(top_view& view, top_key key, std::size_t visible)
{
	// The end is not known here; who draws brings it into bounds.
	constexpr auto beyond = std::numeric_limits<std::size_t>::max() / 2;
	const auto page = std::max<std::size_t>(visible, 1);
	const auto back = [&view](std::size_t by) {
		view.first -= std::min(view.first, by);
	};

	switch (key) {
	case top_key::up:
		back(1);
		break;
	case top_key::down:
		++view.first;
		break;
	case top_key::page_up:
		back(page);
		break;
	case top_key::page_down:
		view.first += page;
		break;
	case top_key::home:
		view.first = 0;
		break;
	case top_key::end:
		view.first = beyond;
		break;
	}
	return top_action::draw;
}

top_action press(top_view& view, char key)
{
	if (key == 'q')
		return top_action::quit;
	if (key == '?' || key == 'h') {
		view.help = !view.help;
		return top_action::draw;
	}
	// Any key leaves the help, and does what it does.
	const bool left = view.help;
	view.help = false;
	const auto action = press_view(view, key);
	return action == top_action::nothing && left ? top_action::draw : action;
}

} // namespace vfctl::tool
