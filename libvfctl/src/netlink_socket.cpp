// SPDX-License-Identifier: LGPL-2.1-or-later
#include "netlink_socket.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>

#include <sys/socket.h>

#include <libmnl/libmnl.h>
#include <linux/netlink.h>

#include <vfctl/error.hpp>

namespace vfctl {

namespace {

// The kernel makes the parts of a dump as large as the largest buffer that was offered so far,
// up to this (netlink_recvmsg(), netlink_dump()).
constexpr std::size_t dump_buffer_size = 32768;

std::error_code last_error() noexcept
{
	return {errno, std::generic_category()};
}

struct socket_closer {
	void operator()(mnl_socket* socket) const noexcept { mnl_socket_close(socket); }
};

class kernel_socket final : public netlink_socket {
public:
	explicit kernel_socket(int protocol);

	bool set(int option) noexcept;
	void set_receive_buffer(std::size_t bytes) const noexcept;
	/// \throws error
	void bind();

	int fd() const noexcept override { return mnl_socket_get_fd(socket_.get()); }
	std::uint32_t port() const noexcept override
	{
		return mnl_socket_get_portid(socket_.get());
	}
	std::error_code send(std::span<const std::byte> message) noexcept override;
	std::error_code receive(std::span<std::byte> into, const deadline& until,
				datagram_info& info) noexcept override;
	std::error_code join(std::uint32_t group) noexcept override;

private:
	std::unique_ptr<mnl_socket, socket_closer> socket_;
};

kernel_socket::kernel_socket(int protocol) : socket_(mnl_socket_open2(protocol, SOCK_CLOEXEC))
{
	if (!socket_)
		throw error("open a netlink socket", last_error());

	// Without the kernel's words an error is only a number: that is no reason to fail.
	set(NETLINK_EXT_ACK);
	set(NETLINK_CAP_ACK);
}

void kernel_socket::bind()
{
	if (mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0)
		throw error("bind a netlink socket", last_error());
}

bool kernel_socket::set(int option) noexcept
{
	int on = 1;

	return mnl_socket_setsockopt(socket_.get(), option, &on, sizeof(on)) == 0;
}

// Beyond net.core.rmem_max only with CAP_NET_ADMIN.
void kernel_socket::set_receive_buffer(std::size_t bytes) const noexcept
{
	// The kernel doubles it, in an int (sock_setsockopt()).
	constexpr std::size_t most = std::numeric_limits<int>::max() / 2;
	const int size = static_cast<int>(std::min(bytes, most));

	if (setsockopt(fd(), SOL_SOCKET, SO_RCVBUFFORCE, &size, sizeof(size)) != 0)
		setsockopt(fd(), SOL_SOCKET, SO_RCVBUF, &size, sizeof(size));
}

std::error_code kernel_socket::send(std::span<const std::byte> message) noexcept
{
	while (mnl_socket_sendto(socket_.get(), message.data(), message.size()) < 0)
		if (errno != EINTR)
			return last_error();
	return {};
}

// mnl_socket_recvfrom() tells neither the sender nor the size of what did not fit.
//
// The kernel answers most requests before send() returns: then there is nothing to wait for.
std::error_code kernel_socket::receive(std::span<std::byte> into, const deadline& until,
				       datagram_info& info) noexcept
{
	sockaddr_nl sender = {};
	iovec part = {.iov_base = into.data(), .iov_len = into.size()};
	msghdr header = {};

	header.msg_name = &sender;
	header.msg_namelen = sizeof(sender);
	header.msg_iov = &part;
	header.msg_iovlen = 1;

	auto got = recvmsg(fd(), &header, MSG_TRUNC | MSG_DONTWAIT);
	while (got < 0 && errno == EAGAIN) {
		if (until.passed())
			return std::make_error_code(std::errc::timed_out);
		if (const auto code = until.wait_for(fd()))
			return code;
		got = recvmsg(fd(), &header, MSG_TRUNC | MSG_DONTWAIT);
	}
	if (got < 0)
		return last_error();

	info.size = static_cast<std::size_t>(got);
	info.sender = sender.nl_pid;
	if (info.size > into.size())
		return std::make_error_code(std::errc::message_size);
	return {};
}

std::error_code kernel_socket::join(std::uint32_t group) noexcept
{
	if (mnl_socket_setsockopt(socket_.get(), NETLINK_ADD_MEMBERSHIP, &group, sizeof(group)) < 0)
		return last_error();
	return {};
}

} // namespace

std::unique_ptr<netlink_socket> open_generic_netlink(std::size_t receive_buffer)
{
	auto made = std::make_unique<kernel_socket>(NETLINK_GENERIC);

	made->set(NETLINK_GET_STRICT_CHK);
	if (receive_buffer)
		made->set_receive_buffer(receive_buffer);
	made->bind();
	return made;
}

std::unique_ptr<netlink_socket> open_route_netlink()
{
	auto made = std::make_unique<kernel_socket>(NETLINK_ROUTE);

	made->bind();
	return made;
}

receiver::receiver(netlink_socket& from) : socket_(from), buffer_(dump_buffer_size) {}

std::error_code receiver::receive(const deadline& until, std::span<const std::byte>& datagram)
{
	for (;;) {
		datagram_info info;
		const auto code = socket_.receive(buffer_, until, info);

		if (code == std::errc::interrupted || info.sender != 0)
			continue;
		if (code == std::errc::message_size) {
			buffer_.resize(std::max(buffer_.size(), info.size));
			return std::make_error_code(std::errc::no_buffer_space);
		}
		if (code)
			return code;
		datagram = std::span<const std::byte>(buffer_).first(
			std::min(info.size, buffer_.size()));
		return {};
	}
}

bool receiver::await(const deadline& until, std::span<const std::byte>& datagram)
{
	const auto code = receive(until, datagram);

	if (code == std::errc::timed_out)
		throw until.missed();
	if (code && code != std::errc::no_buffer_space)
		throw error({}, code);
	return !code;
}

void receiver::drain()
{
	std::span<const std::byte> lost;
	std::error_code code;

	do
		code = receive(deadline::passed_already(), lost);
	while (!code || code == std::errc::no_buffer_space);
}

} // namespace vfctl
