// SPDX-License-Identifier: GPL-2.0-only
// The accumulator reads random cards at random times, and is held against the truth.
#include "catch.hpp"

#include "accum.hpp"
#include "card.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <sstream>
#include <string>
#include <vector>

using namespace vfctl::test;

namespace {

struct scenario {
	bool resets{};
	bool resets_in_readings{};
	bool gaps{};
	bool trouble{}; // all ones, device going away, clock errors
	bool mask_changes{};
	bool rate_unknown{};
};

struct tally {
	std::uint64_t readings{}, ok{}, wraps{}, resets_seen{}, resets_missed{}, gaps{},
		discarded{}, back{};
};

// One VF from its first reading to its last one. Stops at the first thing that is wrong.
class run {
public:
	run(const scenario& what, std::uint64_t seed, tally& sums)
	    : what_{what}, random_{seed}, sums_{sums}, width_{choose_width()}, rate_{choose_rate()},
	      device_{random_, width_, rate_}, usual_{choose_present()}
	{
		limits_.width = static_cast<std::uint8_t>(width_);
		limits_.bytes_per_s = what.rate_unknown ? 0 : rate_;
	}

	std::string play()
	{
		if (random_.one_in(4))
			first_is_gone();
		last_ = device_.read(usual_);
		if (add(last_) != VFCTL_ACCUM_FIRST)
			return fail("the first reading is not the first");
		for (step_ = 1; step_ <= 40 && wrong_.empty(); step_++)
			step();
		return wrong_;
	}

private:
	std::uint64_t choose_rate()
	{
		const auto rate = random_.pick(std::array<std::uint64_t, 7>{
			12'500'000, 125'000'000, 312'500'000, 1'250'000'000, 5'000'000'000,
			12'500'000'000, 50'000'000'000});
		// Nobody builds counters that wrap faster than they can be read.
		return width_ == 64 ? rate : std::min(rate, (std::uint64_t{1} << width_) / 3);
	}

	unsigned choose_width()
	{
		if (what_.gaps)
			return random_.pick(std::array{32U, 36U, 40U});
		return random_.pick(std::array{32U, 32U, 36U, 40U, 48U, 63U, 64U});
	}

	std::uint32_t choose_present()
	{
		const std::uint32_t all = (1U << VFCTL_CNT_MAX) - 1;
		// What the 82576 has
		const std::uint32_t intel =
			all & ~(1U << VFCTL_CNT_RX_BROADCAST | 1U << VFCTL_CNT_RX_DROPPED |
				1U << VFCTL_CNT_TX_DROPPED);
		switch (random_.between(0, 3)) {
		case 0:
			return all;
		case 1:
			return intel;
		case 2:
			return 1U << random_.between(0, VFCTL_CNT_MAX - 1);
		default:
			return std::max(1U, static_cast<std::uint32_t>(random_.next()) & all);
		}
	}

	// The longest interval in which an octet counter cannot wrap twice.
	std::uint64_t safe_interval() const
	{
		const auto range = static_cast<wide>(device_.mask()) / (what_.rate_unknown ? 4 : 1);
		const auto ns = (range - wide{3} * buffer) * s / (rate_ + rate_ / 500);
		const auto longest = static_cast<wide>(10'000) * s;
		const auto spare = 300 * ms; // what the reading itself takes
		return static_cast<std::uint64_t>(std::min(ns, longest)) -
		       std::min(static_cast<std::uint64_t>(std::min(ns, longest)), spare);
	}

	std::uint64_t choose_interval()
	{
		const auto safe = safe_interval();
		if (what_.gaps && random_.one_in(3))
			return random_.between(safe / 2, 8 * (safe + s));
		if (random_.one_in(5))
			return random_.up_to(safe);
		return std::min(safe, random_.between(1, 2 * s));
	}

	vfctl_accum_result add(const device::snapshot& shot)
	{
		// What a register holds above its counter must not matter.
		auto r = shot.reading;
		for (auto& value : r.raw)
			value |= ~device_.mask() & random_.next();
		return vfctl_accum_add(&acc_, &r, &limits_);
	}

	std::string fail(const std::string& why)
	{
		std::ostringstream text;
		text << why << " (step " << step_ << ", width " << width_ << ", rate " << rate_
		     << ")";
		if (wrong_.empty())
			wrong_ = text.str();
		return wrong_;
	}

	void expect_discarded(const device::snapshot& shot)
	{
		const auto before = acc_;
		sums_.discarded++;
		if (add(shot) != VFCTL_ACCUM_DISCARDED)
			fail("a reading that is none was accepted");
		else if (!same(acc_, before))
			fail("a discarded reading changed something");
	}

	void first_is_gone()
	{
		expect_discarded(device_.read(usual_, device::mishap::gone));
		device_.advance(s);
	}

	// Readings that must change nothing, whatever they hold
	void make_trouble()
	{
		auto shot = device_.read(usual_);
		auto& r = shot.reading;
		switch (random_.between(0, 5)) {
		case 0:
			shot = device_.read(usual_, device::mishap::gone);
			break;
		case 1: // before the last one
			r.end_ns = acc_.time_ns - random_.up_to(acc_.time_ns);
			r.begin_ns = r.end_ns - random_.up_to(r.end_ns);
			break;
		case 2: // the clock stands still
			r.begin_ns = r.end_ns = acc_.time_ns;
			break;
		case 3: // overlapping
			r.begin_ns = acc_.time_ns - random_.between(1, acc_.time_ns - 1);
			break;
		case 4: // backward in itself
			std::swap(r.begin_ns, r.end_ns);
			if (r.begin_ns == r.end_ns)
				r.begin_ns++;
			break;
		default:
			r.present = 0;
		}
		expect_discarded(shot);
	}

	// The device goes away in the midst of a reading.
	void vanish()
	{
		const auto event = static_cast<int>(random_.between(1, VFCTL_CNT_MAX - 1));
		auto shot = device_.read(acc_.present, device::mishap::gone, event);
		bool reachable = true;
		for (int i = event; i < VFCTL_CNT_MAX; i++)
			if (acc_.present & 1U << i &&
			    device_.mask() - acc_.raw[i] > step_max(i, shot))
				reachable = false;
		if (!reachable)
			expect_discarded(shot);
	}

	void step()
	{
		const auto interval = choose_interval();
		bool reset = false;
		auto part = random_.between(0, interval);

		if (what_.trouble && random_.one_in(6)) {
			device_.advance(random_.up_to(std::min(interval, s)));
			if (random_.one_in(3) && !what_.rate_unknown)
				vanish();
			else
				make_trouble();
			if (device_.now() - acc_.time_ns > safe_interval())
				resync();
		}
		device_.advance(part);
		if (what_.resets && random_.one_in(5)) {
			device_.reset();
			reset = true;
			if (random_.one_in(4))
				device_.advance(part / 8), device_.reset();
		}
		device_.advance(interval - part + 1);

		auto present = usual_;
		if (what_.mask_changes && random_.one_in(4))
			present &= static_cast<std::uint32_t>(random_.next() | random_.next());
		if (present == 0)
			present = usual_;

		if (what_.resets_in_readings && random_.one_in(5)) {
			const auto event = static_cast<int>(random_.between(0, VFCTL_CNT_MAX - 1));
			check(device_.read(present, device::mishap::reset, event), true, true);
		} else {
			check(device_.read(present), reset, false);
		}
	}

	// After trouble that took long, so that the next step is no gap by accident
	void resync()
	{
		if (!what_.gaps)
			check(device_.read(usual_), false, false);
	}

	std::uint64_t step_max(int i, const device::snapshot& shot) const
	{
		const auto elapsed = shot.reading.end_ns - acc_.begin_ns;
		const auto bytes = reference_max(limits_, elapsed);
		return counts_bytes(i) ? bytes : bytes / 64;
	}

	bool must_be_reset(const device::snapshot& shot, std::uint32_t common) const
	{
		for (int i = 0; i < VFCTL_CNT_MAX; i++) {
			if (!(common & 1U << i))
				continue;
			const auto raw = shot.reading.raw[i];
			const auto delta = (raw - acc_.raw[i]) & device_.mask();
			const bool back = raw < acc_.raw[i];
			if (back && width_ == 64)
				return true;
			if (what_.rate_unknown ? back && delta > device_.mask() / 2
					       : delta > step_max(i, shot))
				return true;
		}
		return false;
	}

	// No counter stands higher than it can have come from 0.
	bool can_be_reset(const device::snapshot& shot, std::uint32_t common) const
	{
		for (int i = 0; i < VFCTL_CNT_MAX; i++)
			if (common & 1U << i && shot.reading.raw[i] > step_max(i, shot))
				return false;
		return true;
	}

	bool must_be_gap(const device::snapshot& shot, std::uint32_t common,
			 std::uint32_t fresh) const
	{
		if (fresh & seen_)
			return true;
		for (int i = 0; i < VFCTL_CNT_MAX; i++)
			if (!what_.rate_unknown && common & 1U << i &&
			    step_max(i, shot) > device_.mask())
				return true;
		return false;
	}

	// The accumulator takes a reading; `reset` and `torn` tell what really happened.
	void check(const device::snapshot& shot, bool reset, bool torn)
	{
		const auto before = acc_;
		const auto common = shot.reading.present & acc_.present;
		const auto fresh = shot.reading.present & ~acc_.present;
		const bool seen_reset = must_be_reset(shot, common);
		const bool gap = must_be_gap(shot, common, fresh);
		const bool clean = can_be_reset(shot, common);

		seen_ |= acc_.present | fresh;
		maxima_ = {};
		for (int i = 0; i < VFCTL_CNT_MAX; i++)
			maxima_[static_cast<std::size_t>(i)] = step_max(i, shot);

		const auto result = add(shot);
		sums_.readings++;
		if (seen_reset && !reset && !tainted_)
			fail("the test's own device is faster than it says");
		const auto expected = seen_reset ? VFCTL_ACCUM_RESET
				      : gap      ? VFCTL_ACCUM_GAP
						 : VFCTL_ACCUM_OK;
		if (result != expected)
			fail("taken for " + std::to_string(result) + " instead of " +
			     std::to_string(expected));
		if (acc_.resets != before.resets + seen_reset || acc_.gaps != before.gaps + gap)
			fail("resets or gaps are miscounted");
		if (acc_.present != shot.reading.present)
			fail("counters are missing");
		if (acc_.time_ns != shot.reading.end_ns || acc_.begin_ns != shot.reading.begin_ns)
			fail("wrong time");
		count(result, reset, gap);

		for (int i = 0; i < VFCTL_CNT_MAX; i++)
			check_counter(i, before, shot, common, torn || tainted_, reset,
				      seen_reset && clean, gap);
		// The reading after a torn one sees the rest of that reset.
		tainted_ = torn;
		last_ = shot;
	}

	void count(vfctl_accum_result result, bool reset, bool gap)
	{
		sums_.ok += result == VFCTL_ACCUM_OK;
		sums_.gaps += gap;
		if (reset)
			(result == VFCTL_ACCUM_RESET ? sums_.resets_seen : sums_.resets_missed)++;
	}

	void check_counter(int i, const vfctl_accum& before, const device::snapshot& shot,
			   std::uint32_t common, bool torn, bool reset, bool seen_reset, bool gap)
	{
		const auto at = static_cast<std::size_t>(i);
		const auto name = "counter " + std::to_string(i) + ": ";
		if (acc_.total[i] < before.total[i]) {
			fail(name + "the total went back");
			return;
		}
		const auto grown = acc_.total[i] - before.total[i];
		if (!(common & 1U << i)) {
			sums_.back += shot.reading.present >> i & 1U;
			if (grown != 0)
				fail(name + "an absent counter grew");
			return;
		}
		if (!what_.rate_unknown && grown > maxima_[at])
			fail(name + "grew by more than the device can move");

		const auto mask = device_.mask();
		const auto moved = shot.truth[at] - last_.truth[at];
		const auto since_reset = shot.counted[at];
		sums_.wraps += !reset && shot.reading.raw[i] < before.raw[i];
		if (torn) // which counters were cleared is known to nobody: only the bounds above
			return;
		if (!reset) {
			if ((grown & mask) != (moved & mask) || grown > moved)
				fail(name + "moved " + std::to_string(moved) + ", added " +
				     std::to_string(grown));
			if (!gap && grown != moved)
				fail(name + "an exact step is not exact");
		} else if (seen_reset) {
			if (grown != (since_reset & mask))
				fail(name + "counted " + std::to_string(since_reset) +
				     " since the reset, added " + std::to_string(grown));
			if (grown > moved)
				fail(name + "a reset invented traffic");
		} else {
			// It looks like a continuation in every counter. A wrong wrap may add more
			// than was moved, but never more than can be; otherwise the loss is the old
			// value.
			const bool wrapped = shot.reading.raw[i] < before.raw[i];
			if (!wrapped && grown > moved)
				fail(name + "a missed reset invented traffic");
			if (!wrapped && grown + before.raw[i] < (since_reset & mask))
				fail(name + "a missed reset lost more than the old value");
		}
	}

	scenario what_;
	generator random_;
	tally& sums_;
	unsigned width_;
	std::uint64_t rate_;
	device device_;
	std::uint32_t usual_;
	vfctl_accum_limits limits_{};
	vfctl_accum acc_{};
	device::snapshot last_{};
	counters maxima_{};
	std::uint32_t seen_{};
	bool tainted_{};
	int step_{};
	std::string wrong_;
};

tally play(const scenario& what, std::uint64_t usual_cases)
{
	tally sums;
	const auto first = first_seed();
	const auto cases = case_count(usual_cases);
	for (std::uint64_t i = 0; i < cases; i++) {
		const auto wrong = run{what, first + i, sums}.play();
		INFO("repeat with VFCTL_TEST_SEED=" << first + i << " VFCTL_TEST_CASES=1");
		INFO(wrong);
		REQUIRE(wrong.empty());
	}
	return sums;
}

// That the cases hold what they are for; a single case need not.
bool enough(std::uint64_t seen)
{
	return seen > 0 || case_count(1000) < 1000;
}

} // namespace

TEST_CASE("without resets and gaps every total is exactly what was moved")
{
	const auto sums = play({}, 3000);
	CHECK(sums.ok == sums.readings);
	CHECK(enough(sums.wraps));
	CHECK(sums.resets_seen + sums.resets_missed + sums.gaps == 0);
}

TEST_CASE("after a reset a total holds all but what was moved before it")
{
	const auto sums = play({.resets = true}, 3000);
	CHECK(enough(sums.wraps));
	CHECK(enough(sums.resets_seen));
	CHECK(enough(sums.resets_missed));
}

TEST_CASE("a reset during a reading neither takes totals back nor makes them jump")
{
	const auto sums = play({.resets = true, .resets_in_readings = true}, 2000);
	CHECK(enough(sums.resets_seen));
}

TEST_CASE("across a gap a total is short of whole wraps only, and the gap is counted")
{
	const auto sums = play({.gaps = true}, 2000);
	CHECK(enough(sums.gaps));
	CHECK(sums.resets_seen + sums.resets_missed == 0);
}

TEST_CASE("readings that are none change nothing")
{
	const auto sums = play({.trouble = true}, 2000);
	CHECK(enough(sums.discarded));
	CHECK(sums.resets_seen == 0);
}

TEST_CASE("counters may come and go")
{
	const auto sums = play({.mask_changes = true}, 2000);
	CHECK(enough(sums.back));
	CHECK(enough(sums.gaps));
}

TEST_CASE("at an unknown rate totals are exact while half a range is not moved at once")
{
	const auto sums = play({.rate_unknown = true}, 2000);
	CHECK(sums.ok == sums.readings);
	CHECK(enough(sums.wraps));
}

TEST_CASE("all of it at once")
{
	const auto sums = play({.resets = true,
				.resets_in_readings = true,
				.gaps = true,
				.trouble = true,
				.mask_changes = true},
			       3000);
	CHECK(enough(sums.resets_seen));
	CHECK(enough(sums.gaps));
	CHECK(enough(sums.discarded));
}

TEST_CASE("all of it at once, at an unknown rate")
{
	const auto sums = play({.resets = true,
				.resets_in_readings = true,
				.trouble = true,
				.mask_changes = true,
				.rate_unknown = true},
			       2000);
	CHECK(enough(sums.resets_seen));
}
