// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <vector>

#include "command.hpp"
#include "selection.hpp"
#include "top_model.hpp"
#include "traffic.hpp"

namespace vfctl::tool {

/// Reads what there is to show, again and again.
class top_source {
public:
	top_source(context& ctx, selection wanted);

	/// The model as it is now. A failure is told in its status, and does not end anything: the
	/// next reading may succeed, as after a reload of the module.
	top_model read();

private:
	void read(top_model& into);
	void fill_rows(top_model& into);

	context& ctx_;
	selection wanted_;
	traffic_meter meter_;
	top_model last_;
	std::vector<vf_stats> stats_;
};

} // namespace vfctl::tool
