// SPDX-License-Identifier: GPL-2.0-only
#include "draft.hpp"

#include <linux/genetlink.h>

namespace nlfuzz {

namespace {

void pad(bytes& what)
{
	what.resize(NLMSG_ALIGN(what.size()));
}

void render(const draft_attribute& from, bytes& into)
{
	const auto true_length = static_cast<std::uint16_t>(NLA_HDRLEN + from.value.size());
	const nlattr header = {.nla_len = from.said_length.value_or(true_length),
			       .nla_type = from.type};

	append(into, bytes_of(header));
	append(into, from.value);
	pad(into);
}

} // namespace

bytes render(const std::vector<draft_attribute>& attributes)
{
	bytes made;

	for (const auto& attribute : attributes)
		render(attribute, made);
	return made;
}

void render(const draft& from, bytes& into)
{
	const genlmsghdr second = {
		.cmd = from.command, .version = from.version, .reserved = from.reserved};
	nlmsghdr first = {};

	pad(into);
	const auto begin = into.size();
	append(into, bytes_of(first));
	append(into, bytes_of(second));
	append(into, render(from.attributes));
	append(into, from.tail);

	first.nlmsg_len =
		from.said_length.value_or(static_cast<std::uint32_t>(into.size() - begin));
	first.nlmsg_type = from.type;
	first.nlmsg_flags = from.flags;
	first.nlmsg_pid = from.port;
	store(into, begin, first);
}

draft take_apart(view datagram, const placed_message& which)
{
	auto rest =
		datagram.subspan(which.at + NLMSG_HDRLEN, which.header.nlmsg_len - NLMSG_HDRLEN);
	draft made;

	made.type = which.header.nlmsg_type;
	made.flags = which.header.nlmsg_flags;
	made.port = which.header.nlmsg_pid;
	if (rest.size() >= GENL_HDRLEN) {
		const auto second = load<genlmsghdr>(rest);
		made.command = second.cmd;
		made.version = second.version;
		made.reserved = second.reserved;
		rest = rest.subspan(GENL_HDRLEN);
	}
	while (rest.size() >= NLA_HDRLEN) {
		const auto header = load<nlattr>(rest);
		if (header.nla_len < NLA_HDRLEN || header.nla_len > rest.size())
			break;
		const auto value = rest.subspan(NLA_HDRLEN, header.nla_len - NLA_HDRLEN);
		made.attributes.push_back(
			{header.nla_type, bytes(value.begin(), value.end()), std::nullopt});
		rest = rest.subspan(std::min<std::size_t>(NLA_ALIGN(header.nla_len), rest.size()));
	}
	made.tail.assign(rest.begin(), rest.end());
	return made;
}

} // namespace nlfuzz
