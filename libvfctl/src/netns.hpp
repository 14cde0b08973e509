// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <functional>

#include <vfctl/netns.hpp>

namespace vfctl {

/// Calls that in a network namespace, and returns when it has returned. The calling thread stays
/// where it is: another one enters the namespace, so that nothing has to be undone. That thread
/// takes no signals.
/// \throws error  what `call` throws; where there is no such namespace, or no leave to enter it
void in_netns(const netns_ref& where, const std::function<void()>& call);

} // namespace vfctl
