// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <cmath>
#include <vector>

#include "../catch.hpp"

#include "plant.hpp"

namespace {

using vfctl::test::plant;

constexpr double mbit = 1e6;
constexpr double gbit = 1e9;

plant::source udp(double wants)
{
	plant::source s;
	s.wants = wants;
	return s;
}

plant::source tcp(double wants)
{
	plant::source s = udp(wants);
	s.tcp = true;
	return s;
}

// Three periods after a change, and from then on.
void settles(plant& p, int periods = 10)
{
	p.run(3);
	for (int n = 0; n < periods; ++n) {
		p.run(1);
		CAPTURE(n);
		CHECK(p.evenness() >= 0.99);
		CHECK(p.used() >= 0.95);
	}
}

// Limits of those that fill them do not move by more than 3 % of the capacity.
void is_steady(plant& p, double capacity)
{
	std::vector<double> least = p.limits();
	std::vector<double> most = p.limits();
	for (int n = 0; n < 50; ++n) {
		p.run(1);
		for (std::size_t i = 0; i < least.size(); ++i) {
			least[i] = std::min(least[i], p.limits()[i]);
			most[i] = std::max(most[i], p.limits()[i]);
		}
	}
	for (std::size_t i = 0; i < least.size(); ++i) {
		CAPTURE(i, least[i], most[i]);
		CHECK(most[i] - least[i] <= 0.03 * capacity);
	}
}

} // namespace

TEST_CASE("TCP has its half beside UDP, at a bottleneck beyond the host")
{
	plant p(800 * mbit, 800 * mbit, {tcp(10 * gbit), udp(1 * gbit)}, 1);
	settles(p);
	is_steady(p, 800 * mbit);
}

TEST_CASE("TCP that begins beside UDP has its half three periods later")
{
	plant p(800 * mbit, 800 * mbit, {tcp(0), udp(1 * gbit)}, 2);
	p.run(20);
	CHECK(p.used() >= 0.95);
	p[0].wants = 10 * gbit;
	settles(p);
	p[1].wants = 0;
	settles(p);
	p[1].wants = 1 * gbit;
	settles(p);
	is_steady(p, 800 * mbit);
}

TEST_CASE("One that wakes among seven has its share three periods later")
{
	std::vector<plant::source> seven(7, tcp(10 * gbit));
	for (std::size_t i = 0; i < seven.size(); i += 2)
		seven[i] = udp(1 * gbit);
	seven[3].wants = 0;
	plant p(1 * gbit, 1 * gbit, seven, 3);
	settles(p);
	p[3].wants = 10 * gbit;
	settles(p);
	is_steady(p, 1 * gbit);
	for (std::size_t i = 0; i < 6; ++i)
		p[i].wants = 0;
	settles(p);
}

TEST_CASE("Among 256, one that wakes, one that is alone, and half that go")
{
	constexpr double capacity = 25 * gbit;
	std::vector<plant::source> many(256, tcp(capacity));
	for (std::size_t i = 0; i < many.size(); i += 3)
		many[i] = udp(capacity);
	many[7].wants = 0;
	plant p(capacity, capacity, many, 4);
	settles(p);
	p[7].wants = capacity;
	settles(p);
	for (std::size_t i = 0; i < 128; ++i)
		p[i].wants = 0;
	settles(p);
	for (std::size_t i = 128; i < 255; ++i)
		p[i].wants = 0;
	settles(p);
	is_steady(p, capacity);
}

TEST_CASE("Sources that need a little less than their fair share leave it in peace")
{
	for (const double part : {0.5, 0.8, 0.9, 0.93, 0.95, 0.97, 0.99}) {
		CAPTURE(part);
		std::vector<plant::source> ten(10, udp(100 * mbit * part));
		ten[0] = tcp(10 * gbit);
		plant p(1 * gbit, 1 * gbit, ten, 5);
		p.run(10);
		CHECK(p.used() >= 0.95);
		is_steady(p, 1 * gbit);
	}
}

TEST_CASE("Weights and guarantees hold in the loop")
{
	std::vector<plant::source> three{tcp(10 * gbit), udp(10 * gbit), udp(10 * gbit)};
	three[1].weight = 3;
	plant p(1 * gbit, 1 * gbit, three, 6);
	settles(p);
	p[2].min = 600 * mbit;
	p.run(4);
	CHECK(p.delivered()[2] >= 0.96 * 600 * mbit);
	CHECK(p.used() >= 0.95);
}

TEST_CASE("Whoever comes and goes, three periods later all is even again")
{
	for (unsigned seed = 1; seed <= 30; ++seed) {
		CAPTURE(seed);
		std::mt19937 random(seed);
		const auto n = std::uniform_int_distribution<std::size_t>(2, 32)(random);
		std::vector<plant::source> some;
		for (std::size_t i = 0; i < n; ++i)
			some.push_back(random() % 2 == 0 ? tcp(0) : udp(0));
		plant p(10 * gbit, 10 * gbit, some, seed);
		for (int change = 0; change < 10; ++change) {
			CAPTURE(change);
			bool any = false;
			for (std::size_t i = 0; i < n; ++i) {
				p[i].wants = random() % 3 == 0 ? 0 : 10 * gbit;
				any = any || p[i].wants > 0;
			}
			if (any)
				settles(p, 5);
		}
	}
}
