// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>

namespace vfctl::daemon {

/// The UNIX socket on which vfctld is told what to do, listening. Who may ask is said by its
/// permissions: its owner and its group. One that a process left that is gone is replaced.
/// \param group  that may ask too, where there is one of this name and it may be given
/// \return a descriptor, for line_server
/// \throws std::system_error  where it cannot be made, or another process answers there
int listen_for_control(const std::string& path, const std::string& group);

} // namespace vfctl::daemon
