// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vfctl/stats.hpp>

namespace vfctl {

std::string_view to_string(counter c)
{
	static constexpr std::array<std::string_view, counter_count> names = {
		"rx_packets",
		"tx_packets",
		"rx_bytes",
		"tx_bytes",
		"rx_multicast",
		"rx_broadcast",
		"rx_dropped",
		"tx_dropped",
		"rx_loopback_packets",
		"tx_loopback_packets",
		"rx_loopback_bytes",
		"tx_loopback_bytes",
	};
	const auto i = static_cast<std::size_t>(c);

	return i < names.size() ? names[i] : "unknown";
}

} // namespace vfctl
