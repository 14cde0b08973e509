// SPDX-License-Identifier: GPL-2.0-only
#include "traffic.hpp"

#include <algorithm>

namespace vfctl::tool {

namespace {

using namespace std::chrono_literals;

std::optional<double> per_second(const counters& before, const counters& after, counter which,
				 double seconds)
{
	const auto from = before[which];
	const auto to = after[which];
	if (!from || !to || *to < *from)
		return std::nullopt;
	return static_cast<double>(*to - *from) / seconds;
}

std::optional<double> in_bits(std::optional<double> bytes)
{
	if (bytes)
		*bytes *= 8;
	return bytes;
}

// A sampler that is slow for once misses one sample or two; after that, what was the traffic then
// is not what it is now. Very short periods are given the time of a scheduler's whims.
bool is_stale(const traffic& figures, std::chrono::nanoseconds age)
{
	return age > std::max<std::chrono::nanoseconds>(3 * figures.period, 500ms);
}

} // namespace

traffic traffic_between(const counters& before, const counters& after,
			std::chrono::nanoseconds period)
{
	const double s = std::chrono::duration<double>(period).count();
	return {
		.period = period,
		.rx_bits = in_bits(per_second(before, after, counter::rx_bytes, s)),
		.tx_bits = in_bits(per_second(before, after, counter::tx_bytes, s)),
		.rx_packets = per_second(before, after, counter::rx_packets, s),
		.tx_packets = per_second(before, after, counter::tx_packets, s),
	};
}

std::optional<traffic> traffic_meter::update(const vf_stats& sample, time_point read)
{
	// With the module, a sample without a time has no counters either.
	const bool from_module = sample.index.has_value();
	if (from_module && !sample.time)
		return std::nullopt;
	const time_point time = sample.time.value_or(read);
	const auto [entry, is_new] =
		known_.try_emplace({sample.pf_index, sample.number},
				   state{sample.index, time, sample.counters, std::nullopt});
	state& known = entry->second;
	if (is_new)
		return std::nullopt;
	if (known.index != sample.index || time < known.time) {
		known = state{sample.index, time, sample.counters, std::nullopt};
		return std::nullopt;
	}
	if (time > known.time) {
		known.figures = traffic_between(known.last, sample.counters, time - known.time);
		known.time = time;
		known.last = sample.counters;
	} else if (known.figures && is_stale(*known.figures, read - time)) {
		known.figures.reset();
	}
	return known.figures;
}

} // namespace vfctl::tool
