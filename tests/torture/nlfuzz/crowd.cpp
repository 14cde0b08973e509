// SPDX-License-Identifier: GPL-2.0-only
#include "crowd.hpp"

#include <cerrno>
#include <utility>

#include "judge.hpp"

namespace nlfuzz {

namespace {

constexpr std::size_t most_parked = 12;
constexpr std::size_t most_listeners = 5;

} // namespace

crowd::crowd(const family& of, dice& luck) : family_(of), luck_(luck)
{
	while (listeners_.size() < most_listeners)
		listen();
}

void crowd::listen()
{
	socket_options options;

	// One of them at least keeps all.
	options.tiny = !listeners_.empty() && luck_.one_in(2);
	netlink_socket made(options);
	for (const auto& [name, id] : family_.groups)
		made.join(id);
	listeners_.push_back(std::move(made));
}

void crowd::park(netlink_socket socket)
{
	if (parked_.size() >= most_parked)
		parked_.erase(parked_.begin() +
			      static_cast<std::ptrdiff_t>(luck_.below(parked_.size())));
	parked_.push_back(std::move(socket));
}

void crowd::hear(netlink_socket& listener, std::vector<std::string>& complaints)
{
	bytes heard;

	for (int failed = 0; failed == 0 || failed == ENOBUFS;) {
		failed = listener.receive(heard, usual_room, false);
		if (failed == ENOBUFS)
			++lost_;
		if (failed != 0)
			continue;
		++events_;
		for (auto& one : judge_events(heard))
			complaints.push_back(std::move(one));
	}
}

std::vector<std::string> crowd::stir()
{
	std::vector<std::string> complaints;

	if (luck_.one_in(8)) {
		// Never the first one, which has room for all.
		listeners_.erase(listeners_.begin() + 1 +
				 static_cast<std::ptrdiff_t>(luck_.below(most_listeners - 1)));
		listen();
	}
	hear(listeners_.front(), complaints);
	if (luck_.one_in(4))
		hear(luck_.pick(listeners_), complaints);
	return complaints;
}

} // namespace nlfuzz
