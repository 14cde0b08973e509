// SPDX-License-Identifier: GPL-2.0-only
// Sockets beside the one that asks: some that listen, and hardly keep up or not at all, and some
// with dumps that nobody reads to their end.
#pragma once

#include <deque>
#include <string>
#include <vector>

#include "family.hpp"
#include "random.hpp"
#include "socket.hpp"

namespace nlfuzz {

class crowd {
public:
	crowd(const family& of, dice& luck);

	/// Stays open until others have taken its place.
	void park(netlink_socket socket);

	/// Some listen, some go, some read.
	/// \return what is wrong with what was heard
	std::vector<std::string> stir();

	std::size_t events() const { return events_; }
	std::size_t lost() const { return lost_; }

private:
	void listen();
	void hear(netlink_socket& listener, std::vector<std::string>& complaints);

	const family& family_;
	dice& luck_;
	std::deque<netlink_socket> parked_;
	std::vector<netlink_socket> listeners_;
	std::size_t events_ = 0;
	std::size_t lost_ = 0;
};

} // namespace nlfuzz
