// SPDX-License-Identifier: GPL-2.0-only
#include "water_fill.hpp"

#include <algorithm>
#include <cmath>
#include <utility>

namespace vfctl::daemon {

namespace {

// A level at which the sum begins to grow faster, or slower, by a weight.
using turn = std::pair<double, double>;

double level_for(double amount, std::span<const water_item> items)
{
	std::vector<turn> turns;
	turns.reserve(2 * items.size());
	double sum = 0;
	for (const auto& item : items) {
		sum += item.floor;
		if (item.ceiling <= item.floor)
			continue;
		turns.emplace_back(item.floor / item.weight, item.weight);
		if (std::isfinite(item.ceiling))
			turns.emplace_back(item.ceiling / item.weight, -item.weight);
	}
	std::sort(turns.begin(), turns.end());
	double level = 0;
	double slope = 0;
	for (const auto& [at, change] : turns) {
		const double reached = sum + slope * (at - level);
		if (reached >= amount)
			break;
		sum = reached;
		level = at;
		slope += change;
	}
	return slope > 0 ? level + std::max(0.0, amount - sum) / slope : level;
}

} // namespace

void water_fill(double amount, std::span<const water_item> items, std::vector<double>& into)
{
	into.assign(items.size(), 0);
	double floors = 0;
	double ceilings = 0;
	for (const auto& item : items) {
		floors += item.floor;
		ceilings += item.ceiling;
	}
	if (floors >= amount) {
		const double part = floors > 0 ? std::max(0.0, amount) / floors : 0;
		for (std::size_t i = 0; i < items.size(); ++i)
			into[i] = items[i].floor * part;
		return;
	}
	const bool enough = ceilings <= amount;
	const double level = enough ? 0 : level_for(amount, items);
	for (std::size_t i = 0; i < items.size(); ++i) {
		into[i] = enough ? items[i].ceiling
				 : std::clamp(level * items[i].weight, items[i].floor,
					      items[i].ceiling);
	}
}

} // namespace vfctl::daemon
