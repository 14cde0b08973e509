// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>

#include "host.hpp"
#include "session.hpp"

namespace stress {

/// Does all that tells of PFs and VFs say the same: sysfs, rtnetlink and vfctl, in both network
/// namespaces? Returns what does not, or an empty text. Meant for when nothing happens any more, but
/// what vfctl does by itself may take a moment.
std::string contradiction(session& with);

/// Has the host as it is at rest, whatever became of it: modules loaded, PFs bound, at home, with
/// their own names, up, with all their VFs and no limits. Throws failure where that does not come.
void bring_to_rest(session& with);

/// At rest everything has to be there and to work: VFs, stubs, limits by each way. Throws failure.
void check_rest(session& with);

} // namespace stress
