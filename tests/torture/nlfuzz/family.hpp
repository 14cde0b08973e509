// SPDX-License-Identifier: GPL-2.0-only
// A family of generic netlink as the kernel describes it: CTRL_CMD_GETFAMILY, CTRL_CMD_GETPOLICY.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <vector>

#include <linux/genetlink.h>
#include <linux/netlink.h>

#include "socket.hpp"

namespace nlfuzz {

struct attribute_policy {
	std::uint16_t type = 0;
	std::uint32_t kind = NL_ATTR_TYPE_INVALID; ///< enum netlink_attribute_type
	std::uint64_t min = 0;                     ///< signed ones as two's complement
	std::uint64_t max = UINT64_MAX;
	std::uint32_t min_length = 0;
	std::uint32_t max_length = 0; ///< 0 where there is none
	std::optional<std::uint64_t> mask;
	std::optional<std::uint32_t> nested; ///< policy of what is in it

	/// Of a number, in bytes; 0 of what is none.
	std::size_t width() const;
	bool is_text() const
	{
		return kind == NL_ATTR_TYPE_STRING || kind == NL_ATTR_TYPE_NUL_STRING;
	}
};

using policy = std::vector<attribute_policy>;

struct operation {
	std::uint8_t command = 0;
	std::uint32_t flags = 0; ///< GENL_CMD_CAP_*, GENL_*_PERM
	std::optional<std::uint32_t> do_policy;
	std::optional<std::uint32_t> dump_policy;

	bool can_do() const { return (flags & GENL_CMD_CAP_DO) != 0; }
	bool can_dump() const { return (flags & GENL_CMD_CAP_DUMP) != 0; }
	/// It answers with something; what cannot be dumped is an order.
	bool is_question() const { return can_dump(); }
};

struct family {
	std::string name;
	std::uint16_t id = 0;
	std::uint8_t version = 0;
	std::vector<operation> operations;
	std::map<std::string, std::uint32_t> groups;
	std::map<std::uint32_t, policy> policies;

	const operation* find(std::uint8_t command) const;
	/// Empty where there is none.
	const policy& policy_of(const operation& of, bool dump) const;
};

/// \throws std::system_error, std::runtime_error
family ask_family(netlink_socket& socket, const std::string& name);

} // namespace nlfuzz
