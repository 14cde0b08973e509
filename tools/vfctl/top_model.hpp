// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <vector>

#include <vfctl/client.hpp>

#include "top_view.hpp"
#include "traffic.hpp"

namespace vfctl::tool {

/// A VF of the view.
struct top_row {
	vf_info vf;
	std::optional<std::string> driver; ///< bound to the VF
	traffic now;
};

/// A PF of the view, with the sums over its VFs that are in it.
struct top_pf {
	pf_info pf;
	std::size_t vfs = 0;
	traffic now;
};

/// What there is to show.
struct top_model {
	backend_type backend = backend_type::automatic;
	std::vector<top_pf> pfs; ///< those with VFs in the view
	std::vector<top_row> rows;
	std::string status;  ///< what the user should know of: an error; or empty
	std::string nothing; ///< where there are no rows, why
};

/// The limit that is to be in force; by rtnetlink the hard one. Absent where it is not known.
std::optional<rate> limit_of(const vf_info& vf);

/// Packets of both directions per second.
std::optional<double> packets_of(const traffic& now);

/// What a VF sends as a part of its limit, or of the link's speed where it has none.
std::optional<double> use_of(const top_row& row);

/// What the VFs of a PF send as a part of its link's speed.
std::optional<double> use_of(const top_pf& pf);

/// In the order of the view; VFs that are equal in it by device. Those whose figure is not known
/// come last, whichever way it goes.
void sort_rows(std::vector<top_row>& rows, const top_view& view);

/// Sums of the rows below each PF of `known` that has some.
std::vector<top_pf> totals(const std::vector<pf_info>& known, const std::vector<top_row>& rows);

/// As totals, of PFs.
top_pf total(const std::vector<top_pf>& pfs, std::size_t from);

} // namespace vfctl::tool
