// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <functional>
#include <vector>

#include <vfctl/monitor.hpp>

namespace failnth {

/// Who listens to events, from its making on.
class listener {
public:
	listener() : listener(false) {}
	/// \param stats  to samples, else to changes
	explicit listener(bool stats);

	/// Takes what has come.
	void listen();

	/// Was it told that it missed something (ENOBUFS)?
	bool overrun() const { return overrun_; }

	const std::vector<vfctl::event>& events() const { return events_; }

	/// Throws wrong where the change has happened and neither an event tells of it nor an
	/// overrun, or where an event tells of a change that has not happened.
	void require_heard(bool happened,
			   const std::function<bool(const vfctl::event&)>& tells) const;

private:
	vfctl::monitor monitor_;
	std::vector<vfctl::event> events_;
	bool overrun_ = false;
};

} // namespace failnth
