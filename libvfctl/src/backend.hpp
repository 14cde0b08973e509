// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <chrono>
#include <vector>

#include <vfctl/client.hpp>

#include "deadline.hpp"

namespace vfctl {

/// What a client asks. One implementation per way to the kernel.
///
/// Lists are written into vectors that may hold the results of an earlier call: elements are
/// assigned to, so that their strings keep their memory, and the rest is cut off. The order is
/// the kernel's; the client sorts. `of` narrows a list to one PF, null is all.
class backend {
public:
	backend() = default;
	backend(const backend&) = delete;
	backend& operator=(const backend&) = delete;
	virtual ~backend() = default;

	virtual backend_type type() const noexcept = 0;

	/// When calls from here on are to end, as far as they wait for answers. What the kernel does
	/// before it lets a call go is not in their hands; see courier.
	virtual void set_deadline(const deadline& /*until*/) noexcept {}

	/// Do reads have to wait inside the kernel, for locks or for a card? Writes always have to.
	virtual bool reads_wait() const noexcept { return false; }

	virtual void pfs(std::vector<pf_info>& into) = 0;
	virtual pf_info pf(const pf_ref& which) = 0;
	virtual void vfs(std::vector<vf_info>& into, const pf_ref* of, vf_presence presence) = 0;
	virtual vf_info vf(const vf_ref& which, vf_presence presence) = 0;
	virtual void stats(std::vector<vf_stats>& into, const pf_ref* of) = 0;
	virtual vf_stats stats(const vf_ref& which) = 0;
	virtual set_result set(const vf_ref& which, const limits& wanted, vf_presence presence) = 0;
	virtual set_result set_if_unchanged(const vf_info& read, const limits& wanted,
					    vf_presence presence) = 0;
	virtual void set_guest_permission(const vf_ref& which, guest_permission to) = 0;
	virtual void set_interval(const pf_ref& which, std::chrono::milliseconds interval) = 0;
	virtual void set_limit_lifetime(const pf_ref& which, limit_lifetime to) = 0;
};

} // namespace vfctl
