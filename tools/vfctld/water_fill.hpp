// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <span>
#include <vector>

namespace vfctl::daemon {

/// One of those that share.
struct water_item {
	double weight = 1;  ///< above 0
	double floor = 0;   ///< what it gets before others get more; at least 0
	double ceiling = 0; ///< more than that it does not get; at least its floor; may be infinite
};

/// Divides an amount by weighted max-min fairness with lower bounds: each item gets
/// clamp(level * weight, floor, ceiling), with the one level at which all is given out, or the
/// ceilings where they leave something over. Where not even the floors fit, each gets the same
/// part of its floor.
///
/// Exact, by a sweep over the levels at which an item begins and ends to grow, in
/// O(n log n). Source: progressive filling, D. Bertsekas and R. Gallager, Data Networks, 2nd
/// edition, 6.5.2.
/// \param into  gets an amount for each item
void water_fill(double amount, std::span<const water_item> items, std::vector<double>& into);

} // namespace vfctl::daemon
