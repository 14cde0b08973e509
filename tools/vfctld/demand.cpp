// SPDX-License-Identifier: GPL-2.0-only
#include "demand.hpp"

#include <algorithm>
#include <cmath>

namespace vfctl::daemon {

namespace {

constexpr double grows = 1.1;
constexpr double drops = 0.5;
constexpr double sleeps = 0.1;

} // namespace

double demand_estimator::update(double frames, double on_wire, double limit)
{
	const double before = last_;
	last_ = frames;
	const bool dropped =
		frames < drops * before || (std::isfinite(limit) && frames < sleeps * limit);
	if (!std::isfinite(limit) || on_wire >= filled * limit) {
		backlogged_ = true;
		fell_short_ = false;
	} else if (backlogged_ && !(frames > grows * before)) {
		backlogged_ = !dropped && !fell_short_;
		fell_short_ = true;
	}
	if (backlogged_)
		return all;
	return dropped ? frames : std::max(frames, before);
}

} // namespace vfctl::daemon
