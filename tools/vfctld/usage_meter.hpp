// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

#include <vfctl/stats.hpp>

namespace vfctl::daemon {

/// What a VF sends, from one sample of its counters to the next. In bit/s.
struct usage {
	double frames = 0;  ///< of what the card counts: frames, of some cards with FCS
	double on_wire = 0; ///< the same with all that a frame can take beside what is counted
};

/// Makes them.
class usage_meter {
public:
	using time_point = std::chrono::steady_clock::time_point;

	/// Takes a sample.
	/// \return whether there is a new figure
	bool update(const vf_stats& sample);

	/// The last figure; absent before the second sample, and where octets sent are not counted.
	const std::optional<usage>& last() const noexcept { return last_; }

	/// Of the last sample; absent before the first.
	const std::optional<time_point>& time() const noexcept { return time_; }

private:
	std::optional<time_point> time_;
	std::optional<std::uint64_t> bytes_;
	std::uint64_t packets_ = 0;
	std::uint32_t breaks_ = 0; // resets and gaps
	std::optional<usage> last_;
};

} // namespace vfctl::daemon
