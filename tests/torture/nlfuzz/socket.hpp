// SPDX-License-Identifier: GPL-2.0-only
// A socket of generic netlink, without any help: what fails is told by errno.
#pragma once

#include <cstdint>
#include <memory>

#include <libmnl/libmnl.h>

#include "bytes.hpp"
#include "input.hpp"

namespace nlfuzz {

class netlink_socket {
public:
	/// \throws std::system_error
	explicit netlink_socket(const socket_options& options);

	std::uint32_t port() const { return mnl_socket_get_portid(socket_.get()); }

	/// 0 or an errno.
	int send(view datagram);

	/// One datagram, as much of it as `room` holds.
	/// \return 0 or an errno; EAGAIN where nothing is there and it shall not wait
	int receive(bytes& into, std::size_t room, bool wait);

	/// \throws std::system_error
	void join(std::uint32_t group);

private:
	struct closer {
		void operator()(mnl_socket* socket) const noexcept { mnl_socket_close(socket); }
	};

	std::unique_ptr<mnl_socket, closer> socket_;
};

/// What the kernel makes the parts of a dump at most (netlink_recvmsg()).
constexpr std::size_t usual_room = 32768;

} // namespace nlfuzz
