// SPDX-License-Identifier: GPL-2.0-only
#include "listener.hpp"

#include <algorithm>

#include "operation.hpp"

namespace failnth {

listener::listener(bool stats) : monitor_({.config = !stats, .stats = stats, .snapshot = false}) {}

// What follows an overrun is a snapshot of what there is.
void listener::listen()
{
	while (auto event = monitor_.next()) {
		overrun_ = overrun_ || std::holds_alternative<vfctl::overrun_event>(*event);
		if (!overrun_)
			events_.push_back(*event);
	}
}

void listener::require_heard(bool happened,
			     const std::function<bool(const vfctl::event&)>& tells) const
{
	const bool told = std::any_of(events_.begin(), events_.end(), tells);

	require(!happened || told || overrun_,
		"a listener has neither heard of it nor been told that it missed something");
	require(happened || !told, "a listener has heard of what has not happened");
}

} // namespace failnth
