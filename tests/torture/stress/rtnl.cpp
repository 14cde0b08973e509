// SPDX-License-Identifier: GPL-2.0-only
#include "rtnl.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <system_error>

#include <libmnl/libmnl.h>
#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "system.hpp"

namespace stress {

namespace {

// Once for each dump that another change tore.
constexpr int dump_attempts = 50;

using buffer = std::array<char, 32768>;

[[noreturn]] void fail(const char* what)
{
	throw std::system_error(errno, std::generic_category(), what);
}

ifinfomsg* begin(buffer& space, std::uint16_t type, std::uint16_t flags, std::uint32_t index)
{
	nlmsghdr* message = mnl_nlmsg_put_header(space.data());
	message->nlmsg_type = type;
	message->nlmsg_flags = static_cast<std::uint16_t>(NLM_F_REQUEST | flags);
	auto* body =
		static_cast<ifinfomsg*>(mnl_nlmsg_put_extra_header(message, sizeof(ifinfomsg)));
	body->ifi_index = static_cast<int>(index);
	return body;
}

int take_kind(const nlattr* attribute, void* to)
{
	if (mnl_attr_get_type(attribute) == IFLA_INFO_KIND)
		static_cast<link*>(to)->kind = mnl_attr_get_str(attribute);
	return MNL_CB_OK;
}

int take_attribute(const nlattr* attribute, void* to)
{
	auto& one = *static_cast<link*>(to);

	switch (mnl_attr_get_type(attribute)) {
	case IFLA_IFNAME:
		one.name = mnl_attr_get_str(attribute);
		break;
	case IFLA_PARENT_DEV_NAME:
		one.parent = mnl_attr_get_str(attribute);
		break;
	case IFLA_LINK:
		one.lower = mnl_attr_get_u32(attribute);
		break;
	case IFLA_LINKINFO:
		mnl_attr_parse_nested(attribute, take_kind, &one);
		break;
	}
	return MNL_CB_OK;
}

void take_link(const nlmsghdr* message, std::vector<link>& all)
{
	if (message->nlmsg_type != RTM_NEWLINK)
		return;
	const auto* body = static_cast<const ifinfomsg*>(mnl_nlmsg_get_payload(message));
	link one;
	one.index = static_cast<std::uint32_t>(body->ifi_index);
	mnl_attr_parse(message, sizeof(*body), take_attribute, &one);
	all.push_back(one);
}

} // namespace

rtnl::rtnl() : socket_(mnl_socket_open2(NETLINK_ROUTE, SOCK_CLOEXEC), mnl_socket_close)
{
	if (!socket_ || mnl_socket_bind(socket_.get(), 0, MNL_SOCKET_AUTOPID) < 0)
		fail("rtnetlink");
}

std::vector<link> rtnl::links()
{
	std::vector<link> all;

	for (int attempt = 0; attempt < dump_attempts; attempt++)
		if (links_into(all))
			return all;
	throw failure("rtnetlink: a dump of links was torn " + std::to_string(dump_attempts) +
		      " times");
}

// False where the dump was torn.
bool rtnl::links_into(std::vector<link>& all)
{
	buffer space;
	ifinfomsg* body = begin(space, RTM_GETLINK, NLM_F_DUMP, 0);
	body->ifi_family = AF_UNSPEC;
	auto* message = reinterpret_cast<nlmsghdr*>(space.data());
	mnl_attr_put_u32(message, IFLA_EXT_MASK, RTEXT_FILTER_SKIP_STATS);
	message->nlmsg_seq = ++sequence_;

	all.clear();
	if (mnl_socket_sendto(socket_.get(), message, message->nlmsg_len) < 0)
		fail("rtnetlink");
	// Not mnl_cb_run(), which ends at the first message of a torn dump: the rest of it has to
	// be read all the same.
	for (bool torn = false;;) {
		const auto got = mnl_socket_recvfrom(socket_.get(), space.data(), space.size());
		if (got < 0)
			fail("rtnetlink");
		int left = static_cast<int>(got);
		for (const auto* one = reinterpret_cast<const nlmsghdr*>(space.data());
		     mnl_nlmsg_ok(one, left); one = mnl_nlmsg_next(one, &left)) {
			torn |= (one->nlmsg_flags & NLM_F_DUMP_INTR) != 0;
			if (one->nlmsg_type == NLMSG_DONE)
				return !torn;
			if (one->nlmsg_type == NLMSG_ERROR)
				throw failure("rtnetlink refuses a dump of links");
			take_link(one, all);
		}
	}
}

int rtnl::change(nlmsghdr* message)
{
	message->nlmsg_seq = ++sequence_;
	message->nlmsg_flags |= NLM_F_ACK;
	if (mnl_socket_sendto(socket_.get(), message, message->nlmsg_len) < 0)
		return errno;
	buffer space;
	const auto got = mnl_socket_recvfrom(socket_.get(), space.data(), space.size());
	if (got < 0)
		fail("rtnetlink");
	const int ended = mnl_cb_run(space.data(), static_cast<std::size_t>(got), sequence_,
				     mnl_socket_get_portid(socket_.get()), nullptr, nullptr);
	return ended < 0 ? errno : 0;
}

int rtnl::rename(std::uint32_t index, const std::string& name)
{
	buffer space;
	begin(space, RTM_NEWLINK, 0, index);
	auto* message = reinterpret_cast<nlmsghdr*>(space.data());
	mnl_attr_put_strz(message, IFLA_IFNAME, name.c_str());
	return change(message);
}

int rtnl::move(std::uint32_t index, int netns_fd)
{
	buffer space;
	begin(space, RTM_NEWLINK, 0, index);
	auto* message = reinterpret_cast<nlmsghdr*>(space.data());
	mnl_attr_put_u32(message, IFLA_NET_NS_FD, static_cast<std::uint32_t>(netns_fd));
	return change(message);
}

int rtnl::set_up(std::uint32_t index)
{
	buffer space;
	ifinfomsg* body = begin(space, RTM_NEWLINK, 0, index);
	body->ifi_flags = IFF_UP;
	body->ifi_change = IFF_UP;
	return change(reinterpret_cast<nlmsghdr*>(space.data()));
}

int rtnl::set_vf_rate(std::uint32_t index, std::uint32_t vf, std::uint32_t mbit)
{
	buffer space;
	begin(space, RTM_SETLINK, 0, index);
	auto* message = reinterpret_cast<nlmsghdr*>(space.data());
	const ifla_vf_rate rate{.vf = vf, .min_tx_rate = 0, .max_tx_rate = mbit};
	nlattr* list = mnl_attr_nest_start(message, IFLA_VFINFO_LIST);
	nlattr* info = mnl_attr_nest_start(message, IFLA_VF_INFO);
	mnl_attr_put(message, IFLA_VF_RATE, sizeof(rate), &rate);
	mnl_attr_nest_end(message, info);
	mnl_attr_nest_end(message, list);
	return change(message);
}

} // namespace stress
