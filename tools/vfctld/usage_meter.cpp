// SPDX-License-Identifier: GPL-2.0-only
#include "usage_meter.hpp"

namespace vfctl::daemon {

namespace {

// Preamble and start of frame 8, gap 12, and the FCS 4 where the card does not count it (IEEE
// 802.3, 3.1.1 and 4.4.2).
constexpr double beside_a_frame = 24;

double per_second(double bytes, std::chrono::nanoseconds time)
{
	return bytes * 8 / std::chrono::duration<double>(time).count();
}

} // namespace

bool usage_meter::update(const vf_stats& sample)
{
	const auto bytes = sample.counters[counter::tx_bytes];
	if (!sample.time || (time_ && *sample.time <= *time_))
		return false;
	const auto packets = sample.counters[counter::tx_packets].value_or(0);
	const auto breaks = sample.resets.value_or(0) + sample.gaps.value_or(0);
	// Across a reset or a gap, the total is a lower bound, and no measure of what was sent.
	const bool whole = time_ && bytes && bytes_ && *bytes >= *bytes_ && packets >= packets_ &&
			   breaks == breaks_;
	if (whole) {
		const auto time = *sample.time - *time_;
		const auto octets = static_cast<double>(*bytes - *bytes_);
		const auto frames = static_cast<double>(packets - packets_);
		last_ = {.frames = per_second(octets, time),
			 .on_wire = per_second(octets + frames * beside_a_frame, time)};
	}
	time_ = sample.time;
	bytes_ = bytes;
	packets_ = packets;
	breaks_ = breaks;
	return whole;
}

} // namespace vfctl::daemon
