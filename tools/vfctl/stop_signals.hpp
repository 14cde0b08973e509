// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <csignal>
#include <initializer_list>

namespace vfctl::tool {

/// Takes SIGINT and SIGTERM as the wish to end, for as long as it lives: for commands that run
/// until they are told to stop, which is no failure then.
class stop_signals {
public:
	/// \param also  other signals to be taken so
	explicit stop_signals(std::initializer_list<int> also = {});
	stop_signals(const stop_signals&) = delete;
	stop_signals& operator=(const stop_signals&) = delete;
	~stop_signals();

	/// Readable once one has come; for poll loops.
	int fd() const noexcept { return fd_; }

	/// Sleeps until then.
	/// \return false where a signal came before
	bool wait_until(std::chrono::steady_clock::time_point then);

private:
	sigset_t before_{};
	int fd_ = -1;
};

} // namespace vfctl::tool
