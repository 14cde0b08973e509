// SPDX-License-Identifier: GPL-2.0-only
#include "mutator.hpp"

#include <algorithm>
#include <array>

namespace nlfuzz {

namespace {

constexpr std::array<std::uint16_t, 14> message_flags = {
	NLM_F_REQUEST, NLM_F_MULTI,  NLM_F_ACK,    NLM_F_ECHO, NLM_F_DUMP_INTR,
	NLM_F_ROOT,    NLM_F_MATCH,  NLM_F_ATOMIC, NLM_F_DUMP, NLM_F_CAPPED,
	NLM_F_EXCL,    NLM_F_CREATE, NLM_F_APPEND, 0x8000};

constexpr std::array<std::uint16_t, 7> message_types = {
	nobody, 0, NLMSG_NOOP, NLMSG_ERROR, NLMSG_DONE, NLMSG_OVERRUN, NLMSG_MIN_TYPE - 1};

constexpr std::array<std::uint16_t, 6> attribute_types = {0,      NLA_F_NESTED, NLA_F_NET_BYTEORDER,
							  0x3fff, 0xffff,       255};

constexpr std::array<std::uint32_t, 8> lengths = {0, 1, 3, 4, 5, 16, 0x7fffffff, 0xffffffff};

} // namespace

mutator::mutator(generator& maker, values& from, dice& luck)
    : maker_(maker), values_(from), luck_(luck)
{}

void mutator::change(input& what, const input& other)
{
	for (auto times = 1 + luck_.below(3); times > 0; --times)
		change_once(what, other);
	if (what.datagram.size() > longest_datagram)
		what.datagram.resize(longest_datagram);
}

void mutator::change_once(input& what, const input& other)
{
	switch (luck_.below(16)) {
	case 0:
	case 1:
		return change_bytes(what.datagram);
	case 2:
		what.datagram.resize(NLMSG_ALIGN(what.datagram.size()));
		append(what.datagram, other.datagram);
		return;
	case 3:
		what.datagram.resize(NLMSG_ALIGN(what.datagram.size()));
		return render(maker_.make_message(), what.datagram);
	case 4:
	case 5:
		return change_socket(what);
	default:
		change_message(what);
	}
}

// One of the messages; the others stay as they are, but for what no longer is a message.
void mutator::change_message(input& what)
{
	const auto placed = walk(what.datagram);
	bytes changed;

	if (placed.empty()) {
		what = maker_.make();
		return;
	}
	const auto chosen = luck_.below(placed.size());
	for (std::size_t i = 0; i < placed.size(); ++i) {
		auto one = take_apart(what.datagram, placed[i]);
		if (i == chosen) {
			switch (luck_.below(10)) {
			case 0:
			case 1:
				change_header(one);
				break;
			case 2:
			case 3:
				change_lengths(one);
				break;
			case 4:
				if (luck_.one_in(4))
					grow(one);
				break;
			default:
				change_attribute(one);
			}
		}
		render(one, changed);
	}
	what.datagram = std::move(changed);
}

void mutator::change_attribute(draft& what)
{
	auto& all = what.attributes;

	if (all.empty()) {
		all = maker_.make_message().attributes;
		return;
	}
	auto& one = luck_.pick(all);
	const auto* known = maker_.find(what, one.type);
	switch (luck_.below(10)) {
	case 0:
		all.erase(all.begin() + (&one - all.data()));
		break;
	case 1: // again, and perhaps with another value
		all.push_back(known != nullptr ? maker_.make_attribute(*known, nullptr)
					       : draft_attribute(one));
		break;
	case 2:
		one.type = luck_.one_in(2) ? luck_.pick(attribute_types)
					   : static_cast<std::uint16_t>(luck_.below(40));
		break;
	case 3:
		one.type = static_cast<std::uint16_t>(
			one.type ^ (luck_.one_in(2) ? NLA_F_NESTED : NLA_F_NET_BYTEORDER));
		break;
	case 4: // inside itself
		one.value = render({one});
		one.type |= NLA_F_NESTED;
		break;
	case 5:
		one.value = values_.anything(0);
		break;
	case 6:
		one.value.resize(luck_.below(one.value.size() + 4));
		break;
	default:
		if (known != nullptr)
			one.value = luck_.one_in(2) ? values_.edge(*known)
						    : values_.fitting(*known, values_.object());
		else
			one.value = bytes_of(values_.number());
	}
}

void mutator::change_header(draft& what)
{
	switch (luck_.below(8)) {
	case 0:
		what.type = luck_.pick(message_types);
		break;
	case 1:
		what.command = static_cast<std::uint8_t>(luck_.next());
		break;
	case 2:
		what.command = static_cast<std::uint8_t>(luck_.below(16));
		break;
	case 3:
		what.version = static_cast<std::uint8_t>(luck_.next());
		break;
	case 4:
		what.reserved = static_cast<std::uint16_t>(luck_.next());
		break;
	case 5:
		what.port = static_cast<std::uint32_t>(luck_.next());
		break;
	default:
		what.flags ^= luck_.pick(message_flags);
	}
}

void mutator::change_lengths(draft& what)
{
	const auto near = static_cast<std::uint32_t>(luck_.below(64));

	switch (luck_.below(3)) {
	case 0:
		what.said_length = luck_.one_in(2) ? luck_.pick(lengths) : near;
		break;
	case 1:
		what.tail = values_.anything(1 + luck_.below(20));
		break;
	default:
		if (!what.attributes.empty())
			luck_.pick(what.attributes).said_length = static_cast<std::uint16_t>(
				luck_.one_in(2) ? luck_.pick(lengths) : near);
	}
}

void mutator::grow(draft& what)
{
	if (luck_.one_in(2)) {
		draft_attribute huge;
		huge.type = static_cast<std::uint16_t>(luck_.below(24));
		huge.value = values_.anything(1 + luck_.below(UINT16_MAX - NLA_HDRLEN));
		what.attributes.push_back(std::move(huge));
		return;
	}
	const auto one = what.attributes.empty() ? draft_attribute{1, bytes(4), std::nullopt}
						 : luck_.pick(what.attributes);
	what.attributes.insert(what.attributes.end(), luck_.below(3000), one);
}

void mutator::change_bytes(bytes& what)
{
	if (what.empty())
		return;
	switch (luck_.below(6)) {
	case 0:
		what.resize(luck_.below(what.size()));
		break;
	case 1:
		append(what, values_.anything(1 + luck_.below(40)));
		break;
	case 2:
		luck_.pick(what) = static_cast<std::uint8_t>(luck_.next());
		break;
	default:
		for (auto times = 1 + luck_.below(4); times > 0; --times)
			luck_.pick(what) ^= static_cast<std::uint8_t>(1U << luck_.below(8));
	}
}

void mutator::change_socket(input& what)
{
	switch (luck_.below(6)) {
	case 0:
		what.socket.words = !what.socket.words;
		break;
	case 1:
		what.socket.capped = !what.socket.capped;
		break;
	case 2:
		what.socket.strict = !what.socket.strict;
		break;
	case 3:
		what.socket.tiny = !what.socket.tiny;
		break;
	default:
		what.how = static_cast<reading>(luck_.below(3));
	}
}

} // namespace nlfuzz
