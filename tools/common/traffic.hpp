// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>

#include <vfctl/stats.hpp>

namespace vfctl::tool {

/// What a VF moved per second, between two samples of its counters. A figure whose counter is
/// absent, or went back, is absent.
struct traffic {
	std::chrono::nanoseconds period{}; ///< between the samples
	std::optional<double> rx_bits;     ///< bit/s
	std::optional<double> tx_bits;     ///< bit/s
	std::optional<double> rx_packets;  ///< packet/s
	std::optional<double> tx_packets;  ///< packet/s
};

/// \param period  more than zero
traffic traffic_between(const counters& before, const counters& after,
			std::chrono::nanoseconds period);

/// Makes figures of one sample after the other, for any number of VFs.
class traffic_meter {
public:
	using time_point = std::chrono::steady_clock::time_point;

	/// Takes the current sample of a VF.
	///
	/// The period is that between the times of the samples, so a figure is right however
	/// late it was read. By rtnetlink, samples have no time: there it is that between the
	/// readings, as counters are read from the driver then.
	///
	/// \param read  when it was read
	/// \return the figures; those of last time where the sample was not renewed since, but not
	///         for longer than three periods; nothing after the first sample
	std::optional<traffic> update(const vf_stats& sample, time_point read);

	/// Forgets all.
	void clear() { known_.clear(); }

private:
	struct state {
		std::optional<std::uint32_t> index; // of the stub: another one began at 0
		time_point time;
		counters last;
		std::optional<traffic> figures;
	};

	std::map<std::pair<std::uint32_t, std::uint32_t>, state> known_; // by PF index and number
};

} // namespace vfctl::tool
