// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <atomic>
#include <condition_variable>
#include <cstdint>
#include <functional>
#include <list>
#include <mutex>
#include <string>
#include <thread>
#include <vector>

#include "action.hpp"
#include "host.hpp"
#include "tally.hpp"

namespace stress {

/// Threads that each do one kind of action again and again, until they are told to stop or one of
/// them fails. All do something, or it is no race: see busy().
class crowd {
public:
	explicit crowd(const host& on) : on_(on) {}
	~crowd();
	crowd(const crowd&) = delete;
	crowd& operator=(const crowd&) = delete;

	/// One more thread.
	void add(const action_kind& kind, std::uint64_t seed);

	/// One that hears all events of vfctl, so that there are any.
	void add_listener();

	/// Has each succeeded so often?
	bool busy(std::uint64_t least) const;
	bool failed() const { return stop_.load(); }

	/// Ends them, and throws what the first one failed with. Those that do not end are shown with
	/// where they are in the kernel, and the program ends: nobody can wait for them.
	void stop();

	/// "rate 812 times, 40 ENODEV; numvfs 95 times"
	std::string text() const;

private:
	void start(std::function<void()> turn);
	void run(const std::function<void()>& turn);
	void join();

	const host& on_;
	std::atomic<bool> stop_ = false;
	std::list<tally> members_;
	std::vector<std::thread> threads_;
	std::mutex lock_;
	std::condition_variable ended_;
	std::size_t running_ = 0; // lock_
	std::string wrong_;       // lock_
};

} // namespace stress
