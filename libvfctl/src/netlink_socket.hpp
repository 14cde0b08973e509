// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <span>
#include <system_error>
#include <vector>

#include "deadline.hpp"

namespace vfctl {

/// What was received.
struct datagram_info {
	std::size_t size = 0;     ///< of the datagram, also of one that did not fit
	std::uint32_t sender = 0; ///< port id: 0 is the kernel
};

/// A netlink socket as this library needs one. Tests have one that replays bytes.
class netlink_socket {
public:
	netlink_socket() = default;
	netlink_socket(const netlink_socket&) = delete;
	netlink_socket& operator=(const netlink_socket&) = delete;
	virtual ~netlink_socket() = default;

	virtual int fd() const noexcept = 0;

	/// The port id that replies are addressed to.
	virtual std::uint32_t port() const noexcept = 0;

	/// One datagram; errno, or nothing.
	virtual std::error_code send(std::span<const std::byte> message) noexcept = 0;

	/// One datagram: errno (no_buffer_space after an overrun, message_size where it was longer
	/// than the buffer and is lost, interrupted, timed_out where none came), or what it was.
	virtual std::error_code receive(std::span<std::byte> into, const deadline& until,
					datagram_info& info) noexcept = 0;

	virtual std::error_code join(std::uint32_t group) noexcept = 0;
};

// Sockets over libmnl, with extended acknowledgements, in the calling thread's network namespace.
// Throw error.

/// Of NETLINK_GENERIC, with strict checking.
/// \param receive_buffer  bytes to ask for, 0 is the system's default
std::unique_ptr<netlink_socket> open_generic_netlink(std::size_t receive_buffer);

/// Of NETLINK_ROUTE.
std::unique_ptr<netlink_socket> open_route_netlink();

/// Receives what the kernel sends, and nobody else, into a buffer that grows.
class receiver {
public:
	explicit receiver(netlink_socket& from);

	/// \param datagram  valid until the next call
	/// \return nothing; errno, of which no_buffer_space says that something is lost: the
	///         socket ran over, or a datagram was longer than the buffer, which is larger now
	std::error_code receive(const deadline& until, std::span<const std::byte>& datagram);

	/// The same for who waits for an answer.
	/// \return false where something is lost
	/// \throws error  timed_out where `until` has passed; another errno
	bool await(const deadline& until, std::span<const std::byte>& datagram);

	/// Throws away all that is at hand. After an overrun the kernel adds nothing to a socket
	/// until it has been read empty (NETLINK_S_CONGESTED). A dump under way comes to its end:
	/// each read makes the kernel add the next part of it.
	void drain();

private:
	netlink_socket& socket_;
	std::vector<std::byte> buffer_;
};

} // namespace vfctl
