// SPDX-License-Identifier: GPL-2.0-only
#include "request.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>
#include <linux/vfctl.h>
#include <sys/socket.h>
#include <unistd.h>

namespace failnth {

namespace {

constexpr std::size_t inbox_size = 128 * 1024;

// Should nothing come at all.
constexpr timeval silence{10, 0};

[[noreturn]] void fail(const char* what)
{
	throw std::system_error(errno, std::generic_category(), what);
}

request getfamily()
{
	request ask(GENL_ID_CTRL, NLM_F_REQUEST);
	const genlmsghdr head{CTRL_CMD_GETFAMILY, 1, 0};

	ask.put_header(&head, sizeof(head));
	ask.put(CTRL_ATTR_FAMILY_NAME, VFCTL_FAMILY_NAME);
	return ask;
}

int call_for(const nlattr* attribute, void* call)
{
	(*static_cast<const std::function<void(const nlattr*)>*>(call))(attribute);
	return MNL_CB_OK;
}

void* pass(const std::function<void(const nlattr*)>& call)
{
	return const_cast<std::function<void(const nlattr*)>*>(&call);
}

unsigned int group_of(const nlattr* nest, const std::string& name)
{
	std::string is;
	unsigned int id = 0;

	each_attribute(nest, [&](const nlattr* attribute) {
		if (mnl_attr_get_type(attribute) == CTRL_ATTR_MCAST_GRP_NAME)
			is = mnl_attr_get_str(attribute);
		if (mnl_attr_get_type(attribute) == CTRL_ATTR_MCAST_GRP_ID)
			id = mnl_attr_get_u32(attribute);
	});
	return is == name ? id : 0;
}

void with_family(const std::function<void(const nlattr*)>& call)
{
	conversation talk(NETLINK_GENERIC);

	require(talk.ask(getfamily()).error == 0, "the family vfctl is not there");
	talk.each([&](const nlmsghdr* head) { each_attribute(head, sizeof(genlmsghdr), call); });
}

} // namespace

request::request(unsigned int type, unsigned int flags)
{
	nlmsghdr* const at = mnl_nlmsg_put_header(room_.data());

	at->nlmsg_type = static_cast<std::uint16_t>(type);
	at->nlmsg_flags = static_cast<std::uint16_t>(flags);
	at->nlmsg_seq = 1;
}

request request::of_vfctl(std::uint8_t command, unsigned int flags)
{
	request ask(family_id(), NLM_F_REQUEST | flags);
	const genlmsghdr head{command, VFCTL_FAMILY_VERSION, 0};

	ask.put_header(&head, sizeof(head));
	return ask;
}

nlmsghdr* request::head()
{
	return reinterpret_cast<nlmsghdr*>(room_.data());
}

void request::put_header(const void* data, std::size_t size)
{
	std::memcpy(mnl_nlmsg_put_extra_header(head(), size), data, size);
}

request& request::put(unsigned int attribute, const std::string& text)
{
	mnl_attr_put_strz(head(), static_cast<std::uint16_t>(attribute), text.c_str());
	return *this;
}

request& request::put_u32(unsigned int attribute, std::uint32_t value)
{
	mnl_attr_put_u32(head(), static_cast<std::uint16_t>(attribute), value);
	return *this;
}

request& request::put_u64(unsigned int attribute, std::uint64_t value)
{
	mnl_attr_put_u64(head(), static_cast<std::uint16_t>(attribute), value);
	return *this;
}

std::span<const char> request::bytes() const
{
	const auto* at = reinterpret_cast<const nlmsghdr*>(room_.data());

	return std::span<const char>(room_).first(at->nlmsg_len);
}

conversation::conversation(int protocol)
    : fd_(socket(AF_NETLINK, SOCK_RAW | SOCK_CLOEXEC, protocol)), inbox_(inbox_size)
{
	const int on = 1;
	sockaddr_nl any{};

	any.nl_family = AF_NETLINK;
	if (fd_ < 0)
		fail("socket");
	if (bind(fd_, reinterpret_cast<const sockaddr*>(&any), sizeof(any)) != 0 ||
	    setsockopt(fd_, SOL_NETLINK, NETLINK_EXT_ACK, &on, sizeof(on)) != 0 ||
	    setsockopt(fd_, SOL_NETLINK, NETLINK_CAP_ACK, &on, sizeof(on)) != 0 ||
	    setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &silence, sizeof(silence)) != 0) {
		close(fd_);
		fail("socket of netlink");
	}
}

conversation::~conversation()
{
	close(fd_);
}

// Returns whether the answer is complete.
bool conversation::take(const nlmsghdr* head, outcome& came, bool dump)
{
	int error = 0;

	if (head->nlmsg_type != NLMSG_ERROR && head->nlmsg_type != NLMSG_DONE)
		return !dump;

	std::memcpy(&error, mnl_nlmsg_get_payload(head), sizeof(error));
	came.error = -error;
	if (head->nlmsg_flags & NLM_F_ACK_TLVS) {
		const bool at_error = head->nlmsg_type == NLMSG_ERROR;
		each_attribute(head, at_error ? sizeof(nlmsgerr) : sizeof(int),
			       [&came](const nlattr* attribute) {
				       if (mnl_attr_get_type(attribute) == NLMSGERR_ATTR_MSG)
					       std::strncpy(came.words.data(),
							    mnl_attr_get_str(attribute),
							    came.words.size() - 1);
			       });
	}
	return true;
}

outcome conversation::ask(const request& what)
{
	const auto out = what.bytes();
	const auto* asked = reinterpret_cast<const nlmsghdr*>(out.data());
	const bool dump = (asked->nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP;
	outcome came;
	bool done = false;

	used_ = 0;
	if (send(fd_, out.data(), out.size(), 0) < 0) {
		came.error = errno;
		return came;
	}
	while (!done) {
		const ssize_t got = recv(fd_, inbox_.data() + used_, inbox_.size() - used_, 0);
		if (got <= 0) {
			came.error = errno;
			came.silent = came.error == EAGAIN || got == 0;
			return came;
		}
		int left = static_cast<int>(got);
		const auto* head = reinterpret_cast<const nlmsghdr*>(inbox_.data() + used_);
		for (; !done && mnl_nlmsg_ok(head, left); head = mnl_nlmsg_next(head, &left))
			done = take(head, came, dump);
		used_ += NLMSG_ALIGN(static_cast<std::size_t>(got));
	}
	return came;
}

void conversation::each(const std::function<void(const nlmsghdr*)>& call) const
{
	int left = static_cast<int>(used_);
	const auto* head = reinterpret_cast<const nlmsghdr*>(inbox_.data());

	for (; mnl_nlmsg_ok(head, left); head = mnl_nlmsg_next(head, &left))
		if (head->nlmsg_type != NLMSG_ERROR && head->nlmsg_type != NLMSG_DONE)
			call(head);
}

unsigned int conversation::count() const
{
	unsigned int number = 0;

	each([&](const nlmsghdr*) { number++; });
	return number;
}

void each_attribute(const nlmsghdr* head, std::size_t header,
		    const std::function<void(const nlattr*)>& call)
{
	mnl_attr_parse(head, static_cast<unsigned int>(header), call_for, pass(call));
}

void each_attribute(const nlattr* nest, const std::function<void(const nlattr*)>& call)
{
	mnl_attr_parse_nested(nest, call_for, pass(call));
}

unsigned int family_id()
{
	unsigned int id = 0;

	with_family([&](const nlattr* attribute) {
		if (mnl_attr_get_type(attribute) == CTRL_ATTR_FAMILY_ID)
			id = mnl_attr_get_u16(attribute);
	});
	return id;
}

unsigned int group_id(const std::string& name)
{
	unsigned int id = 0;

	with_family([&](const nlattr* attribute) {
		if (mnl_attr_get_type(attribute) != CTRL_ATTR_MCAST_GROUPS)
			return;
		each_attribute(attribute, [&](const nlattr* group) {
			if (const auto found = group_of(group, name))
				id = found;
		});
	});
	return id;
}

} // namespace failnth
