// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include <vfctl/client.hpp>
#include <vfctl/event.hpp>

#include "allocation.hpp"
#include "demand.hpp"
#include "journal.hpp"
#include "policy.hpp"
#include "snapshot.hpp"
#include "usage_meter.hpp"

namespace vfctl::daemon {

/// The traffic engineering controller: keeps a picture of PFs and VFs from events, and each period
/// reads the counters, gives out the capacities and sets the limits that follow.
///
/// Only hard limits of VFs are written whose mode is adopt or enforce, and the sampling interval of
/// their PFs where it is longer than half a period. Nothing is written at the end.
///
/// Not synchronised: for the thread of the event loop.
class controller {
public:
	using time_point = std::chrono::steady_clock::time_point;

	/// \param kernel   has to outlive this, as has
	/// \param records  which it consults about what was before
	controller(client& kernel, journal& records, policy wanted);

	/// Takes an event of a monitor that began with a snapshot.
	void take(const event& what);

	/// Another policy, as a whole, from the next period on.
	void take(policy next);

	/// One period.
	/// \throws vfctl::error  where counters cannot be read, after what follows from that; the
	///                       next period may do better
	void think(time_point now);

	/// While paused, all is computed and nothing is written, be it a correction.
	/// \throws std::system_error  where that cannot be kept on disk; nothing has changed then
	void pause(bool paused);

	const policy& wanted() const noexcept { return policy_; }

	/// VFs as they are known now.
	std::vector<vf_info> vfs() const;

	/// All that is known. Counts that others keep are 0.
	snapshot view(time_point now) const;

private:
	using vf_id = std::pair<std::uint32_t, std::uint32_t>; // PF index and number

	struct vf_state {
		vf_view view;
		std::string key; ///< in the journal
		usage_meter meter;
		demand_estimator estimator;
		double demand = demand_estimator::all;
		bool correct = false;            ///< somebody else changed what is to be enforced
		bool seen = true;                ///< in the snapshot that is being taken
		time_point retry;                ///< not to be written before
		std::optional<time_point> since; ///< of the first period that it was there
	};

	struct pf_state {
		pf_info info;
		bool seen = true;
		time_point retry; ///< the interval is not to be set before
	};

	struct change {
		vf_state* vf;
		rate limit;
	};

	void take_event(const pf_event& e);
	void take_event(const vf_event& e);
	void take_event(const stats_event& e);
	void take_event(const overrun_event& e);
	void take_event(const gone_event& e);
	void take_event(const back_event& e);
	void take_event(const synced_event& e);

	void begin_vf(vf_state& vf);
	void outside_change(vf_state& vf, const vf_event& e);
	void follow_policy(vf_state& vf);
	void apply_rule(vf_state& vf) const;
	void adopt_what_was_set(vf_state& vf);
	bool is_managed(const vf_state& vf) const;

	void ask_kernel(time_point now);
	void look_again();
	void take_samples(time_point now);
	void note_lost(vf_state& vf, time_point now);
	void set_intervals(time_point now);
	rate capacity_of(const pf_state& pf) const;
	std::vector<change> decide();
	claim claim_of(const vf_state& vf, std::size_t pf) const;
	std::optional<std::size_t> group_of(const vf_state& vf) const;
	void write(std::vector<change>& changes, time_point now);
	void write_one(const change& one, time_point now);
	void adopt(vf_state& vf, rate cap);
	void keep_cap(const vf_state& vf, rate cap);

	client& kernel_;
	journal& records_;
	policy policy_;
	std::map<std::uint32_t, pf_state> pfs_;
	std::map<vf_id, vf_state> vfs_;
	std::vector<vf_stats> samples_;
	time_point next_look_;
	bool present_ = true;
	std::uint64_t periods_ = 0;
	double last_period_seconds_ = 0;
};

} // namespace vfctl::daemon
