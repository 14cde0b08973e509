// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <array>
#include <bitset>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include <vfctl/export.hpp>

namespace vfctl {

/// Counters of a VF. Directions are the VF's own.
enum class counter : std::uint8_t {
	rx_packets,
	tx_packets,
	rx_bytes,
	tx_bytes,
	rx_multicast,
	rx_broadcast,
	rx_dropped,
	tx_dropped,
	rx_loopback_packets, ///< from another function of the same card, through its switch
	tx_loopback_packets,
	rx_loopback_bytes,
	tx_loopback_bytes,
};

inline constexpr std::size_t counter_count = 12;

/// All of them, to loop over.
inline constexpr std::array<counter, counter_count> all_counters = {
	counter::rx_packets,
	counter::tx_packets,
	counter::rx_bytes,
	counter::tx_bytes,
	counter::rx_multicast,
	counter::rx_broadcast,
	counter::rx_dropped,
	counter::tx_dropped,
	counter::rx_loopback_packets,
	counter::tx_loopback_packets,
	counter::rx_loopback_bytes,
	counter::tx_loopback_bytes,
};

/// "rx_packets", ...
VFCTL_EXPORT std::string_view to_string(counter c);

/// Values of those counters that are known. One that the card or its driver does not have is
/// absent, never 0.
class counters {
public:
	std::optional<std::uint64_t> operator[](counter c) const
	{
		const auto i = static_cast<std::size_t>(c);
		if (!known_[i])
			return std::nullopt;
		return value_[i];
	}

	void set(counter c, std::uint64_t value)
	{
		value_[static_cast<std::size_t>(c)] = value;
		known_.set(static_cast<std::size_t>(c));
	}

	void clear() noexcept { known_.reset(); }
	bool empty() const noexcept { return known_.none(); }

	/// Alike are those that know the same counters and the same values of them.
	friend VFCTL_EXPORT bool operator==(const counters& a, const counters& b) noexcept;
	friend bool operator!=(const counters& a, const counters& b) noexcept { return !(a == b); }

private:
	std::array<std::uint64_t, counter_count> value_{};
	std::bitset<counter_count> known_;
};

/// The last sample of a VF's counters: 64 bits wide, never going back while its stub exists,
/// whatever the width of the card's own counters and however often those are reset.
///
/// By backend_type::rtnetlink: what the driver's counters say, as wide as they are. rtnetlink
/// says 0 for "unsupported", "being reset" and "no traffic" alike (rtnl_fill_vf() ignores the
/// driver's answer), so there a counter of 0 is absent; time, resets and gaps always are.
struct vf_stats {
	std::uint32_t pf_index = 0;         ///< interface index of the PF's network device
	std::string pf_name;                ///< name of the PF's network device
	std::uint32_t number = 0;           ///< of the VF below its PF, from 0
	std::optional<std::uint32_t> index; ///< interface index of the stub; module only
	std::optional<std::string> name;    ///< of the stub device; module only

	/// When the counters were read (std::chrono::steady_clock is CLOCK_MONOTONIC); absent, with
	/// all counters, until the first reading.
	std::optional<std::chrono::steady_clock::time_point> time;
	std::optional<std::uint32_t> resets; ///< how often the card's counters were found cleared
	std::optional<std::uint32_t> gaps;   ///< how often a sample came too late; totals are a
					     ///< lower bound then
	vfctl::counters counters;
};

VFCTL_EXPORT bool operator==(const vf_stats& a, const vf_stats& b);
inline bool operator!=(const vf_stats& a, const vf_stats& b)
{
	return !(a == b);
}

} // namespace vfctl
