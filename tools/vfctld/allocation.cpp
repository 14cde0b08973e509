// SPDX-License-Identifier: GPL-2.0-only
#include "allocation.hpp"

#include <algorithm>
#include <cmath>
#include <limits>
#include <map>
#include <utility>

#include "water_fill.hpp"

namespace vfctl::daemon {

namespace {

// Who shares a PF with others: a VF, or the part of a group there.
struct contender {
	std::size_t pf = 0;
	std::optional<std::size_t> group;
	std::vector<std::size_t> claims;
	water_item terms;
	double given = 0;
};

// Less than that is no difference, in bit/s.
constexpr double nothing = 1e-3;

// Where guarantees do not fit, what is left to hand on shrinks by a factor with each round. After
// so many, it goes to whom it comes first.
constexpr std::size_t most_rounds = 16;

constexpr double infinite = std::numeric_limits<double>::infinity();

water_item terms_of(const claim& what)
{
	const double ceiling = std::max(0.0, std::min(what.max, what.demand));
	return {.weight = what.weight, .floor = std::min(what.min, ceiling), .ceiling = ceiling};
}

std::vector<contender> contenders_of(std::span<const claim> claims,
				     std::span<const group_terms> groups)
{
	std::vector<contender> all;
	std::map<std::pair<std::size_t, std::size_t>, std::size_t> parts; // by group and PF
	for (std::size_t i = 0; i < claims.size(); ++i) {
		const claim& one = claims[i];
		const water_item terms = terms_of(one);
		if (!one.group) {
			all.push_back({one.pf, std::nullopt, {i}, terms, 0});
			continue;
		}
		const auto [found, is_new] = parts.try_emplace({*one.group, one.pf}, all.size());
		if (is_new) {
			const water_item none{.weight = groups[*one.group].weight};
			all.push_back({one.pf, one.group, {}, none, 0});
		}
		contender& part = all[found->second];
		part.claims.push_back(i);
		part.terms.floor += terms.floor;
		part.terms.ceiling += terms.ceiling;
	}
	return all;
}

// Some of the contenders share an amount.
void fill(double amount, std::vector<contender>& all, const std::vector<std::size_t>& some)
{
	std::vector<water_item> items;
	std::vector<double> given;
	items.reserve(some.size());
	for (const std::size_t i : some)
		items.push_back(all[i].terms);
	water_fill(amount, items, given);
	for (std::size_t i = 0; i < some.size(); ++i)
		all[some[i]].given = given[i];
}

class division {
public:
	division(std::vector<contender>& all, std::span<const group_terms> groups,
		 std::span<const double> capacities)
	    : all_(all), groups_(groups), capacities_(capacities), on_pf_(capacities.size()),
	      of_group_(groups.size())
	{
		for (std::size_t i = 0; i < all.size(); ++i) {
			on_pf_[all[i].pf].push_back(i);
			if (all[i].group)
				of_group_[*all[i].group].push_back(i);
			asked_.push_back(all[i].terms);
			wanted_.push_back(all[i].terms.ceiling);
		}
	}

	void run()
	{
		for (std::size_t round = 0; round < most_rounds; ++round) {
			for (std::size_t g = 0; g < groups_.size(); ++g)
				divide_cap(g);
			for (std::size_t pf = 0; pf < capacities_.size(); ++pf)
				fill(capacities_[pf], all_, on_pf_[pf]);
			if (!any_part_is_held_back())
				break;
		}
		top_up();
	}

private:
	void divide_cap(std::size_t g)
	{
		std::vector<water_item> items;
		std::vector<double> budgets;
		for (const std::size_t i : of_group_[g])
			items.push_back(asked_[i]);
		water_fill(groups_[g].max, items, budgets);
		for (std::size_t n = 0; n < budgets.size(); ++n) {
			water_item& terms = all_[of_group_[g][n]].terms;
			terms.ceiling = budgets[n];
			terms.floor = std::min(asked_[of_group_[g][n]].floor, budgets[n]);
		}
	}

	// A part that cannot have its budget asks for no more than it got, so that the other parts
	// of its group can have the rest.
	bool any_part_is_held_back()
	{
		bool any = false;
		for (std::size_t g = 0; g < groups_.size(); ++g) {
			if (!std::isfinite(groups_[g].max) || of_group_[g].size() < 2)
				continue;
			for (const std::size_t i : of_group_[g]) {
				const contender& part = all_[i];
				if (part.given + nothing >= part.terms.ceiling)
					continue;
				asked_[i].ceiling = part.given;
				asked_[i].floor = std::min(asked_[i].floor, part.given);
				any = true;
			}
		}
		return any;
	}

	// A part that asked for less since its PF was full may find it less full in the end, when
	// another group asks for less there as well.
	void top_up()
	{
		std::vector<double> left;
		for (std::size_t g = 0; g < groups_.size(); ++g) {
			left.push_back(groups_[g].max);
			for (const std::size_t i : of_group_[g])
				left[g] -= all_[i].given;
		}
		for (std::size_t pf = 0; pf < capacities_.size(); ++pf) {
			for (const std::size_t i : on_pf_[pf]) {
				contender& one = all_[i];
				const double more =
					one.group ? std::max(0.0, left[*one.group]) : infinite;
				one.terms.floor = one.given;
				one.terms.ceiling =
					std::max(one.given, std::min(wanted_[i], one.given + more));
			}
			const auto before = given_on(pf);
			fill(capacities_[pf], all_, on_pf_[pf]);
			for (std::size_t n = 0; n < before.size(); ++n) {
				const contender& one = all_[on_pf_[pf][n]];
				if (one.group)
					left[*one.group] -= one.given - before[n];
			}
		}
	}

	std::vector<double> given_on(std::size_t pf) const
	{
		std::vector<double> given;
		for (const std::size_t i : on_pf_[pf])
			given.push_back(all_[i].given);
		return given;
	}

	std::vector<contender>& all_;
	std::span<const group_terms> groups_;
	std::span<const double> capacities_;
	std::vector<std::vector<std::size_t>> on_pf_;
	std::vector<std::vector<std::size_t>> of_group_;
	std::vector<water_item> asked_;
	std::vector<double> wanted_;
};

} // namespace

void allocate(std::span<const claim> claims, std::span<const group_terms> groups,
	      std::span<const double> capacities, std::vector<double>& shares)
{
	std::vector<contender> all = contenders_of(claims, groups);
	division(all, groups, capacities).run();
	shares.assign(claims.size(), 0);
	std::vector<water_item> items;
	std::vector<double> given;
	for (const auto& one : all) {
		items.clear();
		for (const std::size_t i : one.claims)
			items.push_back(terms_of(claims[i]));
		water_fill(one.given, items, given);
		for (std::size_t n = 0; n < one.claims.size(); ++n)
			shares[one.claims[n]] = given[n];
	}
}

std::vector<double> allocate(std::span<const claim> claims, std::span<const group_terms> groups,
			     std::span<const double> capacities)
{
	std::vector<double> shares;
	allocate(claims, groups, capacities, shares);
	return shares;
}

} // namespace vfctl::daemon
