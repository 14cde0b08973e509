// SPDX-License-Identifier: GPL-2.0-only
#include "dump.hpp"

#include <stdexcept>
#include <system_error>

#include "attributes.hpp"
#include "draft.hpp"

namespace nlfuzz {

namespace {

template <typename T> T number(const row& from, std::uint16_t type)
{
	const auto found = from.values.find(type);

	if (found == from.values.end() || found->second.size() != sizeof(T))
		throw std::runtime_error("a dump lacks attribute " + std::to_string(type));
	return load<T>(found->second);
}

row read_row(std::uint8_t command, const nlmsghdr* message)
{
	row made;

	made.command = command;
	for_each(message, [&](const nlattr* attribute) {
		const auto* value =
			static_cast<const std::uint8_t*>(mnl_attr_get_payload(attribute));
		made.values[mnl_attr_get_type(attribute)] =
			bytes(value, value + mnl_attr_get_payload_len(attribute));
	});
	return made;
}

// Returns whether there is more to come.
bool take(const bytes& datagram, std::uint8_t command, std::vector<row>& into)
{
	auto left = static_cast<int>(datagram.size());
	const auto* message = reinterpret_cast<const nlmsghdr*>(datagram.data());

	for (; mnl_nlmsg_ok(message, left); message = mnl_nlmsg_next(message, &left)) {
		if (message->nlmsg_type == NLMSG_DONE)
			return false;
		if (message->nlmsg_type == NLMSG_ERROR) {
			const auto* error =
				static_cast<const nlmsgerr*>(mnl_nlmsg_get_payload(message));
			throw std::system_error(-error->error, std::generic_category(), "dump");
		}
		into.push_back(read_row(command, message));
	}
	return true;
}

} // namespace

std::uint32_t row::u32(std::uint16_t type) const
{
	return number<std::uint32_t>(*this, type);
}

std::uint64_t row::u64(std::uint16_t type) const
{
	return number<std::uint64_t>(*this, type);
}

std::string row::text(std::uint16_t type) const
{
	const auto found = values.find(type);

	if (found == values.end())
		throw std::runtime_error("a dump lacks attribute " + std::to_string(type));
	return text_of(found->second);
}

std::vector<row> dump(netlink_socket& socket, const family& of, std::uint8_t command)
{
	draft what;
	bytes request, answer;
	std::vector<row> rows;

	what.type = of.id;
	what.flags = NLM_F_REQUEST | NLM_F_DUMP;
	what.command = command;
	what.version = of.version;
	render(what, request);
	int failed = socket.send(request);
	do {
		if (failed == 0)
			failed = socket.receive(answer, usual_room, true);
		if (failed != 0)
			throw std::system_error(failed, std::generic_category(), "dump");
	} while (take(answer, command, rows));
	return rows;
}

std::vector<row> dump_all(netlink_socket& socket, const family& of)
{
	std::vector<row> rows;

	for (const auto& op : of.operations)
		if (op.can_dump())
			for (auto& one : dump(socket, of, op.command))
				rows.push_back(std::move(one));
	return rows;
}

} // namespace nlfuzz
