// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string_view>
#include <vector>

#include <vfctl/export.hpp>
#include <vfctl/netns.hpp>
#include <vfctl/pf.hpp>
#include <vfctl/set_result.hpp>
#include <vfctl/stats.hpp>
#include <vfctl/vf.hpp>

namespace vfctl {

/// Through what the kernel is asked.
enum class backend_type : std::uint8_t {
	automatic, ///< the module where it is loaded, else rtnetlink
	module,    ///< the netlink family of vfctl.ko
	rtnetlink, ///< what every kernel has: limits and counters as `ip link show` tells them
};

/// "automatic", "module", "rtnetlink".
VFCTL_EXPORT std::string_view to_string(backend_type type);

/// Reads and sets what the kernel knows of VFs, in one network namespace.
///
/// Network namespace: that of the thread that makes the client, at that moment, unless another
/// one is asked for. The client's sockets are opened then and kept, so a thread may call setns()
/// or unshare(), and another thread may use the client: it goes on to speak of the same devices.
/// sysfs is that of the mount namespace, whichever that shows: with backend_type::rtnetlink, what
/// only sysfs tells (addresses, drivers, the link's speed) is told where sysfs has a device of the
/// same name and index.
///
/// Calls block until the kernel has answered, or until options::timeout has passed. With the
/// module, reads wait for nobody, neither for the card nor for a lock of others; writes wait for the
/// card. With rtnetlink, reads ask the card's driver under the RTNL lock.
///
/// Timeout: a call that is not answered in time throws timed_out. For a read, nothing has happened.
/// For a write it is not known: the kernel may have made the change, or may make it yet, since
/// nothing stops a request that it has begun to work on. Ask what came of it with vf() or pf(): the
/// next call of this client waits, within its own timeout, until the kernel is done with the earlier
/// request, and then reads what is so. While the kernel is not done, calls throw timed_out and send
/// nothing. The monitor tells of the change as of any other.
/// With a timeout, a call that may wait inside the kernel (every write, and all of rtnetlink's) is
/// made by a thread of the library, which takes no signal. The thread has ended when the call
/// returns: unshare() and setns(), which refuse some changes to a process of several threads, may
/// follow. The thread of a call that timed out lives until the kernel lets it go. Until then the
/// process has this thread, and cannot end: neither exit() nor SIGKILL ends a thread that waits for
/// a card. A client can be destroyed while such a call is under way; the thread then closes the
/// sockets when the kernel lets it go.
///
/// The timeout bounds how long a call waits for an answer. The constructor and reads of the module
/// are made by the caller's own thread: the time that the kernel spends inside a system call is not
/// bounded there. It is short for these calls, but the kernel may make them wait while it loads or
/// unloads a module.
///
/// A dump that was torn by a change meanwhile is repeated, a bounded number of times. A module
/// that was unloaded and loaded again is found again.
///
/// Every call below may throw timed_out where the client has a timeout.
///
/// Threads: not synchronised; one thread at a time, which may be another one each time. Fork: the
/// child must not use the client of its parent, it makes one of its own. A client that was moved
/// from can be assigned to and destroyed, and nothing else.
class VFCTL_EXPORT client {
public:
	struct options {
		backend_type backend = backend_type::automatic;
		netns_ref netns = {}; ///< where the sockets are opened
		/// How long each call may take, and how long the constructor waits for answers;
		/// milliseconds::max() is as long as the kernel needs.
		std::chrono::milliseconds timeout = std::chrono::milliseconds::max();
	};

	/// \throws error  protocol_not_supported where the module is wanted and not loaded;
	///                no_such_file_or_directory, operation_not_permitted, invalid_argument or
	///                bad_file_descriptor where the network namespace cannot be entered
	explicit client(backend_type wanted = backend_type::automatic);
	explicit client(const options& wanted);
	client(client&& other) noexcept;
	client& operator=(client&& other) noexcept;
	client(const client& other) = delete;
	client& operator=(const client& other) = delete;
	~client();

	/// The one in use: module or rtnetlink.
	backend_type backend() const noexcept;

	/// All PFs, in the order of their interface index. With the module, each device that could
	/// have VFs; with rtnetlink, each that has some.
	std::vector<pf_info> pfs();
	pf_info pf(const pf_ref& which);

	/// VFs of all PFs, or of one, in the order of PF and number.
	std::vector<vf_info> vfs();
	std::vector<vf_info> vfs(const pf_ref& of);
	vf_info vf(const vf_ref& which);

	/// The same with VFs that do not exist now. They are named by PF and number.
	std::vector<vf_info> vfs(vf_presence presence);
	std::vector<vf_info> vfs(const pf_ref& of, vf_presence presence);
	vf_info vf(const vf_ref& which, vf_presence presence);

	/// The last sample of each VF of all PFs, or of one, in the order of PF and number.
	std::vector<vf_stats> stats();
	std::vector<vf_stats> stats_of(const pf_ref& pf);
	vf_stats stats(const vf_ref& which);

	/// The same into a vector that is used again: once it has its size, reading 1,000 VFs a
	/// hundred times a second allocates nothing. With backend_type::rtnetlink it does. After an
	/// error the vector may hold anything.
	void stats(std::vector<vf_stats>& into);
	void stats(std::vector<vf_stats>& into, const pf_ref& of);

	/// Sets those limits that are given; all of them or none.
	/// \return  what came of it: a limit that the device does not take yet is no error
	/// \throws error  operation_not_permitted without CAP_NET_ADMIN in the initial user
	///                namespace; invalid_argument for a soft limit above the hard one, a rate
	///                below 1 Mbit/s or above the link's; operation_not_supported where the
	///                backend or driver has no such limit. The kernel's sentence says which.
	set_result set(const vf_ref& which, const limits& wanted);

	/// The same; with vf_presence::any also what the next VF of a number will have, where one
	/// that is gone has a wanted limit.
	set_result set(const vf_ref& which, const limits& wanted, vf_presence presence);

	/// Sets limits only if those of the VF are still what was read, and the VF is still the same:
	/// VFs that went, came or were made anew since differ, with the module.
	///
	/// The VF is read and compared; where it differs, set_outcome::differs is returned and
	/// nothing is sent. Then the change is sent. The protocol has no condition, so this is not
	/// atomic: a change of somebody else's between the two is overwritten. With the module, the
	/// kernel reads the VF once more in the system call that makes the change, right before it:
	/// a change until then is told as set_outcome::overwrote, with what it was in
	/// set_result::before; one in the few microseconds from there on is not noticed, and is in
	/// the events of a monitor only (vf_event::old). With rtnetlink there is one reading, and
	/// what comes after it is not noticed.
	///
	/// \param read  what client::vf() or an event told; which of hard, soft and min it has is
	///              compared, whatever `wanted` has. With rtnetlink, a hard or min that is
	///              absent is compared as no rate
	/// \throws error  as set()
	set_result set_if_unchanged(const vf_info& read, const limits& wanted);
	set_result set_if_unchanged(const vf_info& read, const limits& wanted,
				    vf_presence presence);

	/// Allows a guest to set the soft limit of its VF, as it may at first, or forbids it.
	/// \throws error  as set(); operation_not_supported by rtnetlink, and without
	///                capabilities::guest_soft
	void set_guest_permission(const vf_ref& which, guest_permission to);

	/// Sets how often the counters of a PF's VFs are read.
	/// \param interval  10 ms to 10 s
	/// \throws error  as set(); operation_not_supported by rtnetlink
	void set_interval(const pf_ref& which, std::chrono::milliseconds interval);

	/// Sets whether the limits of a PF's VFs are kept when the VFs go, as they are at first, or
	/// go with them: for hosts where the next VF of a number is another tenant's.
	/// \throws error  as set(); operation_not_supported by rtnetlink
	void set_limit_lifetime(const pf_ref& which, limit_lifetime to);

private:
	struct impl;
	VFCTL_HIDDEN explicit client(std::unique_ptr<impl> p) noexcept;
	friend struct client_access;
	std::unique_ptr<impl> impl_;
};

} // namespace vfctl
