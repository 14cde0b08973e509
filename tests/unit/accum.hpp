// SPDX-License-Identifier: GPL-2.0-only
// What the tests of the accumulator share.
#pragma once

#include <cstdint>
#include <initializer_list>
#include <limits>
#include <utility>

extern "C" {
#include "accum.h"
}

#include "random.hpp"

namespace vfctl::test {

__extension__ using wide = unsigned __int128;

// The most that can have been counted, in the words of the documentation: the rate for that
// time, a clock that is off by 1/1024, one packet buffer, one frame.
inline std::uint64_t reference_max(const vfctl_accum_limits& limits, std::uint64_t elapsed_ns)
{
	wide bytes = static_cast<wide>(limits.bytes_per_s) * elapsed_ns / 1'000'000'000;
	bytes += bytes / 1024;
	bytes += 64 * 1024 + 0x2600;
	constexpr auto most = std::numeric_limits<std::uint64_t>::max();
	return bytes > most ? most : static_cast<std::uint64_t>(bytes);
}

inline bool counts_bytes(int counter)
{
	return counter == VFCTL_CNT_RX_BYTES || counter == VFCTL_CNT_TX_BYTES ||
	       counter == VFCTL_CNT_RX_LB_BYTES || counter == VFCTL_CNT_TX_LB_BYTES;
}

inline vfctl_reading reading(std::uint64_t begin, std::uint64_t end,
			     std::initializer_list<std::pair<vfctl_counter, std::uint64_t>> values)
{
	vfctl_reading r{};
	r.begin_ns = begin;
	r.end_ns = end;
	for (const auto& [counter, value] : values) {
		r.present |= 1U << counter;
		r.raw[counter] = value;
	}
	return r;
}

inline bool same(const vfctl_accum& a, const vfctl_accum& b)
{
	for (int i = 0; i < VFCTL_CNT_MAX; i++)
		if (a.total[i] != b.total[i] || a.raw[i] != b.raw[i])
			return false;
	return a.time_ns == b.time_ns && a.begin_ns == b.begin_ns && a.present == b.present &&
	       a.seen == b.seen && a.resets == b.resets && a.gaps == b.gaps;
}

} // namespace vfctl::test
