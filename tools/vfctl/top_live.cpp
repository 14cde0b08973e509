// SPDX-License-Identifier: GPL-2.0-only
#include "top_live.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <chrono>
#include <csignal>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <variant>

#include <poll.h>
#include <unistd.h>

#include "stop_signals.hpp"
#include "time_of_day.hpp"
#include "top_bar.hpp"
#include "top_layout.hpp"
#include "top_screen.hpp"

namespace vfctl::tool {
namespace {

using std::chrono::steady_clock;

/// Lets SIGWINCH through during ppoll() alone: one that came just before would be slept over.
class window_signal {
public:
	window_signal()
	{
		sigset_t set{};
		sigemptyset(&set);
		sigaddset(&set, SIGWINCH);
		pthread_sigmask(SIG_BLOCK, &set, &before_);
		pthread_sigmask(SIG_BLOCK, nullptr, &during_);
		sigdelset(&during_, SIGWINCH);
	}
	window_signal(const window_signal&) = delete;
	window_signal& operator=(const window_signal&) = delete;
	~window_signal() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

	const sigset_t& during_poll() const noexcept { return during_; }

private:
	sigset_t before_{};
	sigset_t during_{};
};

class live_top {
public:
	live_top(context& ctx, top_source& source, top_view view)
	    : raw_(ctx.output.raw), source_(source), view_(view), screen_(ctx.output.colour)
	{}

	void run(std::uint64_t count);

private:
	enum class woken : std::uint8_t { by_time, by_terminal, by_end };

	void read();
	void draw();
	woken wait();
	bool obey_keys(); ///< false after q
	top_action obey(const top_screen::input& typed);

	bool raw_;
	top_source& source_;
	top_view view_;
	stop_signals stop_{SIGHUP, SIGQUIT};
	window_signal window_;
	top_screen screen_;
	top_model model_;
	std::string time_;
	std::size_t visible_ = 0;
	steady_clock::time_point next_;
};

void live_top::read()
{
	model_ = source_.read();
	time_ = time_of_day(std::chrono::system_clock::now());
	next_ += view_.interval;
	// After a stop of the program, or a slow answer, frames are not caught up with.
	if (next_ < steady_clock::now())
		next_ = steady_clock::now() + view_.interval;
}

void live_top::draw()
{
	sort_rows(model_.rows, view_);
	const auto frame = render(model_, view_,
				  {.columns = screen_.columns(),
				   .lines = screen_.lines(),
				   .unicode = is_unicode(),
				   .raw = raw_,
				   .time = time_});
	view_.first = frame.first;
	visible_ = frame.visible;
	screen_.draw(frame);
}

live_top::woken live_top::wait()
{
	using namespace std::chrono;
	std::array<pollfd, 2> of = {{{.fd = stop_.fd(), .events = POLLIN, .revents = 0},
				     {.fd = STDIN_FILENO, .events = POLLIN, .revents = 0}}};
	const auto left = std::max(next_ - steady_clock::now(), steady_clock::duration(0));
	const auto s = duration_cast<seconds>(left);
	const timespec timeout{.tv_sec = s.count(),
			       .tv_nsec = duration_cast<nanoseconds>(left - s).count()};
	const int ready = ::ppoll(of.data(), of.size(), view_.paused ? nullptr : &timeout,
				  &window_.during_poll());
	if (ready < 0 && errno != EINTR)
		throw std::system_error(errno, std::generic_category(), "poll");
	if (ready < 0)
		return woken::by_terminal;
	if (of[0].revents != 0 || (of[1].revents & (POLLHUP | POLLERR | POLLNVAL)) != 0)
		return woken::by_end;
	return ready > 0 ? woken::by_terminal : woken::by_time;
}

top_action live_top::obey(const top_screen::input& typed)
{
	if (const auto* key = std::get_if<top_key>(&typed))
		return press(view_, *key, visible_);
	if (const auto* character = std::get_if<char>(&typed))
		return press(view_, *character);
	return top_action::draw;
}

bool live_top::obey_keys()
{
	bool changed = false;
	while (const auto typed = screen_.read()) {
		const auto action = obey(*typed);
		if (action == top_action::quit)
			return false;
		if (action == top_action::time)
			next_ = steady_clock::now();
		changed = changed || action != top_action::nothing;
	}
	if (changed)
		draw();
	return true;
}

void live_top::run(std::uint64_t count)
{
	next_ = steady_clock::now() - view_.interval;
	for (std::uint64_t frame = 0;;) {
		if (!view_.paused && steady_clock::now() >= next_) {
			if (count != 0 && frame++ == count)
				return;
			read();
			draw();
		}
		const auto why = wait();
		if (why == woken::by_end || (why == woken::by_terminal && !obey_keys()))
			return;
	}
}

} // namespace

void show_top(context& ctx, top_source& source, top_view view, std::uint64_t count)
{
	live_top(ctx, source, view).run(count);
}

} // namespace vfctl::tool
