// SPDX-License-Identifier: GPL-2.0-only
#include "socket.hpp"

#include <cerrno>
#include <system_error>

#include <linux/netlink.h>
#include <sys/socket.h>

namespace nlfuzz {

namespace {

// Holds all that a datagram of many messages is answered with.
constexpr int large_buffer = 8 << 20;

void check(bool done, const char* what)
{
	if (!done)
		throw std::system_error(errno, std::generic_category(), what);
}

} // namespace

netlink_socket::netlink_socket(const socket_options& options)
    : socket_(mnl_socket_open2(NETLINK_GENERIC, SOCK_CLOEXEC))
{
	const int on = 1;
	// The kernel makes it as large as it must be.
	const int size = options.tiny ? 1 : large_buffer;

	check(socket_ != nullptr, "open a socket");
	const auto set = [&](int option) {
		check(mnl_socket_setsockopt(socket_.get(), option, const_cast<int*>(&on),
					    sizeof(on)) == 0,
		      "set an option of a socket");
	};
	if (options.words)
		set(NETLINK_EXT_ACK);
	if (options.capped)
		set(NETLINK_CAP_ACK);
	if (options.strict)
		set(NETLINK_GET_STRICT_CHK);
	check(setsockopt(mnl_socket_get_fd(socket_.get()), SOL_SOCKET, SO_RCVBUFFORCE, &size,
			 sizeof(size)) == 0,
	      "set a receive buffer");
	check(mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) == 0, "bind a socket");
}

int netlink_socket::send(view datagram)
{
	const auto sent = mnl_socket_sendto(socket_.get(), datagram.data(), datagram.size());

	if (sent < 0)
		return errno;
	return static_cast<std::size_t>(sent) == datagram.size() ? 0 : EIO;
}

int netlink_socket::receive(bytes& into, std::size_t room, bool wait)
{
	into.resize(room);
	const auto got = recv(mnl_socket_get_fd(socket_.get()), into.data(), into.size(),
			      wait ? 0 : MSG_DONTWAIT);
	if (got < 0) {
		into.clear();
		return errno;
	}
	into.resize(static_cast<std::size_t>(got));
	return 0;
}

void netlink_socket::join(std::uint32_t group)
{
	check(mnl_socket_setsockopt(socket_.get(), NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) ==
		      0,
	      "join a group");
}

} // namespace nlfuzz
