// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <limits>
#include <random>
#include <vector>

#include "allocation.hpp"
#include "demand.hpp"
#include "offer.hpp"

namespace vfctl::test {

/// A fluid model of VFs that share a bottleneck behind their limiters, with the controller's loop
/// closed around it. Time goes in round trips, of which a period has fifty.
///
/// UDP sends what it wants. TCP doubles each round trip until its first loss, then halves at a loss
/// and else adds a hundredth of the capacity; its limiter holds it back without loss. Where more
/// comes to the bottleneck than it takes, all lose the same part. Counters count what leaves the
/// card, before the bottleneck. A limiter lets through 97 to 100 % of its limit.
class plant {
public:
	static constexpr double all = std::numeric_limits<double>::infinity();

	struct source {
		double wants = 0; ///< bit/s
		bool tcp = false;
		double weight = 1;
		double min = 0;
		double max = all;
	};

	/// \param capacity    that the controller is told of
	/// \param bottleneck  as it is
	plant(double capacity, double bottleneck, std::vector<source> sources, unsigned seed);

	source& operator[](std::size_t i) { return sources_[i]; }

	void run(int periods);

	/// What arrived in the last period, in bit/s.
	const std::vector<double>& delivered() const { return delivered_; }

	/// Limits now, in bit/s.
	const std::vector<double>& limits() const { return limits_; }

	/// Of the capacity, or of what is wanted where that is less, what arrived.
	double used() const;

	/// Jain's index of what arrived for those that want more than they can get.
	double evenness() const;

private:
	struct flow {
		double rate = 0;
		bool slow_start = true;
		double efficiency = 1;
		daemon::demand_estimator estimator;
	};

	void round_trip(std::vector<double>& sent);
	void control(const std::vector<double>& sent);

	double capacity_;
	double bottleneck_;
	std::vector<source> sources_;
	std::vector<flow> flows_;
	std::vector<double> limits_;
	std::vector<double> delivered_;
	std::mt19937 random_;
};

} // namespace vfctl::test
