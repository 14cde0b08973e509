// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>

#include <vfctl/event.hpp>

#include "command.hpp"
#include "monitor_text.hpp"
#include "selection.hpp"
#include "traffic.hpp"

namespace vfctl::tool {

/// Prints events, as lines for people or as one JSON value each, and pushes each out at once.
class monitor_output {
public:
	/// \param snapshot  whether the snapshot that the monitor begins with is wanted; one that
	///                  follows an overrun or a reload of the module always is
	monitor_output(context& ctx, selection wanted, bool snapshot);

	/// Names that mean nothing yet; see selection::resolve().
	const std::vector<std::string>& resolve(client& from) { return wanted_.resolve(from); }

	/// \return whether the event was one that is wanted, and was printed
	/// \throws output_error
	bool tell(const event& what, std::chrono::system_clock::time_point at);

private:
	bool is_wanted(const event& what);
	void print(const event& what, std::chrono::system_clock::time_point at,
		   const traffic& figures);
	json as_json(const event& what, std::chrono::system_clock::time_point at,
		     const traffic& figures) const;

	context& ctx_;
	selection wanted_;
	monitor_text text_;
	traffic_meter meter_;
	bool beginning_; ///< within a snapshot that is not wanted
};

} // namespace vfctl::tool
