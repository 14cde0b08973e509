// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>
#include <string>
#include <vector>

#include <vfctl/error.hpp>

#include "backend.hpp"
#include "rtnl_link.hpp"
#include "sysfs.hpp"

namespace vfctl {

/// What a kernel tells without the vfctl module: RTM_GETLINK and RTM_SETLINK, as `ip link` has
/// them, and sysfs.
class rtnl_backend final : public backend {
public:
	rtnl_backend(rtnl_links links, sysfs files);

	backend_type type() const noexcept override { return backend_type::rtnetlink; }
	void set_deadline(const deadline& until) noexcept override { links_.set_deadline(until); }
	bool reads_wait() const noexcept override { return true; }

	void pfs(std::vector<pf_info>& into) override;
	pf_info pf(const pf_ref& which) override;
	void vfs(std::vector<vf_info>& into, const pf_ref* of, vf_presence presence) override;
	vf_info vf(const vf_ref& which, vf_presence presence) override;
	void stats(std::vector<vf_stats>& into, const pf_ref* of) override;
	vf_stats stats(const vf_ref& which) override;
	set_result set(const vf_ref& which, const limits& wanted, vf_presence presence) override;
	set_result set_if_unchanged(const vf_info& read, const limits& wanted,
				    vf_presence presence) override;
	void set_guest_permission(const vf_ref& which, guest_permission to) override;
	void set_interval(const pf_ref& which, std::chrono::milliseconds interval) override;
	void set_limit_lifetime(const pf_ref& which, limit_lifetime to) override;

private:
	/// A VF in the list of its PF.
	struct place {
		rtnl_link_info pf;
		rtnl_vf vf;
	};

	bool is_pf(const rtnl_link_info& link) const;
	pf_info describe(const rtnl_link_info& pf) const;

	rtnl_link_info find_pf(const pf_ref& which, rtnl_detail detail);
	std::vector<rtnl_link_info> find_pfs(const pf_ref* of, rtnl_detail detail);

	place find(const vf_ref& which, rtnl_detail detail);
	static place find_below(rtnl_link_info pf, std::uint32_t number);
	place find_at(const std::string& address, rtnl_detail detail);
	place find_stub(const std::string& name, rtnl_detail detail);

	vf_info info_of(const place& at) const;
	vf_info change(place at, const limits& wanted);
	[[noreturn]] void explain(const error& refusal, const place& where, rtnl_rate wanted) const;

	rtnl_links links_;
	sysfs files_;
};

std::unique_ptr<backend> make_rtnl_backend();

} // namespace vfctl
