// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>

namespace vfctl::daemon {

/// How many requests each guest may make: so many per second on average, twice as many at once (a
/// token bucket). Who goes on when its budget is used up, or is said to misbehave, is cut off for
/// ten seconds. Knows only those guests that there is something to know of.
class request_budget {
public:
	using time_point = std::chrono::steady_clock::time_point;

	static constexpr std::chrono::seconds cut_off_for{10};

	explicit request_budget(double per_second) : rate_(per_second) {}

	void set_rate(double per_second) { rate_ = per_second; }

	/// A request: is there budget for it? If not, the guest is cut off.
	bool take(std::uint32_t cid, time_point now);

	/// The guest misbehaves.
	void cut_off(std::uint32_t cid, time_point now);

	bool is_cut_off(std::uint32_t cid, time_point now);

	/// Guests that something is known of.
	std::size_t size() const noexcept { return known_.size(); }

	std::uint64_t cut_offs() const noexcept { return cut_offs_; }

private:
	struct account {
		double left = 0;
		time_point last;
		time_point until; ///< cut off
	};

	account& account_of(std::uint32_t cid, time_point now);
	void forget_idle(time_point now);

	double rate_;
	std::map<std::uint32_t, account> known_;
	std::uint64_t cut_offs_ = 0;
};

} // namespace vfctl::daemon
