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
			throw until_.missed();
		result = attempt(what, flags, replies);
		if (result == outcome::done)
			return;
	}
	if (result == outcome::no_family)
		throw not_loaded();
	throw failure(std::errc::resource_unavailable_try_again,
		      result == outcome::torn ? "there was a change each time that it was read"
					      : "the kernel's answers were lost each time");
}

error genl::not_loaded() const
{
	return failure(std::errc::protocol_not_supported,
		       std::string("the kernel module ") + protocol_.name +
			       " is not loaded; \"modprobe " + protocol_.name + "\" loads it");
}

void genl::need()
{
	if (family_.id == 0 && !resolve())
		throw not_loaded();
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

/// A request and what came of it.
struct genl::exchange {
	request& what;
	reply_sink& replies;
	std::optional<outcome> end = {}; ///< none while more is to come
	bool torn = false;
	std::optional<error> refused = {};
};

std::optional<error> genl::refusal(exchange& of) const
{
	if (of.end == outcome::no_family)
		return not_loaded();
	if (of.end == outcome::lost)
		return failure(std::errc::no_buffer_space,
			       "the kernel's answer was lost, it may have made the change");
	return std::move(of.refused);
}

void genl::transact(std::span<joint_request> all)
{
	// A family that has come back has another id.
	for (int i = 0; i < 2; i++) {
		std::vector<exchange> exchanges;

		need();
		exchanges.reserve(all.size());
		for (auto& one : all)
			exchanges.push_back({.what = one.what, .replies = one.replies});
		converse(exchanges, family_.id, 0);
		for (std::size_t n = 0; n < all.size(); n++)
			all[n].refused = refusal(exchanges[n]);
		if (exchanges.front().end != outcome::no_family)
			return;
		family_ = {};
	}
	throw not_loaded();
}

genl::outcome genl::converse(request& what, std::uint16_t type, std::uint16_t flags,
			     reply_sink& replies)
{
	exchange one{.what = what, .replies = replies};

	converse({&one, 1}, type, flags);
	if (one.end == outcome::no_family)
		return outcome::no_family;
	if (one.refused)
		throw *std::move(one.refused);
	return one.torn && one.end == outcome::done ? outcome::torn : *one.end;
}

// What is left of the answer is not for the next request; and while a dump is under way there can
// be no other.
void genl::converse(std::span<exchange> all, std::uint16_t type, std::uint16_t flags)
{
	try {
		send(all, type, flags);
		if (!receive(all))
			receiver_.drain();
	} catch (...) {
		receiver_.drain();
		throw;
	}
}

void genl::send(std::span<exchange> all, std::uint16_t type, std::uint16_t flags)
{
	std::vector<std::byte> together;

	// The end of a dump is NLMSG_DONE, that of all else the acknowledgement.
	flags |= (flags & NLM_F_DUMP) != 0 ? NLM_F_REQUEST : NLM_F_REQUEST | NLM_F_ACK;
	for (auto& one : all) {
		one.what.address(type, flags, ++sequence_);
		one.replies.begin();
		if (all.size() > 1)
			together.insert(together.end(), one.what.bytes().begin(),
					one.what.bytes().end());
	}
	if (const auto code = socket_->send(all.size() > 1 ? together : all.front().what.bytes()))
		throw error({}, code);
}

bool genl::have_ended(std::span<const exchange> all)
{
	return std::all_of(all.begin(), all.end(),
			   [](const exchange& one) { return one.end.has_value(); });
}

/// \return false where something was lost
bool genl::receive(std::span<exchange> all)
{
	while (!have_ended(all)) {
		std::span<const std::byte> datagram;

		if (!receiver_.await(until_, datagram) || !read_datagram(datagram, all)) {
			for (auto& one : all)
				one.end = one.end.value_or(outcome::lost);
			return false;
		}
	}
	return true;
}

/// \return false where the kernel had to leave something out
bool genl::read_datagram(std::span<const std::byte> datagram, std::span<exchange> all) const
{
	const auto first = sequence_ - static_cast<std::uint32_t>(all.size()) + 1;
	message_check check;
	message_walker walker(datagram);

	while (const auto m = walker.next(check)) {
		const std::uint32_t n = m->sequence - first;
		if (n >= all.size() || m->port != socket_->port() || all[n].end)
			continue;
		if (m->type == NLMSG_OVERRUN)
			return false;
		read_message(*m, all[n]);
		if (have_ended(all))
			return true;
	}
	check.finish();
	return true;
}

void genl::read_message(const message& m, exchange& of) const
{
	message_check check;

	of.torn |= (m.flags & NLM_F_DUMP_INTR) != 0;
	if (m.type == NLMSG_ERROR || m.type == NLMSG_DONE) {
		read_end(m, of);
		return;
	}
	if (m.type == NLMSG_NOOP)
		return;
	if (m.type != of.what.family())
		check.fail("the answer is not of the family that was asked");
	const auto reply = split_genl(m.payload, check);
	check.finish();
	of.replies.take(reply.attributes);
}

void genl::read_end(const message& m, exchange& of) const
{
	message_check check;
	const auto ack = read_acknowledgement(m, check);

	check.finish();
	of.end = outcome::done;
	if (ack.error == 0)
		return;

	const auto type = ack.offset ? of.what.attribute_at(*ack.offset) : ack.missing;
	of.refused.emplace(
		std::string(), std::error_code(ack.error, std::generic_category()),
		std::string(ack.text),
		std::string(type ? protocol_.attribute_name(of.what.command(), *type) : ""),
		error::source::kernel);
	if (!ack.text.empty())
		return;
	// Of a family that there is none of (genl_rcv_msg()). The family's own ENOENT has words.
	if (ack.error == ENOENT)
		of.end = outcome::no_family;
	// Of a module that is being unloaded (__netlink_dump_start()): the family is there still.
	if (ack.error == EPROTONOSUPPORT)
		of.refused = not_loaded();
}

} // namespace vfctl
