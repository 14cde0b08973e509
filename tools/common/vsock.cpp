// SPDX-License-Identifier: GPL-2.0-only
#include "vsock.hpp"

#include <cerrno>
#include <string>
#include <system_error>

#include <linux/vm_sockets.h>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

#include <fmt/core.h>

namespace vfctl::tool {

namespace {

sockaddr_vm address_of(unsigned cid, std::uint32_t port)
{
	sockaddr_vm address{};
	address.svm_family = AF_VSOCK;
	address.svm_cid = cid;
	address.svm_port = port;
	return address;
}

const sockaddr* generic(const sockaddr_vm& address)
{
	return reinterpret_cast<const sockaddr*>(&address);
}

std::string hint(int code)
{
	switch (code) {
	case EAFNOSUPPORT:
		return " (the kernel has no vsock: load the module vhost_vsock in a host, "
		       "vmw_vsock_virtio_transport in a guest)";
	case ENODEV:
		return " (this machine has no vsock device: it is no guest, or was started "
		       "without one)";
	case ECONNRESET:
	case ECONNREFUSED:
		return " (does vfctld run there, with [guests] enabled = true?)";
	case EADDRINUSE:
		return " (another program has the port)";
	default:
		return "";
	}
}

[[noreturn]] void fail(int fd, const std::string& what)
{
	const int code = errno;
	if (fd >= 0)
		::close(fd);
	throw std::system_error(code, std::generic_category(), what + hint(code));
}

} // namespace

int listen_on_vsock(std::uint32_t port)
{
	constexpr int backlog = 64;
	const std::string what = fmt::format("cannot listen on port {} of vsock", port);
	const int fd = ::socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const sockaddr_vm address = address_of(VMADDR_CID_ANY, port);
	if (fd < 0 || ::bind(fd, generic(address), sizeof(address)) != 0 ||
	    ::listen(fd, backlog) != 0)
		fail(fd, what);
	return fd;
}

int connect_to_host(std::uint32_t port)
{
	const std::string what = fmt::format("cannot reach vfctld at port {} of the host", port);
	const int fd = ::socket(AF_VSOCK, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const sockaddr_vm address = address_of(VMADDR_CID_HOST, port);
	constexpr timeval patience{.tv_sec = 10, .tv_usec = 0};
	if (fd < 0 || ::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience)) != 0 ||
	    ::connect(fd, generic(address), sizeof(address)) != 0)
		fail(fd, what);
	return fd;
}

} // namespace vfctl::tool
