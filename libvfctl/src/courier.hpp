// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <tuple>
#include <utility>

#include "deadline.hpp"

namespace vfctl {

/// What a call that is given up leaves behind.
enum class call_kind : unsigned char {
	reads,  ///< nothing
	writes, ///< perhaps a change
};

/// Makes calls that may have to wait inside the kernel, and gives them up when the time is over.
///
/// The kernel works on a netlink request in the sendmsg() that brings it, and waits there for RTNL,
/// for locks of a card and for the card; of rtnetlink's dumps the same holds for recvmsg(). Nothing
/// interrupts that, so another thread has to be the one that waits. It is a new one for each call:
/// it has the caller's credentials, which the kernel checks.
///
/// The thread has ended when the call returns: programs call unshare() and setns(), which refuse some
/// changes to a process of several threads.
///
/// One call at a time. A call that was given up goes on until the kernel is done with it: what it
/// works on must not be touched until wait_until_idle() has returned. Until the kernel lets its thread
/// go, the process cannot end.
class courier {
public:
	/// Waits until the call that was given up has come to its end, and its thread has ended.
	/// \throws error  timed_out
	void wait_until_idle(const deadline& until);

	/// Returns what call(arguments...) returns, which takes values.
	/// \throws error  what the call throws; timed_out, and then the call may be under way still
	template <typename Call, typename... Arguments>
	auto run(call_kind kind, const deadline& until, Call call, Arguments&&... arguments)
	{
		using result = std::invoke_result_t<Call, std::decay_t<Arguments>...>;
		struct parcel {
			Call call;
			std::tuple<std::decay_t<Arguments>...> arguments;
			std::optional<result> got;
		};
		const std::shared_ptr<parcel> sent(
			new parcel{std::move(call), {std::forward<Arguments>(arguments)...}, {}});

		start(kind, until, [sent] {
			sent->got.emplace(std::apply(sent->call, std::move(sent->arguments)));
		});
		return std::move(*sent->got);
	}

private:
	struct job;

	void start(call_kind kind, const deadline& until, std::function<void()> call);

	std::shared_ptr<job> last_; ///< the call that was given up, until it is known to have ended
};

} // namespace vfctl
