// SPDX-License-Identifier: GPL-2.0-only
#include "top_json.hpp"

namespace vfctl::tool {

json to_json(const top_model& model, std::chrono::system_clock::time_point at)
{
	const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch());
	json frame = {{"unix_time_ns", ns.count()}, {"backend", to_string(model.backend)}};
	if (!model.status.empty())
		frame["error"] = model.status;
	frame["pfs"] = json::array();
	for (const auto& pf : model.pfs) {
		frame["pfs"].push_back(to_json(pf.pf));
		add(frame["pfs"].back(), pf.now);
		// The periods of its VFs need not be the same.
		frame["pfs"].back().erase("period_ns");
	}
	frame["vfs"] = json::array();
	for (const auto& row : model.rows) {
		frame["vfs"].push_back(to_json(row.vf, row.driver));
		if (row.now.period > row.now.period.zero())
			add(frame["vfs"].back(), row.now);
	}
	return frame;
}

} // namespace vfctl::tool
