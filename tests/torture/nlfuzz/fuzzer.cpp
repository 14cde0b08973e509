// SPDX-License-Identifier: GPL-2.0-only
#include "fuzzer.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <utility>

namespace nlfuzz {

namespace {

// Without an order nothing may change either: that is looked at now and then.
constexpr std::uint64_t look_every = 64;

// Of more orders than this, whose fate is not known, not every combination is tried.
constexpr std::size_t most_unknown = 8;

// Is this what orders, obeyed or not, can have made of the limits?
bool explains(const limits& before, const limits& after, const std::vector<judged_message>& orders,
	      std::size_t from = 0)
{
	if (from == orders.size())
		return before == after;
	const auto& order = orders[from];
	if (order.end != fate::accepted && explains(before, after, orders, from + 1))
		return true;
	limits obeyed = before;
	return order.end != fate::refused && obeyed.obey(order.what) &&
	       explains(obeyed, after, orders, from + 1);
}

} // namespace

fuzzer::fuzzer(const std::string& family_name, std::uint64_t seed, std::unique_ptr<kcov> covered)
    : luck_(seed), kcov_(std::move(covered)), observer_(socket_options()),
      family_(ask_family(observer_, family_name)), values_(dump_all(observer_, family_), luck_),
      generator_(family_, values_, luck_), mutator_(generator_, values_, luck_),
      crowd_(family_, luck_), limits_(limits::read(observer_, family_))
{}

input fuzzer::make()
{
	if (corpus_.empty() || luck_.one_in(2)) {
		auto made = generator_.make();
		if (luck_.one_in(3))
			mutator_.change(made, generator_.make());
		return made;
	}
	input made = corpus_.pick(luck_);
	// What nobody reads, nobody can look at: that shall not become the rule.
	if (!luck_.one_in(4))
		made.how = reading::all;
	mutator_.change(made, corpus_.pick(luck_));
	return made;
}

std::vector<std::string> fuzzer::step()
{
	auto complaints = run(make());

	for (auto& one : crowd_.stir())
		complaints.push_back(std::move(one));
	return complaints;
}

netlink_socket& fuzzer::usual(const socket_options& options)
{
	const auto found = std::find_if(usual_.begin(), usual_.end(),
					[&](const auto& one) { return one.first == options; });

	if (found != usual_.end())
		return found->second;
	return usual_.emplace_back(options, netlink_socket(options)).second;
}

// Whatever a request is answered with is there when it has been sent, but for the later parts of
// a dump, which reading makes. So nothing has to be waited for.
answers fuzzer::read_all(netlink_socket& socket)
{
	answers got;
	bytes one;
	int failed = 0;

	got.complete = true;
	while (failed != EAGAIN) {
		failed =
			socket.receive(one, std::max(usual_room, 2 * last_.datagram.size()), false);
		if (failed == 0)
			got.datagrams.push_back(std::move(one));
		else if (failed != EAGAIN)
			got.complete = false;
	}
	return got;
}

answers fuzzer::send(netlink_socket& socket, std::vector<std::string>& complaints)
{
	answers got;
	bytes one;

	if (kcov_)
		kcov_->forget();
	const int failed = socket.send(last_.datagram);
	// The kernel may have no room for the hugest ones, and an empty one is none.
	if (failed != 0 && failed != ENOBUFS && failed != EMSGSIZE && failed != ENODATA)
		complaints.push_back("sending: " + std::string(std::strerror(failed)));
	switch (last_.how) {
	case reading::all:
		got = read_all(socket);
		break;
	case reading::once:
		socket.receive(one, 64, false);
		break;
	case reading::never:
		break;
	}
	if (failed != 0)
		got.complete = false;
	return got;
}

std::vector<std::string> fuzzer::run(input what)
{
	std::vector<std::string> complaints;
	verdict judged;

	settle(what, family_.id, sequence_);
	last_ = std::move(what);
	if (before_sending)
		before_sending(last_);
	if (last_.how == reading::all) {
		auto& socket = usual(last_.socket);
		const auto got = send(socket, complaints);
		judged = judge(last_, got, family_, socket.port());
		tally_.answers += got.datagrams.size();
		if (!got.complete) {
			// It may have kept a dump that cannot go on.
			++tally_.overruns;
			std::erase_if(usual_,
				      [&](const auto& one) { return &one.second == &socket; });
		}
	} else {
		netlink_socket socket(last_.socket);
		judged = judge(last_, send(socket, complaints), family_, socket.port());
		if (last_.how == reading::never)
			crowd_.park(std::move(socket));
	}
	if (kcov_)
		corpus_.offer(last_, kcov_->passed());
	learn(judged);
	look_at_limits(judged, complaints);
	for (auto& one : judged.complaints)
		complaints.push_back(std::move(one));
	return complaints;
}

void fuzzer::learn(const verdict& from)
{
	++tally_.inputs;
	tally_.messages += from.messages.size();
	for (const auto& one : from.messages) {
		if (one.error != 0)
			++tally_.refused[one.error];
		if (one.end != fate::accepted || family_.find(one.what.command) == nullptr)
			continue;
		++tally_.accepted;
		generator_.remember(one.what);
	}
}

void fuzzer::look_at_limits(const verdict& after, std::vector<std::string>& complaints)
{
	std::vector<judged_message> orders;

	for (const auto& one : after.messages)
		if (is_order(one.what, family_))
			orders.push_back(one);
	if (orders.empty() && tally_.inputs % look_every != 0)
		return;
	const auto now = limits::read(observer_, family_);
	const auto unknown = std::count_if(orders.begin(), orders.end(), [](const auto& one) {
		return one.end == fate::unknown;
	});
	if (static_cast<std::size_t>(unknown) <= most_unknown && !explains(limits_, now, orders))
		complaints.push_back("no order explains it: " + limits_.difference(now));
	limits_ = now;
}

} // namespace nlfuzz
