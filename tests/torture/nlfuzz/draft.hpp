// SPDX-License-Identifier: GPL-2.0-only
// A message that is being made, or taken apart to be made worse.
#pragma once

#include <cstdint>
#include <optional>
#include <vector>

#include <linux/netlink.h>

#include "bytes.hpp"
#include "input.hpp"

namespace nlfuzz {

struct draft_attribute {
	std::uint16_t type = 0;
	bytes value;
	std::optional<std::uint16_t> said_length; ///< nla_len, where it shall not be the true one
};

struct draft {
	std::uint16_t type = 0;
	std::uint16_t flags = NLM_F_REQUEST | NLM_F_ACK;
	std::uint32_t port = 0;
	std::uint8_t command = 0;
	std::uint8_t version = 1;
	std::uint16_t reserved = 0;
	std::vector<draft_attribute> attributes;
	bytes tail;                               ///< behind the attributes, inside the message
	std::optional<std::uint32_t> said_length; ///< nlmsg_len, where it shall not be the true one
};

/// Appends it; what stands behind an attribute is aligned as the kernel does.
void render(const draft& from, bytes& into);

/// The attributes as bytes, each aligned.
bytes render(const std::vector<draft_attribute>& attributes);

/// What is no attribute any more becomes the tail.
draft take_apart(view datagram, const placed_message& which);

} // namespace nlfuzz
