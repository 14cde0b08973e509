// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>

#include "backend.hpp"
#include "genl.hpp"
#include "netlink_socket.hpp"

namespace vfctl {

/// The netlink family of vfctl.ko.
class module_backend final : public backend {
public:
	explicit module_backend(std::unique_ptr<netlink_socket> socket);

	backend_type type() const noexcept override { return backend_type::module; }
	void set_deadline(const deadline& until) noexcept override { genl_.set_deadline(until); }

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

	/// The family that this asks.
	genl& family() noexcept { return genl_; }

private:
	template <typename Object> void list(request& what, std::vector<Object>& into);
	template <typename Object> Object get(request& what);
	vf_ref in_words_of_family(const vf_ref& which);
	vf_ref at_address(const std::string& bus_address);
	set_result change(const vf_ref& which, const limits& wanted, vf_presence presence,
			  const vf_info* read);

	genl genl_;
};

/// \throws error  protocol_not_supported where the module is not loaded
std::unique_ptr<backend> make_module_backend(const deadline& until);

} // namespace vfctl
