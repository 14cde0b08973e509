// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include "traffic.hpp"

using namespace vfctl;
using namespace vfctl::tool;
using namespace std::chrono_literals;

namespace {

using time_point = traffic_meter::time_point;

constexpr time_point start{1000s};

// As by the module.
vf_stats sampled(time_point at, std::uint64_t tx_bytes, std::uint64_t tx_packets,
		 std::uint32_t index = 7)
{
	vf_stats s;
	s.pf_index = 2;
	s.number = 1;
	s.index = index;
	s.time = at;
	s.counters.set(counter::tx_bytes, tx_bytes);
	s.counters.set(counter::tx_packets, tx_packets);
	return s;
}

// As by rtnetlink.
vf_stats untimed(std::uint64_t tx_bytes)
{
	vf_stats s;
	s.pf_index = 2;
	s.number = 1;
	if (tx_bytes != 0)
		s.counters.set(counter::tx_bytes, tx_bytes);
	return s;
}

} // namespace

TEST_CASE("figures are per second of the samples' own times")
{
	traffic_meter meter;
	CHECK_FALSE(meter.update(sampled(start, 1000, 10), start + 900ms));
	// Read 0.2 s later than the first one, sampled 2 s later.
	const auto t = meter.update(sampled(start + 2s, 126'000, 260), start + 2s);
	REQUIRE(t);
	CHECK(t->period == 2s);
	CHECK(t->tx_bits == 500'000.0);
	CHECK(t->tx_packets == 125.0);
}

TEST_CASE("a counter that is absent gives no figure")
{
	traffic_meter meter;
	meter.update(sampled(start, 0, 0), start);
	const auto t = meter.update(sampled(start + 1s, 0, 0), start + 1s);
	REQUIRE(t);
	CHECK(t->tx_bits == 0.0);
	CHECK_FALSE(t->rx_bits);
	CHECK_FALSE(t->rx_packets);
}

TEST_CASE("a sample that was not renewed keeps its figures, for three periods")
{
	traffic_meter meter;
	meter.update(sampled(start, 0, 0), start);
	const vf_stats last = sampled(start + 1s, 125, 1);
	REQUIRE(meter.update(last, start + 1s));
	const auto kept = meter.update(last, start + 1500ms);
	REQUIRE(kept);
	CHECK(kept->tx_bits == 1000.0);
	CHECK(meter.update(last, start + 4s));
	CHECK_FALSE(meter.update(last, start + 4001ms));
	// And begins again from there.
	const auto next = meter.update(sampled(start + 6s, 750, 1), start + 6s);
	REQUIRE(next);
	CHECK(next->period == 5s);
	CHECK(next->tx_bits == 1000.0);
}

TEST_CASE("a counter that went back gives no figure, the others do")
{
	traffic_meter meter;
	meter.update(sampled(start, 1000, 10), start);
	const auto t = meter.update(sampled(start + 1s, 999, 20), start + 1s);
	REQUIRE(t);
	CHECK_FALSE(t->tx_bits);
	CHECK(t->tx_packets == 10.0);
}

TEST_CASE("another stub under the same number begins anew")
{
	traffic_meter meter;
	meter.update(sampled(start, 1000, 10, 7), start);
	CHECK_FALSE(meter.update(sampled(start + 1s, 2000, 20, 8), start + 1s));
	CHECK(meter.update(sampled(start + 2s, 3000, 30, 8), start + 2s));
}

TEST_CASE("a sample without time, by the module, says nothing yet")
{
	traffic_meter meter;
	vf_stats none = sampled(start, 0, 0);
	none.time.reset();
	none.counters.clear();
	CHECK_FALSE(meter.update(none, start));
	CHECK_FALSE(meter.update(sampled(start, 1000, 10), start + 1s));
	CHECK(meter.update(sampled(start + 1s, 2000, 20), start + 2s));
}

TEST_CASE("without a time, the reader's clock counts")
{
	traffic_meter meter;
	CHECK_FALSE(meter.update(untimed(1000), start));
	const auto t = meter.update(untimed(2000), start + 500ms);
	REQUIRE(t);
	CHECK(t->period == 500ms);
	CHECK(t->tx_bits == 16'000.0);
}

TEST_CASE("from absent to something is no traffic")
{
	traffic_meter meter;
	meter.update(untimed(0), start);
	const auto t = meter.update(untimed(5000), start + 1s);
	REQUIRE(t);
	CHECK_FALSE(t->tx_bits);
}

TEST_CASE("VFs do not get into each other's figures")
{
	traffic_meter meter;
	vf_stats other = sampled(start, 0, 0);
	other.number = 2;
	meter.update(sampled(start, 1000, 10), start);
	CHECK_FALSE(meter.update(other, start));
	other.pf_index = 3;
	other.number = 1;
	CHECK_FALSE(meter.update(other, start + 1s));
}
