// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>

#include <vfctl/event.hpp>
#include <vfctl/export.hpp>
#include <vfctl/netns.hpp>
#include <vfctl/pf.hpp>

namespace vfctl {

/// Whether a monitor can be made before the module is there.
enum class module_need : std::uint8_t {
	required, ///< where the module is not loaded, the constructor throws
	awaited,  ///< the first event is a gone_event then, and a back_event follows when it comes
};

/// Tells of changes as they happen, for any event loop: wait until fd() is readable, then call
/// next(). Needs the vfctl module, not a privilege. There is no first call to be made: where the
/// monitor has something to tell from the start, fd() is readable from the start.
///
/// Snapshots. Where events may have been missed, the monitor tells of all that exists: one
/// pf_event and vf_event of change::present for each PF and VF, then a synced_event. It does so
/// after an overrun_event (the socket's buffer ran full: ENOBUFS), after a back_event (the module
/// was loaded again), and at the start if asked for. A monitor of one PF by its name does so as well
/// after the first event of a PF that was there before it had the name. So who keeps a table clears it at
/// overrun_event and gone_event, and has it right again at synced_event. An event that came
/// while the snapshot was taken follows it, and may tell of what the snapshot has already.
///
/// Network namespace: that of the thread that makes the monitor, at that moment, unless another one
/// is asked for. It tells of the devices there, wherever threads go later.
///
/// Threads: not synchronised; one thread at a time, which may be another one each time. Fork: the
/// child must not use the monitor of its parent. A monitor that was moved from can be assigned to and
/// destroyed, and nothing else; fd() moves along.
class VFCTL_EXPORT monitor {
public:
	struct options {
		bool config = true; ///< PFs, VFs and their limits; without it snapshots are empty
		bool stats = false; ///< samples of counters, as often as each PF is sampled
		bool snapshot = false; ///< begin with a snapshot of PFs and VFs
		std::size_t receive_buffer = std::size_t{1}
					     << 20; ///< bytes; the kernel may grant less
		netns_ref netns = {};               ///< where the sockets are opened
		module_need module = module_need::required;
		/// Tells of one PF and its VFs alone; snapshots are narrowed as well. One that is
		/// named need not exist yet, is followed when it is renamed, and when it goes, the
		/// next one of that name is meant. One that is given by its index is that alone.
		std::optional<pf_ref> pf = {};
	};

	/// \throws error  protocol_not_supported where the module is required and not loaded; as client() where
	///                the network namespace cannot be entered
	monitor();
	explicit monitor(const options& wanted);
	monitor(monitor&& other) noexcept;
	monitor& operator=(monitor&& other) noexcept;
	monitor(const monitor& other) = delete;
	monitor& operator=(const monitor& other) = delete;
	~monitor();

	/// Readable while next() may have something: events of the socket, the rest of what was read,
	/// or a snapshot that is due. Owned by the monitor; only to be polled. Who polls
	/// level-triggered may call next() once or more often each time; who polls edge-triggered
	/// calls it until it returns nothing. An epoll descriptor: poll(), select(), epoll and
	/// io_uring take it.
	int fd() const noexcept;

	/// The next event, or nothing where none is at hand. Does not block, but for the dumps of a
	/// snapshot, which wait for nobody.
	/// \throws error  when the socket fails; the monitor may be used on, and fd() is readable
	///                while what failed is to be tried again
	std::optional<event> next();

	/// The next event, waiting for it.
	/// \param timeout  how long at most; milliseconds::max() is for ever
	/// \return nothing when the time is over or a signal came
	/// \throws error  as next()
	std::optional<event> wait(std::chrono::milliseconds timeout);

private:
	struct impl;
	VFCTL_HIDDEN explicit monitor(std::unique_ptr<impl> p) noexcept;
	friend struct monitor_access;
	std::unique_ptr<impl> impl_;
};

} // namespace vfctl
