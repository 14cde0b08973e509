// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <string>

#include <vfctl/event.hpp>

#include "traffic.hpp"

namespace vfctl::tool {

/// The name of a process, as in "ethtool"; nothing where it has ended, or is not to be seen.
std::optional<std::string> process_name(std::uint32_t pid);

/// Says events in words. It is to see all of them, since what a PF was before its change is known
/// from the event before.
class monitor_text {
public:
	/// \param raw  numbers in base units
	/// \param name_of  process_name, or what tests have for it
	explicit monitor_text(
		bool raw,
		std::function<std::optional<std::string>(std::uint32_t)> name_of = process_name);

	/// One line, without time and newline:
	/// "veth0.1 (eth0/1): hard none -> 500Mbit, in-force (by ethtool[1234], netlink)".
	/// \param figures  that go with a stats_event, where there are any
	std::string line(const event& what, const traffic& figures = {}) const;

	/// Takes notice of an event, after it was told or not.
	void see(const event& what);

private:
	std::string words(const pf_event& e) const;
	std::string words(const vf_event& e) const;
	std::string words(const stats_event& e, const traffic& now) const;
	std::string who(const std::optional<origin>& by,
			const std::optional<std::uint32_t>& pid) const;

	bool raw_;
	std::function<std::optional<std::string>(std::uint32_t)> name_of_;
	std::map<std::uint32_t, pf_info> pfs_; // by index, as they were
};

} // namespace vfctl::tool
