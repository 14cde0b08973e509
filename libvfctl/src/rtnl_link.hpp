// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <vfctl/stats.hpp>
#include <vfctl/vf.hpp>

struct nl_msg;
struct nl_sock;

namespace vfctl {

/// Rates of a VF as the kernel and drivers count them: in Mbit/s, 0 is none.
struct rtnl_rate {
	std::uint32_t min = 0;
	std::uint32_t max = 0;
};

/// A VF in the list that a network device has of them.
struct rtnl_vf {
	std::uint32_t number = 0;
	mac_address mac{};
	rtnl_rate rate;
	vfctl::counters counters; ///< those that are not 0
};

/// A network device.
struct rtnl_link_info {
	std::uint32_t index = 0;
	std::string name;
	std::string kind;      ///< "vfctl" for a stub, empty for most cards
	std::string port_name; ///< of the port on its card: "pf0vf1" for a stub
	bool has_carrier = false;
	std::uint32_t lower = 0;              ///< index of the device below it; 0: none
	std::optional<std::uint32_t> num_vfs; ///< of its parent device, where it has one
	bool lists_vfs = false;               ///< its driver tells of VFs: a representor's does not
	bool too_many = false;                ///< the list did not fit, and is empty here
	std::vector<rtnl_vf> vfs;             ///< without those that the driver tells nothing of
};

/// How much is asked of drivers.
enum class rtnl_detail : std::uint8_t { limits, counters };

struct nl_sock_delete {
	void operator()(nl_sock* socket) const noexcept;
};
using nl_sock_ptr = std::unique_ptr<nl_sock, nl_sock_delete>;

/// A socket of NETLINK_ROUTE with extended acknowledgements.
/// \throws error
nl_sock_ptr open_rtnetlink();

/// Questions and orders to rtnetlink, by libnl. An error has no operation() yet.
class rtnl_links {
public:
	/// \param open  makes sockets; tests have some that replay bytes
	explicit rtnl_links(std::function<nl_sock_ptr()> open = open_rtnetlink);

	/// All network devices.
	/// \throws error  resource_unavailable_try_again where the dump was torn each time
	std::vector<rtnl_link_info> all(rtnl_detail detail);

	/// One of them; nothing where there is none.
	std::optional<rtnl_link_info> find(std::uint32_t index, rtnl_detail detail);
	std::optional<rtnl_link_info> find(const std::string& name, rtnl_detail detail);

	/// Sets both rates, and nothing else.
	void set_rate(std::uint32_t index, std::uint32_t vf, rtnl_rate to);

private:
	struct exchange;

	std::optional<rtnl_link_info> find(std::uint32_t index, const char* name,
					   rtnl_detail detail);
	void converse(nl_msg* request, exchange& with);

	std::function<nl_sock_ptr()> open_;
	nl_sock_ptr socket_; ///< none before the first request and after one that broke off
};

} // namespace vfctl
