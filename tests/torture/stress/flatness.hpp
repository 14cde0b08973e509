// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <map>
#include <string>

#include "host.hpp"

namespace stress {

/// What the kernel and this process hold: objects of each slab cache, references to modules, network
/// devices, file descriptors. Comparable when nothing happens at both times.
class holdings {
public:
	/// What is free but not given back is given back first: caches of the kernel's, and with KASAN
	/// the quarantine of what was freed lately.
	static holdings count(const host& on);

	/// One line for each, "vfctl refcnt: 0, then 0"; of slab caches those that have changed, and
	/// the sum.
	static std::string text(const holdings& before, const holdings& after);

	/// What has grown: of slab caches those that grew by an object in each second cycle, and where
	/// these were allocated if the kernel tells. Empty where nothing did.
	static std::string growth(const holdings& before, const holdings& after, long cycles);

private:
	std::map<std::string, long> exact_;
	std::map<std::string, long> slab_;
	long slab_kilobytes_ = 0;
};

} // namespace stress
