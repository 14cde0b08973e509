// SPDX-License-Identifier: GPL-2.0-only
#include "stop_signals.hpp"

#include <algorithm>
#include <cerrno>
#include <system_error>

#include <poll.h>
#include <sys/signalfd.h>
#include <unistd.h>

namespace vfctl::tool {

stop_signals::stop_signals(std::initializer_list<int> also)
{
	sigset_t set{};
	sigemptyset(&set);
	sigaddset(&set, SIGINT);
	sigaddset(&set, SIGTERM);
	for (const int signal : also)
		sigaddset(&set, signal);
	fd_ = ::signalfd(-1, &set, SFD_CLOEXEC | SFD_NONBLOCK);
	if (fd_ < 0)
		throw std::system_error(errno, std::generic_category(), "signalfd");
	pthread_sigmask(SIG_BLOCK, &set, &before_);
}

stop_signals::~stop_signals()
{
	// One that came is not to end the program by its default action after all.
	signalfd_siginfo info{};
	while (::read(fd_, &info, sizeof(info)) > 0) {
	}
	::close(fd_);
	pthread_sigmask(SIG_SETMASK, &before_, nullptr);
}

bool stop_signals::wait_until(std::chrono::steady_clock::time_point then)
{
	using namespace std::chrono;
	pollfd item{.fd = fd_, .events = POLLIN, .revents = 0};
	for (;;) {
		const auto left = std::max(then - steady_clock::now(), steady_clock::duration(0));
		const auto s = duration_cast<seconds>(left);
		const timespec timeout{.tv_sec = s.count(),
				       .tv_nsec = duration_cast<nanoseconds>(left - s).count()};
		const int ready = ::ppoll(&item, 1, &timeout, nullptr);
		if (ready > 0)
			return false;
		if (ready == 0 && steady_clock::now() >= then)
			return true;
		if (ready < 0 && errno != EINTR)
			throw std::system_error(errno, std::generic_category(), "poll");
	}
}

} // namespace vfctl::tool
