// SPDX-License-Identifier: GPL-2.0-only
// A VF under random traffic on a card that counts in 64 bits what really flows, and shows
// the low bits of it.
#pragma once

#include "accum.hpp"
#include "random.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <vector>

namespace vfctl::test {

inline constexpr std::uint64_t ms = 1'000'000;
inline constexpr std::uint64_t s = 1'000 * ms;
inline constexpr std::uint64_t buffer = 64 * 1024 + 0x2600;

using counters = std::array<std::uint64_t, VFCTL_CNT_MAX>;

// One direction of a VF: at most its rate, and what a buffer can add to that for a moment.
class flow {
public:
	flow(vfctl_counter packets, vfctl_counter bytes) : packets_{packets}, bytes_{bytes} {}

	void advance(generator& random, std::uint64_t rate, std::uint64_t ns, counters& grown)
	{
		const auto moved = static_cast<wide>(rate) * ns + rest_;
		rest_ = static_cast<std::uint64_t>(moved % s);
		const auto possible = static_cast<std::uint64_t>(moved / s) + credit_;
		const auto wanted = saturated_ ? possible : random.up_to(possible);
		const auto size = saturated_ && random.one_in(2) ? 64 : random.between(64, 9728);
		const auto frames = wanted / size;

		credit_ = std::min(buffer, possible - frames * size);
		grown[packets_] += frames;
		grown[bytes_] += frames * size;
		if (packets_ == VFCTL_CNT_RX_PACKETS) {
			grown[VFCTL_CNT_RX_MULTICAST] += random.up_to(frames);
			grown[VFCTL_CNT_RX_BROADCAST] += random.up_to(frames);
			grown[VFCTL_CNT_RX_DROPPED] += random.up_to(frames);
		}
		if (packets_ == VFCTL_CNT_TX_PACKETS)
			grown[VFCTL_CNT_TX_DROPPED] += random.up_to(frames);
		if (random.one_in(20))
			saturated_ = !saturated_;
	}

private:
	vfctl_counter packets_;
	vfctl_counter bytes_;
	std::uint64_t credit_{buffer};
	std::uint64_t rest_{};
	bool saturated_{};
};

// A VF, its device and the clock of the host.
class device {
public:
	device(generator& random, unsigned width, std::uint64_t rate)
	    : random_{random}, width_{width}, rate_{rate +
						    rate / 1'000'000 * random.between(0, 600)}
	{
		now_ = random.between(1, 1'000'000 * s);
		for (auto& value : counted_)
			value = random.one_in(2)
					? random.up_to(mask() >> 1U)
					: (mask() >> (width == 64 ? 2U : 0U)) - random.up_to(rate);
		for (auto& value : counted_)
			value &= mask();
	}

	std::uint64_t mask() const { return width_ == 64 ? ~0ULL : (1ULL << width_) - 1; }
	std::uint64_t now() const { return now_; }
	const counters& truth() const { return truth_; }
	const counters& counted() const { return counted_; }

	void advance(std::uint64_t ns)
	{
		counters grown{};
		for (auto& one : flows_)
			one.advance(random_, rate_, ns, grown);
		for (std::size_t i = 0; i < grown.size(); i++) {
			truth_[i] += grown[i];
			counted_[i] += grown[i];
		}
		now_ += ns;
	}

	void reset() { counted_.fill(0); }

	// Reads register after register while traffic flows, now and then interrupted.
	// The device may be reset, or go away, before register number `event`.
	struct snapshot {
		vfctl_reading reading{};
		counters truth{};
		counters counted{};
	};
	enum class mishap { none, reset, gone };

	snapshot read(std::uint32_t present, mishap what = mishap::none, int event = 0)
	{
		snapshot shot;
		shot.reading.begin_ns = now_;
		shot.reading.present = present;
		for (int i = 0; i < VFCTL_CNT_MAX; i++) {
			const auto at = static_cast<std::size_t>(i);
			advance(random_.one_in(50) ? random_.up_to(20 * ms)
						   : random_.between(0, 2000));
			if (what == mishap::reset && i == event)
				reset();
			// A true count of all ones has tests of its own.
			while ((counted_[at] & mask()) == mask())
				advance(ms);
			const bool gone = what == mishap::gone && i >= event;
			shot.truth[at] = truth_[at];
			shot.counted[at] = counted_[at];
			if (present & 1U << i)
				shot.reading.raw[i] = gone ? mask() : counted_[at] & mask();
			else
				shot.reading.raw[i] = random_.next(); // must not matter
		}
		advance(random_.between(0, 2000));
		shot.reading.end_ns = now_;
		return shot;
	}

private:
	generator& random_;
	unsigned width_;
	std::uint64_t rate_;
	std::uint64_t now_;
	counters truth_{};
	counters counted_{};
	std::vector<flow> flows_{{VFCTL_CNT_RX_PACKETS, VFCTL_CNT_RX_BYTES},
				 {VFCTL_CNT_TX_PACKETS, VFCTL_CNT_TX_BYTES},
				 {VFCTL_CNT_RX_LB_PACKETS, VFCTL_CNT_RX_LB_BYTES},
				 {VFCTL_CNT_TX_LB_PACKETS, VFCTL_CNT_TX_LB_BYTES}};
};

} // namespace vfctl::test
