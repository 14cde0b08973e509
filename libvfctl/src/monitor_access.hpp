// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>

#include <vfctl/monitor.hpp>

#include "netlink_socket.hpp"

namespace vfctl {

/// A monitor over sockets that tests have made.
struct monitor_access {
	/// \param events    joins the groups
	/// \param requests  asks for the family and for snapshots
	static monitor make(std::unique_ptr<netlink_socket> events,
			    std::unique_ptr<netlink_socket> requests,
			    const monitor::options& wanted);
};

} // namespace vfctl
