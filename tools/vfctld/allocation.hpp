// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <optional>
#include <span>
#include <vector>

namespace vfctl::daemon {

/// What a VF asks for, and what is its due. Rates in bit/s; infinite ones are none.
struct claim {
	std::size_t pf = 0;               ///< in the list of capacities
	std::optional<std::size_t> group; ///< in the list of groups; its own where absent
	double weight = 1;                ///< above 0
	double min = 0;                   ///< guaranteed, as far as it is asked for
	double max = 0;                   ///< hard cap
	double demand = 0;                ///< infinite: as much as it can get
};

/// What VFs of a group have together, over all PFs.
struct group_terms {
	double weight = 1; ///< on each PF, against the others there
	double max = 0;    ///< cap; may be infinite
};

/// Gives out the capacities of PFs: weighted max-min fairness with guarantees first. The sum of
/// what is given on a PF is never above its capacity, that of a group never above its cap, and
/// nobody gets more than it asks for.
///
/// A pure function. On each PF, its VFs without a group and the parts of groups there share by
/// weight (water_fill), and within a part its VFs. A group on several PFs has its cap divided
/// among its parts in the same way, by what they ask for; what a part cannot use, since its PF is
/// full, goes to the others in another round, until nothing is left to hand on.
/// \param shares  gets what each claim is given
void allocate(std::span<const claim> claims, std::span<const group_terms> groups,
	      std::span<const double> capacities, std::vector<double>& shares);

std::vector<double> allocate(std::span<const claim> claims, std::span<const group_terms> groups,
			     std::span<const double> capacities);

} // namespace vfctl::daemon
