// SPDX-License-Identifier: GPL-2.0-only
#include "crowd.hpp"

#include <cerrno>
#include <chrono>
#include <cstdio>
#include <exception>
#include <memory>
#include <optional>
#include <set>
#include <utility>

#include <unistd.h>

#include <vfctl/error.hpp>
#include <vfctl/monitor.hpp>

namespace stress {

namespace {

// Longer than any single action takes on a slow machine.
constexpr std::chrono::seconds longest_turn{120};

constexpr std::chrono::milliseconds listen_for{50};

void show_threads()
{
	for (const std::string& thread : names_in("/proc/self/task")) {
		const std::string folder = "/proc/self/task/" + thread + "/";
		std::fprintf(stderr, "thread %s:\n%s", thread.c_str(),
			     read_file(folder + "stack").value_or("?\n").c_str());
	}
}

// Reads whatever comes. While vfctl is not loaded there is nothing to hear.
class listener {
public:
	void turn()
	{
		if (!monitor_ && !open()) {
			std::this_thread::sleep_for(listen_for);
			return;
		}
		monitor_->wait(listen_for);
	}

private:
	bool open()
	{
		vfctl::monitor::options options;
		options.stats = true;
		options.snapshot = true;
		try {
			monitor_.emplace(options);
		} catch (const vfctl::error& e) {
			if (e.code().value() != EPROTONOSUPPORT)
				throw;
		}
		return monitor_.has_value();
	}

	std::optional<vfctl::monitor> monitor_;
};

} // namespace

crowd::~crowd()
{
	stop_ = true;
	join();
}

void crowd::add(const action_kind& kind, std::uint64_t seed)
{
	auto& counts = members_.emplace_back(kind.name);

	start([acting = std::shared_ptr<action>(kind.make(on_)), choose = choices(seed),
	       &counts]() mutable { acting->once(choose, counts); });
}

void crowd::add_listener()
{
	start([listening = std::make_shared<listener>()] { listening->turn(); });
}

void crowd::start(std::function<void()> turn)
{
	const std::lock_guard held(lock_);
	++running_;
	threads_.emplace_back([this, turn = std::move(turn)] { run(turn); });
}

void crowd::run(const std::function<void()>& turn)
{
	std::string wrong;

	try {
		while (!stop_)
			turn();
	} catch (const std::exception& e) {
		wrong = e.what();
		stop_ = true;
	}
	const std::lock_guard held(lock_);
	if (wrong_.empty())
		wrong_ = wrong;
	--running_;
	ended_.notify_all();
}

bool crowd::busy(std::uint64_t least) const
{
	for (const tally& one : members_)
		if (one.successes() < least)
			return false;
	return true;
}

void crowd::join()
{
	{
		std::unique_lock held(lock_);
		if (!ended_.wait_for(held, longest_turn, [&] { return running_ == 0; })) {
			std::fprintf(stderr, "threads do not end:\n");
			show_threads();
			std::fflush(nullptr);
			::_exit(1);
		}
	}
	for (std::thread& thread : threads_)
		thread.join();
	threads_.clear();
}

void crowd::stop()
{
	stop_ = true;
	join();
	if (!wrong_.empty())
		throw failure(wrong_);
}

std::string crowd::text() const
{
	std::string all;

	for (const tally& one : members_)
		all += (all.empty() ? "" : "; ") + one.text();
	return all;
}

} // namespace stress
