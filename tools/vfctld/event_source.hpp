// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <memory>

#include <systemd/sd-event.h>

namespace vfctl::daemon {

struct event_unref {
	void operator()(sd_event* loop) const { sd_event_unref(loop); }
};

/// Off, and gone from its loop, when this goes.
struct event_source_unref {
	void operator()(sd_event_source* source) const { sd_event_source_disable_unref(source); }
};

using event_loop = std::unique_ptr<sd_event, event_unref>;
using event_source = std::unique_ptr<sd_event_source, event_source_unref>;

/// For what libsystemd returns.
/// \throws std::system_error  "cannot WHAT: ..." where it is a failure
int checked(int result, const char* what);

} // namespace vfctl::daemon
