// SPDX-License-Identifier: GPL-2.0-only
// One thing that is done to the kernel: a datagram, and what becomes of the answers.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <linux/netlink.h>

#include "bytes.hpp"

namespace nlfuzz {

enum class reading : std::uint8_t {
	all,  ///< to the end, and each answer is looked at
	once, ///< into a buffer that is too small; the socket is closed then
	never ///< the socket stays open beside those of other inputs, and is closed some time
};

/// What the sending socket is like.
struct socket_options {
	bool words = true;   ///< NETLINK_EXT_ACK
	bool capped = false; ///< NETLINK_CAP_ACK
	bool strict = false; ///< NETLINK_GET_STRICT_CHK
	bool tiny = false;   ///< the smallest receive buffer that there is

	friend bool operator==(const socket_options&, const socket_options&) = default;
};

struct input {
	reading how = reading::all;
	socket_options socket;
	bytes datagram;
};

/// A line of text, and what such a line says; nothing where it says no input.
std::string to_text(const input& from);
std::optional<input> input_of_text(std::string_view line);

/// A message of a datagram, where the kernel finds it.
struct placed_message {
	std::size_t at = 0;
	nlmsghdr header = {};
};

/// As netlink_rcv_skb() goes over them.
std::vector<placed_message> walk(view datagram);

/// A type that no family has.
constexpr std::uint16_t nobody = 0xfff0;

/// Gives every message a sequence number of its own, so that answers can be told apart, and keeps
/// it from all families but one: what others do is not asked here, and may do harm.
void settle(input& what, std::uint16_t family, std::uint32_t& sequence);

} // namespace nlfuzz
