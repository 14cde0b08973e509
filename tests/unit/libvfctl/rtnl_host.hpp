// SPDX-License-Identifier: GPL-2.0-only
// A host with a card, as rtnetlink and sysfs tell of it.
#pragma once

#include "../catch.hpp"

#include <cerrno>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <system_error>
#include <vector>

#include <vfctl/error.hpp>
#include <vfctl/vf.hpp>

#include "rtnl_backend.hpp"
#include "rtnl_replay.hpp"
#include "sysfs_tree.hpp"

namespace rtnl_test {

inline constexpr auto existing = vfctl::vf_presence::existing;

/// A host with eth0, an 82576 with two VFs.
struct host {
	sysfs_tree tree;
	replay::kernel kernel;
	vfctl::rtnl_backend backend{kernel.links(), vfctl::sysfs(tree.root())};
	std::vector<replay::vf> vfs = {{.number = 0, .last_of_mac = 5, .max = 500},
				       {.number = 1, .min = 10, .max = 20}};

	host() { tree.card("eth0", 2, 2); }

	replay::bytes eth0() const { return replay::make_pf(2, "eth0", vfs); }

	/// One device is asked for, and there.
	void has(const replay::bytes& link) { kernel.answer({link}); }
	void has_not() { kernel.answer({replay::acknowledge(ENODEV)}); }
	void lists(const replay::bytes& links) { kernel.answer({links, replay::done()}); }

	/// The rates in the last request.
	ifla_vf_rate last_set() const
	{
		const auto& sent = kernel.sent.back();
		ifla_vf_rate set{};
		REQUIRE(sent.size() == NLMSG_LENGTH(sizeof(ifinfomsg)) + 12 + sizeof(set));
		std::memcpy(&set, sent.data() + sent.size() - sizeof(set), sizeof(set));
		return set;
	}
};

struct refusal {
	std::error_code code;
	std::string what;
	bool from_kernel = false;
};

inline refusal refused(const std::function<void()>& call)
{
	try {
		call();
	} catch (const vfctl::error& e) {
		CHECK(e.attribute().empty());
		return {e.code(), e.what(), e.from_kernel()};
	}
	return {};
}

inline vfctl::limits hard(vfctl::rate r)
{
	return {.hard = r, .soft = {}, .min = {}};
}

inline vfctl::limits minimum(vfctl::rate r)
{
	return {.hard = {}, .soft = {}, .min = r};
}

inline vfctl::rate mbit(std::uint32_t n)
{
	return vfctl::rate::from_mbits_per_sec(n);
}

} // namespace rtnl_test
