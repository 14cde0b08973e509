// SPDX-License-Identifier: GPL-2.0-only
#include "offer.hpp"

#include <algorithm>
#include <cmath>
#include <cstdint>

namespace vfctl::daemon {

namespace {

constexpr double mbit = 1e6;

// A share of 399999999.9999 is one of 400 Mbit/s.
constexpr double rounding = 1;

struct pf_sums {
	double given = 0;
	double weights = 0;
};

std::vector<pf_sums> sums_of(std::span<const claim> claims, std::span<const double> shares,
			     std::size_t pfs)
{
	std::vector<pf_sums> sums(pfs);
	for (std::size_t i = 0; i < claims.size(); ++i) {
		pf_sums& pf = sums[claims[i].pf];
		pf.given += shares[i];
		pf.weights += claims[i].weight;
	}
	return sums;
}

rate in_whole_mbits(double bits)
{
	return rate::from_bits_per_sec(static_cast<std::uint64_t>(
		std::max(1.0, std::floor((bits + rounding) / mbit)) * mbit));
}

} // namespace

void ask_for_room(std::span<claim> claims, std::span<const double> capacities)
{
	std::vector<double> number(capacities.size(), 0);
	for (const auto& one : claims)
		number[one.pf] += 1;
	for (auto& one : claims)
		one.demand += room_to_wake * capacities[one.pf] / number[one.pf];
}

void offer(std::span<const claim> claims, std::span<const double> shares,
	   std::span<const double> capacities, std::vector<rate>& limits)
{
	const auto sums = sums_of(claims, shares, capacities.size());
	limits.clear();
	for (std::size_t i = 0; i < claims.size(); ++i) {
		const claim& one = claims[i];
		const double capacity = capacities[one.pf];
		const pf_sums& pf = sums[one.pf];
		double limit = shares[i];
		if (shares[i] + rounding >= one.demand) {
			const double spare = std::max(0.0, capacity - pf.given);
			limit = std::max(shares[i] * (1 + room_to_grow),
					 shares[i] + spare * one.weight / pf.weights);
		}
		limits.push_back(in_whole_mbits(std::min({limit, one.max, capacity})));
	}
}

bool worth_writing(rate now, rate wanted, double step)
{
	if (now == wanted)
		return false;
	if (now.is_none() || wanted.is_none())
		return true;
	const auto from = static_cast<double>(now.bits_per_sec());
	const auto to = static_cast<double>(wanted.bits_per_sec());
	return to > from ? to - from > step * from : from - to > step / 2 * from;
}

} // namespace vfctl::daemon
