// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>
#include <variant>

#include <vfctl/export.hpp>
#include <vfctl/pf.hpp>
#include <vfctl/stats.hpp>
#include <vfctl/vf.hpp>

namespace vfctl {

/// Who made a change. Values are the kernel's (enum vfctl_origin); a newer kernel may send others.
enum class origin : std::uint32_t {
	netlink = 0,    ///< a request of the netlink family: this library, ethtool --tx-rate
	tx_maxrate = 1, ///< a write to queues/tx-0/tx_maxrate of the stub
	sysfs = 2,      ///< a write to bandwidth_allocation of the PF
	outside = 3,    ///< somebody programmed the PF driver, as `ip link set DEV vf N` does
	device = 4,     ///< nobody: the device lost a limit, or took one that was pending
	guest = 5,      ///< the guest that owns the VF
};

/// "netlink", "tx-maxrate", "sysfs", "outside", "device", "guest", or "unknown".
VFCTL_EXPORT std::string_view to_string(origin o);

/// What an event says of a PF or VF.
enum class change : std::uint8_t {
	added,
	removed,
	changed,
	present, ///< no change: it is there, as part of a snapshot; see monitor
};

/// "added", "removed", "changed", "present".
VFCTL_EXPORT std::string_view to_string(change c);

/// A PF came, went, or changed: its name, link, number of VFs or sampling interval.
struct pf_event {
	change what = change::present;
	pf_info pf;
	std::optional<origin> by;         ///< absent in a snapshot
	std::optional<std::uint32_t> pid; ///< process that did it; absent where none did, and
					  ///< outside the initial network namespace
};

/// A VF came, went, or one of its limits changed, or what became of it.
struct vf_event {
	change what = change::present;
	vf_info vf;
	std::optional<origin> by;
	std::optional<std::uint32_t> pid;
	std::optional<limits> old;         ///< limits before the change
	std::optional<rate> old_effective; ///< effective rate before the change
	std::optional<limit_state> old_state;
};

/// A new sample of a VF's counters.
struct stats_event {
	vf_stats stats;
};

/// Events were lost, since they came faster than they were read: forget what was known. A snapshot follows.
struct overrun_event {};

/// The module was unloaded, and with it went all PFs and VFs; or it was not there when a monitor was
/// made that awaits it.
struct gone_event {};

/// The module was loaded. A snapshot follows.
struct back_event {};

/// A snapshot is complete: all that exists has been told.
struct synced_event {};

VFCTL_EXPORT bool operator==(const pf_event& a, const pf_event& b);
VFCTL_EXPORT bool operator==(const vf_event& a, const vf_event& b);
inline bool operator!=(const pf_event& a, const pf_event& b)
{
	return !(a == b);
}
inline bool operator!=(const vf_event& a, const vf_event& b)
{
	return !(a == b);
}
inline bool operator==(const stats_event& a, const stats_event& b)
{
	return a.stats == b.stats;
}
inline bool operator!=(const stats_event& a, const stats_event& b)
{
	return !(a == b);
}
inline bool operator==(overrun_event /*a*/, overrun_event /*b*/) noexcept
{
	return true;
}
inline bool operator!=(overrun_event /*a*/, overrun_event /*b*/) noexcept
{
	return false;
}
inline bool operator==(gone_event /*a*/, gone_event /*b*/) noexcept
{
	return true;
}
inline bool operator!=(gone_event /*a*/, gone_event /*b*/) noexcept
{
	return false;
}
inline bool operator==(back_event /*a*/, back_event /*b*/) noexcept
{
	return true;
}
inline bool operator!=(back_event /*a*/, back_event /*b*/) noexcept
{
	return false;
}
inline bool operator==(synced_event /*a*/, synced_event /*b*/) noexcept
{
	return true;
}
inline bool operator!=(synced_event /*a*/, synced_event /*b*/) noexcept
{
	return false;
}

/// Two events can be compared with == and !=.
using event = std::variant<pf_event, vf_event, stats_event, overrun_event, gone_event, back_event,
			   synced_event>;

} // namespace vfctl
