// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <vector>

#include <vfctl/client.hpp>

#include "controller.hpp"
#include "guest_protocol.hpp"
#include "journal.hpp"

namespace vfctl::daemon {

/// Which VFs belong to which guest: what the policy says, and what the control socket was told. Never
/// what a guest says.
class guest_registry final : public guest_host {
public:
	/// All have to outlive this.
	guest_registry(client& kernel, const controller& brain, const journal& records)
	    : kernel_(kernel), brain_(brain), records_(records)
	{}

	std::vector<vf_info> vfs_of(std::uint32_t cid) override;
	bool may_set_soft(const vf_info& vf) override;
	void set_soft(const vf_info& vf, rate limit) override;

private:
	client& kernel_;
	const controller& brain_;
	const journal& records_;
};

} // namespace vfctl::daemon
