// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

#include "system.hpp"

namespace stress {

/// What `ethtool -S` asks, by ioctl, in the network namespace of the thread that made it.
class ethtool {
public:
	ethtool();

	using statistics = std::vector<std::pair<std::string, std::uint64_t>>;

	/// Returns 0 or an errno. EAGAIN: the device had other counters from one question to the
	/// next.
	int read(const std::string& device, statistics& into);

private:
	descriptor socket_;
};

} // namespace stress
