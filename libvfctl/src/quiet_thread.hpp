// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <system_error>
#include <thread>
#include <utility>

#include <csignal>

#include <vfctl/error.hpp>

namespace vfctl {

/// Starts a thread that takes no signal: those of a program are for the threads that it has made.
/// \throws error
template <typename Call> std::thread start_quiet_thread(Call&& call)
{
	sigset_t all;
	sigset_t before;

	sigfillset(&all);
	pthread_sigmask(SIG_SETMASK, &all, &before);
	std::thread made;
	std::error_code failed;
	try {
		made = std::thread(std::forward<Call>(call));
	} catch (const std::system_error& e) {
		failed = e.code();
	}
	pthread_sigmask(SIG_SETMASK, &before, nullptr);
	if (failed)
		throw error({}, failed, "a thread cannot be started: " + failed.message());
	return made;
}

} // namespace vfctl
