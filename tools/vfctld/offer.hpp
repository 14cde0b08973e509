// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <span>
#include <vector>

#include <vfctl/rate.hpp>

#include "allocation.hpp"

namespace vfctl::daemon {

/// How much above what it uses a VF's limit is, that it can show that it wants more: so much that
/// what it uses does not count as filling it (demand_estimator::filled).
constexpr double room_to_grow = 0.10;

/// The part of a PF's capacity that VFs which need little have together to wake up in. A VF that
/// fills its part of this has its whole share one period later. It is set aside: a VF that wakes where
/// all is in use would lose packets at the bottleneck, and TCP that loses some at the start is slow
/// for long.
constexpr double room_to_wake = 0.02;

/// Has claims that need little ask for room_to_wake as well; to be called before allocate().
void ask_for_room(std::span<claim> claims, std::span<const double> capacities);

/// Limits for what was given out. Who wanted more than it was given is limited to that. Who did not
/// gets room to grow, or its part by weight of what nobody wants, whichever is more. Limits are
/// whole Mbit/s, as drivers take them, and 1 Mbit/s at least; never above the cap, or the capacity.
///
/// So the limits on a PF add up to at most its capacity, room_to_grow of it, and 1 Mbit/s for each
/// VF; what is used adds up to more than the capacity only while VFs that need little begin to
/// need more, until the next period.
/// \param shares  as allocate() gave them
/// \param limits  gets one for each claim
void offer(std::span<const claim> claims, std::span<const double> shares,
	   std::span<const double> capacities, std::vector<rate>& limits);

/// Is the difference worth a write?
/// \param step  part of the limit in force; what is given is not for less, and what is taken not
///              for less than half of it, as somebody else has been given that already
bool worth_writing(rate now, rate wanted, double step);

} // namespace vfctl::daemon
