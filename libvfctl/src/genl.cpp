// SPDX-License-Identifier: LGPL-2.1-or-later
#include "genl.hpp"

#include <algorithm>
#include <cerrno>
#include <chrono>
#include <thread>
#include <utility>

#include <linux/genetlink.h>

#include <vfctl/error.hpp>

namespace vfctl {

namespace {

// The header of the request that asks "nlctrl" has its version (genl_ctrl of genetlink.c).
constexpr std::uint8_t ctrl_version = 2;

error failure(std::errc code, std::string message)
{
	return {{}, std::make_error_code(code), std::move(message)};
}

void decode_group(std::span<const std::byte> attributes, genl_family& into, message_check& check)
{
	const attribute_table table(attributes, check);
	const auto name = table.string(CTRL_ATTR_MCAST_GRP_NAME);
	const auto id = table.u32(CTRL_ATTR_MCAST_GRP_ID);

	if (name && id)
		into.groups.push_back({.name = std::string(*name), .id = *id});
}

class family_sink final : public reply_sink {
public:
	void begin() override { family_.reset(); }

	void take(std::span<const std::byte> attributes) override
	{
		family_ = decode_family(attributes);
	}

	std::optional<genl_family>& family() noexcept { return family_; }

private:
	std::optional<genl_family> family_;
};

} // namespace

std::optional<std::uint32_t> genl_family::group(std::string_view wanted) const
{
	const auto is_it = [&](const multicast_group& g) {
		return g.name == wanted;
	};
	const auto found = std::find_if(groups.begin(), groups.end(), is_it);

	if (found == groups.end())
		return std::nullopt;
	return found->id;
}

genl_family decode_family(std::span<const std::byte> attributes)
{
	message_check check;
	const attribute_table table(attributes, check);
	genl_family family;

	family.name = table.string(CTRL_ATTR_FAMILY_NAME).value_or(std::string_view());
	family.id = table.u16(CTRL_ATTR_FAMILY_ID).value_or(0);
	if (family.id < NLMSG_MIN_TYPE)
		check.fail("a family has no id");

	attribute_walker groups(
		table.bytes(CTRL_ATTR_MCAST_GROUPS).value_or(std::span<const std::byte>()));
	while (const auto group = groups.next(check))
		decode_group(group->payload, family, check);

	check.finish();
	return family;
}

genl::genl(std::unique_ptr<netlink_socket> socket, const genl_protocol& protocol)
    : socket_(std::move(socket)), receiver_(*socket_), protocol_(protocol)
{}

std::optional<genl_family> genl::find(const char* name)
{
	request what(CTRL_CMD_GETFAMILY, ctrl_version);
	family_sink reply;
	outcome result = outcome::lost;

	what.put(CTRL_ATTR_FAMILY_NAME, std::string_view(name));
	for (int i = 0; i < attempts && result == outcome::lost; i++)
		result = converse(what, GENL_ID_CTRL, 0, reply);
	if (result == outcome::lost)
		throw failure(std::errc::resource_unavailable_try_again,
			      "the kernel's answers were lost each time");
	if (result == outcome::done && !reply.family())
		throw failure(std::errc::protocol_error, "the kernel did not tell of the family");
	return std::move(reply.family());
}

bool genl::resolve()
{
	auto found = find(protocol_.name);

	family_ = found ? std::move(*found) : genl_family();
	return found.has_value();
}

void genl::dump(request& what, reply_sink& replies)
{
	call(what, NLM_F_DUMP, replies);
}

void genl::call(request& what, std::uint16_t flags, reply_sink& replies)
{
	outcome result = outcome::done;

	for (int i = 0; i < attempts; i++) {
		// VFs that come or go, which is what tears a dump, take their time.
		if (i != 0)
			std::this_thread::sleep_for(std::chrono::milliseconds(1) * (1 << i));
		if (i != 0 && until_.passed())
			break;
		result = attempt(what, flags, replies);
		if (result == outcome::done)
			return;
	}
	throw failure(std::errc::resource_unavailable_try_again,
		      result == outcome::torn ? "there was a change each time that it was read"
					      : "the kernel's answers were lost each time");
}

void genl::need()
{
	if (family_.id == 0 && !resolve())
		throw failure(std::errc::protocol_not_supported,
			      std::string("the kernel module ") + protocol_.name +
				      " is not loaded; \"modprobe " + protocol_.name +
				      "\" loads it");
}

// A family that has come back has another id.
genl::outcome genl::attempt(request& what, std::uint16_t flags, reply_sink& replies)
{
	outcome result = outcome::no_family;

	for (int i = 0; i < 2 && result == outcome::no_family; i++) {
		need();
		result = converse(what, family_.id, flags, replies);
		if (result == outcome::no_family)
			family_ = {};
	}
	return result;
}

genl::outcome genl::converse(request& what, std::uint16_t type, std::uint16_t flags,
			     reply_sink& replies)
{
	// What is left of the answer is not for the next request; and while a dump is under way
	// there can be no other.
	try {
		const auto result = answer_of(what, type, flags, replies);
		if (result == outcome::lost)
			receiver_.drain();
		return result;
	} catch (...) {
		receiver_.drain();
		throw;
	}
}

genl::outcome genl::answer_of(request& what, std::uint16_t type, std::uint16_t flags,
			      reply_sink& replies)
{
	std::optional<outcome> result;
	bool torn = false;

	// The end of a dump is NLMSG_DONE, that of all else the acknowledgement.
	flags |= (flags & NLM_F_DUMP) != 0 ? NLM_F_REQUEST : NLM_F_REQUEST | NLM_F_ACK;
	what.address(type, flags, ++sequence_);
	if (const auto code = socket_->send(what.bytes()))
		throw error({}, code);

	replies.begin();
	while (!result) {
		std::span<const std::byte> datagram;
		const auto code = receiver_.receive(until_, datagram);

		if (code == std::errc::no_buffer_space)
			return outcome::lost;
		if (code == std::errc::timed_out)
			throw until_.missed();
		if (code)
			throw error({}, code);
		result = read_datagram(datagram, what, replies, torn);
	}
	return torn && result == outcome::done ? outcome::torn : *result;
}

/// \return nothing where more is to come
std::optional<genl::outcome> genl::read_datagram(std::span<const std::byte> datagram,
						 const request& what, reply_sink& replies,
						 bool& torn) const
{
	message_check check;
	message_walker walker(datagram);

	while (const auto m = walker.next(check)) {
		if (m->sequence != sequence_ || m->port != socket_->port())
			continue;
		torn |= (m->flags & NLM_F_DUMP_INTR) != 0;
		if (m->type == NLMSG_ERROR || m->type == NLMSG_DONE)
			return read_end(*m, what);
		if (m->type == NLMSG_OVERRUN)
			return outcome::lost;
		if (m->type == NLMSG_NOOP)
			continue;
		if (m->type != what.family())
			check.fail("the answer is not of the family that was asked");
		const auto reply = split_genl(m->payload, check);
		check.finish();
		replies.take(reply.attributes);
	}
	check.finish();
	return std::nullopt;
}

genl::outcome genl::read_end(const message& m, const request& what) const
{
	message_check check;
	const auto ack = read_acknowledgement(m, check);

	check.finish();
	if (ack.error == 0)
		return outcome::done;
	// Of a family that there is none of (genl_rcv_msg()). The family's own ENOENT has words.
	if (ack.error == ENOENT && ack.text.empty())
		return outcome::no_family;

	const auto type = ack.offset ? what.attribute_at(*ack.offset) : ack.missing;
	throw error({}, std::error_code(ack.error, std::generic_category()), std::string(ack.text),
		    std::string(type ? protocol_.attribute_name(what.command(), *type) : ""), true);
}

} // namespace vfctl
