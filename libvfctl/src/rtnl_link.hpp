// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include <linux/netlink.h>

#include <vfctl/stats.hpp>
#include <vfctl/vf.hpp>

#include "netlink_socket.hpp"

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

/// Questions and orders to rtnetlink, over one socket that is kept. An error has no operation() yet.
class rtnl_links {
public:
	explicit rtnl_links(std::unique_ptr<netlink_socket> socket);

	/// When requests from here on are to be answered; timed_out is thrown then.
	void set_deadline(const deadline& until) noexcept { until_ = until; }

	/// All network devices.
	/// \throws error  resource_unavailable_try_again where the dump was torn each time
	std::vector<rtnl_link_info> all(rtnl_detail detail);

	/// One of them; nothing where there is none.
	std::optional<rtnl_link_info> find(std::uint32_t index, rtnl_detail detail);
	std::optional<rtnl_link_info> find(const std::string& name, rtnl_detail detail);

	/// Sets both rates, and nothing else.
	void set_rate(std::uint32_t index, std::uint32_t vf, rtnl_rate to);

private:
	struct answer;

	std::optional<rtnl_link_info> find(std::uint32_t index, const char* name,
					   rtnl_detail detail);
	std::vector<rtnl_link_info> ask(nlmsghdr& request, bool one_device);
	bool converse(nlmsghdr& request, answer& into);
	bool read(std::span<const std::byte> datagram, answer& into) const;

	std::unique_ptr<netlink_socket> socket_;
	receiver receiver_;
	std::uint32_t sequence_ = 0;
	deadline until_;
};

} // namespace vfctl
