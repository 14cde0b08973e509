// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <vector>

struct mnl_socket;
struct nlmsghdr;

namespace stress {

/// A network device as rtnetlink tells of it.
struct link {
	std::uint32_t index = 0;
	std::string name;
	std::string kind;        ///< "vfctl" of a stub; empty of a PF
	std::string parent;      ///< name of the device below which it stands: "vfsim0"
	std::uint32_t lower = 0; ///< of a stub, the index of its PF; 0 where it has none now
};

/// What `ip link` does, in the network namespace of the thread that made it. Not synchronised.
/// Calls that change something return 0 or an errno.
class rtnl {
public:
	rtnl();

	std::vector<link> links();
	int rename(std::uint32_t index, const std::string& name);
	int move(std::uint32_t index, int netns_fd);
	int set_up(std::uint32_t index);

	/// As `ip link set DEV vf N max_tx_rate MBIT`.
	int set_vf_rate(std::uint32_t index, std::uint32_t vf, std::uint32_t mbit);

private:
	bool links_into(std::vector<link>& all);
	int change(nlmsghdr* message);

	std::unique_ptr<mnl_socket, int (*)(mnl_socket*)> socket_;
	std::uint32_t sequence_ = 0;
};

} // namespace stress
