// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <limits>

namespace vfctl::daemon {

/// Estimates how much a VF would send if it could, from what it sends under its limit. One for
/// each VF. Rates in bit/s.
///
/// A VF that fills its limit is backlogged: it wants as much as it can get. One that was, and is
/// growing into a new limit, as TCP does, remains so; one that falls short of it does for one
/// period more, and one that sends less than half of what it
/// did, or than a tenth of its limit, for none. Any other wants what it
/// sent in one of the last two periods.
///
/// That is sound only while nobody is held back by anything but its limit: so what is given out
/// must fit the narrowest place, wherever it is. A VF that starves there looks as if it needed
/// little.
class demand_estimator {
public:
	/// Of a VF that wants as much as it can get.
	static constexpr double all = std::numeric_limits<double>::infinity();

	/// The part of a limit from which on it counts as filled. Cards count and limit frames with
	/// or without what is around them on the wire, and short of the limit they are by 1 to 4 %
	/// (measured on an emulated 82576: experiments/README.md).
	static constexpr double filled = 0.95;

	/// Takes what was sent in the last period.
	/// \param frames   as it is counted
	/// \param on_wire  with all that may surround a frame
	/// \param limit    that was in force; infinite where none was, and nothing is known then
	/// \return the demand, or `all`
	double update(double frames, double on_wire, double limit);

private:
	double last_ = 0;
	bool backlogged_ = true;
	bool fell_short_ = false;
};

} // namespace vfctl::daemon
