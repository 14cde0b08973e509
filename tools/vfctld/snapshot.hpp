// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <vector>

#include <vfctl/pf.hpp>
#include <vfctl/rate.hpp>
#include <vfctl/stats.hpp>
#include <vfctl/vf.hpp>

#include "policy.hpp"

namespace vfctl::daemon {

/// What vfctld knows of a VF, and decided for it. Rates in bit/s.
struct vf_view {
	vf_info info;
	vf_stats stats;
	std::optional<int> numa_node; ///< of the PF's slot; absent where the machine has no nodes
	vf_mode mode = vf_mode::observe;
	std::string group;
	double weight = 1;
	rate min;
	rate max;                      ///< of the policy
	rate adopted;                  ///< cap that somebody else set, in mode adopt
	std::optional<double> use;     ///< what it sends, as of the last two samples
	std::optional<double> demand;  ///< estimate; absent: as much as it can get
	std::optional<double> share;   ///< what it was given; absent where it is not managed
	std::optional<rate> limit;     ///< the hard limit that follows from it
	bool lost = false;             ///< samples stay away
	std::uint64_t writes = 0;      ///< limits that were set
	std::uint64_t failures = 0;    ///< of them, refused
	std::uint64_t corrections = 0; ///< others' changes that were undone
	std::uint64_t acceptances = 0; ///< others' changes that were accepted
	std::string last_failure;      ///< in the kernel's words; empty after a success
};

/// What vfctld knows of a PF.
struct pf_view {
	pf_info info;
	std::optional<rate> capacity; ///< that is given out; absent while the link is down
	double use = 0;               ///< of all its VFs
};

/// What vfctld knows and has done, at one moment.
struct snapshot {
	std::chrono::steady_clock::time_point time;
	bool paused = false;
	bool module_present = true;
	std::vector<pf_view> pfs;
	std::vector<vf_view> vfs;
	std::uint64_t periods = 0;        ///< how often limits were thought over
	double last_period_seconds = 0;   ///< of computing in the last one
	std::uint64_t reloads = 0;        ///< of the policy, with success
	std::uint64_t failed_reloads = 0; ///< whose file was not to be taken
	std::uint64_t guest_requests = 0; ///< over vsock
	std::uint64_t guest_refusals = 0; ///< of them, refused
	std::uint64_t guest_cut_offs = 0; ///< guests that were cut off
};

/// The last snapshot, for readers in other threads.
class snapshot_board {
public:
	void put(std::shared_ptr<const snapshot> next)
	{
		const std::lock_guard guard(mutex_);
		last_ = std::move(next);
	}

	/// Null before the first.
	std::shared_ptr<const snapshot> get() const
	{
		const std::lock_guard guard(mutex_);
		return last_;
	}

private:
	mutable std::mutex mutex_;
	std::shared_ptr<const snapshot> last_;
};

} // namespace vfctl::daemon
