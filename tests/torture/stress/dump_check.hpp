// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <map>
#include <utility>
#include <vector>

#include <vfctl/vfctl.hpp>

#include "session.hpp"

namespace stress {

/// Does an answer make sense in itself? Throws failure where it does not.
void check(const vfctl::pf_info& pf);
void check(const vfctl::vf_info& vf);
void check(const vfctl::vf_stats& stats);

/// The same for a dump, in which each object may be once.
void check(const std::vector<vfctl::pf_info>& pfs);
void check(const std::vector<vfctl::vf_info>& vfs);
void check(const std::vector<vfctl::vf_stats>& stats);

/// What one thread read of counters: those of a stub never go back.
class progress {
public:
	explicit progress(const host& on) : on_(on) {}

	/// \param moves  host::moves before the counters were asked for
	void follow(const place& where, unsigned moves, const std::vector<vfctl::vf_stats>& all);

private:
	struct state {
		unsigned moves;
		vfctl::vf_stats stats;
	};

	const host& on_;
	std::map<std::pair<const place*, std::uint32_t>, state> last_;
};

} // namespace stress
