// SPDX-License-Identifier: GPL-2.0-only
#include <cmath>
#include <limits>
#include <random>
#include <sstream>
#include <vector>

#include "../catch.hpp"

#include "allocation.hpp"
#include "water_fill.hpp"

namespace {

using namespace vfctl::daemon;

constexpr double infinite = std::numeric_limits<double>::infinity();
constexpr double mbit = 1e6;

struct scene {
	std::vector<claim> claims;
	std::vector<group_terms> groups;
	std::vector<double> capacities;

	std::vector<double> shares() const { return allocate(claims, groups, capacities); }

	double max_of(std::size_t g) const { return groups[g].max; }
};

std::string text_of(const scene& s)
{
	std::ostringstream text;
	text.precision(17);
	for (const double c : s.capacities)
		text << "capacity " << c << '\n';
	for (const auto& g : s.groups)
		text << "group weight " << g.weight << " max " << g.max << '\n';
	const auto shares = s.shares();
	for (std::size_t i = 0; i < s.claims.size(); ++i) {
		const auto& c = s.claims[i];
		text << "pf " << c.pf << " group " << (c.group ? static_cast<int>(*c.group) : -1)
		     << " weight " << c.weight << " min " << c.min << " max " << c.max << " demand "
		     << c.demand << " -> " << shares[i] << '\n';
	}
	return text.str();
}

class maker {
public:
	explicit maker(unsigned seed) : random_(seed) {}

	scene make()
	{
		scene s;
		const std::size_t pfs = count(1, 3);
		for (std::size_t i = 0; i < pfs; ++i)
			s.capacities.push_back(amount());
		const std::size_t groups = count(0, 3);
		for (std::size_t i = 0; i < groups; ++i)
			s.groups.push_back({weight(), maybe() ? amount() : infinite});
		const std::size_t vfs = count(1, 24);
		for (std::size_t i = 0; i < vfs; ++i)
			s.claims.push_back(one(pfs, groups));
		return s;
	}

	std::size_t count(std::size_t least, std::size_t most)
	{
		return std::uniform_int_distribution(least, most)(random_);
	}

	bool maybe() { return count(0, 1) == 1; }

private:
	claim one(std::size_t pfs, std::size_t groups)
	{
		claim c;
		c.pf = count(0, pfs - 1);
		if (groups != 0 && maybe())
			c.group = count(0, groups - 1);
		c.weight = weight();
		c.max = maybe() ? amount() : infinite;
		c.min = maybe() ? std::min(c.max, amount() / 8) : 0;
		c.demand = maybe() ? infinite : amount() * (count(0, 3) != 0);
		return c;
	}

	double amount()
	{
		return std::exp(
			std::uniform_real_distribution(std::log(mbit), std::log(100e9))(random_));
	}

	double weight() { return std::uniform_real_distribution(0.1, 10.0)(random_); }

	std::mt19937 random_;
};

double wanted(const claim& c)
{
	return std::min(c.max, c.demand);
}

bool close(double a, double b)
{
	return std::abs(a - b) <= 1 + 1e-9 * std::max(std::abs(a), std::abs(b));
}

double on_pf(const scene& s, const std::vector<double>& shares, std::size_t pf)
{
	double sum = 0;
	for (std::size_t i = 0; i < shares.size(); ++i)
		sum += s.claims[i].pf == pf ? shares[i] : 0;
	return sum;
}

double of_group(const scene& s, const std::vector<double>& shares, std::size_t g)
{
	double sum = 0;
	for (std::size_t i = 0; i < shares.size(); ++i)
		sum += s.claims[i].group == g ? shares[i] : 0;
	return sum;
}

bool fits(const scene& s, const std::vector<double>& shares)
{
	for (std::size_t i = 0; i < shares.size(); ++i) {
		if (!(shares[i] >= 0) || shares[i] > wanted(s.claims[i]) * (1 + 1e-9) + 1)
			return false;
	}
	for (std::size_t pf = 0; pf < s.capacities.size(); ++pf) {
		if (on_pf(s, shares, pf) > s.capacities[pf] * (1 + 1e-9) + 1)
			return false;
	}
	for (std::size_t g = 0; g < s.groups.size(); ++g) {
		if (of_group(s, shares, g) > s.groups[g].max * (1 + 1e-9) + 1)
			return false;
	}
	return true;
}

// What is handed on from round to round is less than that at the end.
bool is_full(double given, double limit)
{
	return given + 1 >= limit * (1 - 1e-6);
}

// Nobody who wants more could have it without somebody else having less: its PF or its group is
// full.
bool conserves_work(const scene& s, const std::vector<double>& shares)
{
	for (std::size_t i = 0; i < shares.size(); ++i) {
		const auto& c = s.claims[i];
		if (is_full(shares[i], wanted(c)))
			continue;
		if (is_full(on_pf(s, shares, c.pf), s.capacities[c.pf]))
			continue;
		if (c.group && is_full(of_group(s, shares, *c.group), s.max_of(*c.group)))
			continue;
		return false;
	}
	return true;
}

double guarantee(const claim& c)
{
	return std::min(c.min, wanted(c));
}

// Guarantees fit where a PF and all caps of groups have room for all of them.
bool guarantees_fit(const scene& s)
{
	std::vector<double> floors;
	for (const auto& c : s.claims)
		floors.push_back(guarantee(c));
	for (std::size_t pf = 0; pf < s.capacities.size(); ++pf) {
		if (on_pf(s, floors, pf) > s.capacities[pf])
			return false;
	}
	for (std::size_t g = 0; g < s.groups.size(); ++g) {
		if (of_group(s, floors, g) > s.groups[g].max)
			return false;
	}
	return true;
}

constexpr int cases = 10'000;

template <typename Property> void for_all(Property property)
{
	for (unsigned seed = 1; seed <= cases; ++seed) {
		maker make(seed);
		scene s = make.make();
		if (!property(s, make)) {
			INFO("seed " << seed << '\n' << text_of(s));
			REQUIRE(false);
		}
	}
	SUCCEED();
}

claim plain(double demand, double weight = 1)
{
	return {.pf = 0,
		.group = std::nullopt,
		.weight = weight,
		.min = 0,
		.max = infinite,
		.demand = demand};
}

} // namespace

TEST_CASE("Who needs little leaves the rest to others")
{
	const scene s{{plain(100 * mbit), plain(infinite), plain(infinite)}, {}, {1000 * mbit}};
	const auto shares = s.shares();
	CHECK(close(shares[0], 100 * mbit));
	CHECK(close(shares[1], 450 * mbit));
	CHECK(close(shares[2], 450 * mbit));
}

TEST_CASE("Shares are as weights, and a guarantee is a floor and no bonus")
{
	scene s{{plain(infinite, 1), plain(infinite, 3)}, {}, {800 * mbit}};
	CHECK(close(s.shares()[0], 200 * mbit));
	CHECK(close(s.shares()[1], 600 * mbit));
	s.claims[0].min = 150 * mbit;
	CHECK(close(s.shares()[0], 200 * mbit));
	s.claims[0].min = 300 * mbit;
	CHECK(close(s.shares()[0], 300 * mbit));
	CHECK(close(s.shares()[1], 500 * mbit));
}

TEST_CASE("Guarantees that do not fit shrink in proportion")
{
	scene s{{plain(infinite), plain(infinite)}, {}, {300 * mbit}};
	s.claims[0].min = 200 * mbit;
	s.claims[1].min = 400 * mbit;
	CHECK(close(s.shares()[0], 100 * mbit));
	CHECK(close(s.shares()[1], 200 * mbit));
}

TEST_CASE("A guarantee that is not asked for is there for others")
{
	scene s{{plain(10 * mbit), plain(infinite)}, {}, {500 * mbit}};
	s.claims[0].min = 400 * mbit;
	CHECK(close(s.shares()[0], 10 * mbit));
	CHECK(close(s.shares()[1], 490 * mbit));
}

TEST_CASE("A group has its weight, however many VFs it has")
{
	scene s{{plain(infinite), plain(infinite), plain(infinite)}, {{1, infinite}}, {900 * mbit}};
	s.claims[1].group = s.claims[2].group = 0;
	CHECK(close(s.shares()[0], 450 * mbit));
	CHECK(close(s.shares()[1], 225 * mbit));
	CHECK(close(s.shares()[2], 225 * mbit));
}

TEST_CASE("What a group's part cannot use on a full PF goes to its other part")
{
	scene s{{plain(infinite), plain(infinite), plain(infinite)},
		{{1, 800 * mbit}},
		{400 * mbit, 1000 * mbit}};
	s.claims[0].group = 0; // shares PF 0 with the next one
	s.claims[2].group = 0;
	s.claims[2].pf = 1;
	const auto shares = s.shares();
	CHECK(close(shares[0], 200 * mbit));
	CHECK(close(shares[1], 200 * mbit));
	CHECK(close(shares[2], 600 * mbit));
}

TEST_CASE("Nothing and nobody make no trouble")
{
	CHECK(scene{{}, {}, {mbit}}.shares().empty());
	CHECK(scene{{plain(0)}, {}, {mbit}}.shares() == std::vector<double>{0});
	CHECK(scene{{plain(infinite)}, {}, {0}}.shares() == std::vector<double>{0});
}

TEST_CASE("Of random cases, none goes above a capacity, a cap or a demand")
{
	for_all([](const scene& s, maker&) { return fits(s, s.shares()); });
}

TEST_CASE("Of random cases, none leaves over what somebody could use")
{
	for_all([](const scene& s, maker&) { return conserves_work(s, s.shares()); });
}

TEST_CASE("Of random cases, guarantees are met wherever they fit")
{
	int met = 0;
	for_all([&](const scene& s, maker&) {
		if (!guarantees_fit(s))
			return true;
		++met;
		const auto shares = s.shares();
		for (std::size_t i = 0; i < shares.size(); ++i) {
			if (shares[i] + 1 < guarantee(s.claims[i]) * (1 - 1e-9))
				return false;
		}
		return true;
	});
	CHECK(met > cases / 10);
}

TEST_CASE("Of random cases, equals get equal, in any order")
{
	for_all([](scene& s, maker& make) {
		const std::size_t n = make.count(0, s.claims.size() - 1);
		s.claims.push_back(s.claims[n]);
		const auto shares = s.shares();
		if (!close(shares[n], shares.back()))
			return false;
		scene turned = s;
		std::reverse(turned.claims.begin(), turned.claims.end());
		const auto others = turned.shares();
		for (std::size_t i = 0; i < shares.size(); ++i) {
			if (!close(shares[i], others[shares.size() - 1 - i]))
				return false;
		}
		return true;
	});
}

TEST_CASE("Of random cases, more weight is never less of a share")
{
	for_all([](scene& s, maker& make) {
		const std::size_t n = make.count(0, s.claims.size() - 1);
		const double before = s.shares()[n];
		s.claims[n].weight *= 1.5;
		return s.shares()[n] + 1 >= before * (1 - 1e-9);
	});
}

TEST_CASE("Of random cases, shares scale with all rates")
{
	for_all([](const scene& s, maker&) {
		scene twice = s;
		for (auto& c : twice.capacities)
			c *= 2;
		for (auto& g : twice.groups)
			g.max *= 2;
		for (auto& c : twice.claims) {
			c.min *= 2;
			c.max *= 2;
			c.demand *= 2;
		}
		const auto one = s.shares();
		const auto two = twice.shares();
		for (std::size_t i = 0; i < one.size(); ++i) {
			if (!close(2 * one[i], two[i]))
				return false;
		}
		return true;
	});
}
