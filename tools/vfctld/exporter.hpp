// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <memory>
#include <string>

#include "snapshot.hpp"

namespace vfctl::daemon {

/// Serves metrics_of() the last snapshot over HTTP, at /metrics. It has threads of its own, which
/// read the board and nothing else.
class exporter {
public:
	/// \param address  as in "127.0.0.1:9808", "[::1]:9808"
	/// \param from     has to outlive this
	/// \throws std::runtime_error  one sentence, where that cannot be listened on
	exporter(const std::string& address, const snapshot_board& from);
	exporter(const exporter&) = delete;
	exporter& operator=(const exporter&) = delete;
	~exporter();

private:
	struct impl;
	std::unique_ptr<impl> impl_;
};

} // namespace vfctl::daemon
