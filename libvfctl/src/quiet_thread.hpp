// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <system_error>
#include <thread>
#include <utility>

#include <csignal>

#include <vfctl/error.hpp>

namespace vfctl {

/// Blocks all signals of the calling thread, until its end.
class signal_blocker {
public:
	signal_blocker() noexcept
	{
		sigset_t all;

		sigfillset(&all);
		pthread_sigmask(SIG_SETMASK, &all, &before_);
	}
	signal_blocker(const signal_blocker&) = delete;
	signal_blocker& operator=(const signal_blocker&) = delete;
	~signal_blocker() { pthread_sigmask(SIG_SETMASK, &before_, nullptr); }

private:
	sigset_t before_ = {};
};

/// Starts a thread that takes no signal: those of a program are for the threads that it has made.
/// \throws error
template <typename Call> std::thread start_quiet_thread(Call&& call)
{
	const signal_blocker inherited;

	try {
		return std::thread(std::forward<Call>(call));
	} catch (const std::system_error& e) {
		throw error({}, e.code(), "a thread cannot be started: " + e.code().message());
	}
}

} // namespace vfctl
