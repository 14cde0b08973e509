// SPDX-License-Identifier: LGPL-2.1-or-later
#include "rtnl_link.hpp"

#include <algorithm>
#include <array>
#include <cstring>
#include <new>
#include <span>
#include <system_error>
#include <utility>

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <netlink/msg.h>
#include <netlink/route/link.h>
#include <netlink/route/link/sriov.h>

#include <vfctl/error.hpp>

#include "genl.hpp"
#include "message.hpp"

// libnl makes requests. Answers are read here: libnl 3.7 knows no counters of dropped packets, and
// reads a list of VFs that did not fit as another one.

namespace vfctl {
namespace {

template <auto Function> struct release {
	template <typename T> void operator()(T* what) const noexcept { Function(what); }
};

using nl_msg_ptr = std::unique_ptr<nl_msg, release<nlmsg_free>>;
using link_ptr = std::unique_ptr<rtnl_link, release<rtnl_link_put>>;
using vf_ptr = std::unique_ptr<rtnl_link_vf, release<rtnl_link_vf_put>>;

// What a request is made of is memory alone.
void checked(int result)
{
	if (result < 0)
		throw std::bad_alloc();
}

template <typename Pointer> Pointer checked(Pointer made)
{
	if (!made)
		throw std::bad_alloc();
	return made;
}

template <typename T>
std::optional<T> read_struct(std::span<const std::byte> from, message_check& check)
{
	T value{};
	if (from.size() < sizeof(value)) {
		check.fail("an attribute of a network device is too short");
		return std::nullopt;
	}
	std::memcpy(&value, from.data(), sizeof(value));
	return value;
}

std::string read_text(std::span<const std::byte> from)
{
	const auto end = std::find(from.begin(), from.end(), std::byte{0});
	std::string text(static_cast<std::size_t>(end - from.begin()), '\0');
	std::memcpy(text.data(), from.data(), text.size());
	return text;
}

struct counter_attribute {
	unsigned type;
	counter is;
};

constexpr std::array<counter_attribute, 8> counter_attributes = {{
	{IFLA_VF_STATS_RX_PACKETS, counter::rx_packets},
	{IFLA_VF_STATS_TX_PACKETS, counter::tx_packets},
	{IFLA_VF_STATS_RX_BYTES, counter::rx_bytes},
	{IFLA_VF_STATS_TX_BYTES, counter::tx_bytes},
	{IFLA_VF_STATS_BROADCAST, counter::rx_broadcast},
	{IFLA_VF_STATS_MULTICAST, counter::rx_multicast},
	{IFLA_VF_STATS_RX_DROPPED, counter::rx_dropped},
	{IFLA_VF_STATS_TX_DROPPED, counter::tx_dropped},
}};

// rtnl_fill_vfinfo() clears the counters and does not look at what ndo_get_vf_stats() returned,
// nor whether there is one: 0 says nothing.
void read_counters(std::span<const std::byte> nest, counters& into, message_check& check)
{
	const attribute_table table(nest, check);
	for (const auto& a : counter_attributes)
		if (const auto value = table.u64(a.type); value && *value != 0)
			into.set(a.is, *value);
}

void read_vf(std::span<const std::byte> nest, std::vector<rtnl_vf>& into, message_check& check)
{
	const attribute_table table(nest, check);
	const auto mac_bytes = table.bytes(IFLA_VF_MAC);
	const auto mac = mac_bytes ? read_struct<ifla_vf_mac>(*mac_bytes, check) : std::nullopt;
	if (!mac) {
		check.fail("a VF has no number");
		return;
	}

	rtnl_vf vf;
	vf.number = mac->vf;
	std::copy_n(std::begin(mac->mac), vf.mac.bytes.size(), vf.mac.bytes.begin());
	if (const auto bytes = table.bytes(IFLA_VF_RATE))
		if (const auto rate = read_struct<ifla_vf_rate>(*bytes, check))
			vf.rate = {rate->min_tx_rate, rate->max_tx_rate};
	if (const auto bytes = table.bytes(IFLA_VF_STATS))
		read_counters(*bytes, vf.counters, check);
	into.push_back(vf);
}

void read_kind(std::span<const std::byte> nest, std::string& into, message_check& check)
{
	const attribute_table table(nest, check);
	if (const auto bytes = table.bytes(IFLA_INFO_KIND))
		into = read_text(*bytes);
}

// Of several attributes of a type the first: see read_link().
void read_attribute(const attribute& a, rtnl_link_info& into, message_check& check)
{
	switch (a.type) {
	case IFLA_IFNAME:
		if (into.name.empty())
			into.name = read_text(a.payload);
		break;
	case IFLA_NUM_VF:
		if (!into.num_vfs)
			into.num_vfs = read_struct<std::uint32_t>(a.payload, check);
		break;
	case IFLA_VFINFO_LIST:
		if (!std::exchange(into.lists_vfs, true)) {
			attribute_walker list(a.payload);
			while (const auto vf = list.next(check))
				read_vf(vf->payload, into.vfs, check);
		}
		break;
	case IFLA_LINK:
		into.lower = read_struct<std::uint32_t>(a.payload, check).value_or(0);
		break;
	case IFLA_LINKINFO:
		read_kind(a.payload, into.kind, check);
		break;
	case IFLA_PHYS_PORT_NAME:
		into.port_name = read_text(a.payload);
		break;
	default:
		break;
	}
}

// The length of a list of VFs is 16 bits wide and wraps: on Linux 6.12 at 222 VFs with counters.
// Then what is left of it does not tell of all of them, and its rest is read as attributes of the
// device. Those that rtnl_fill_ifinfo() writes before, name and number, are good.
rtnl_link_info read_link(std::span<const std::byte> payload, message_check& check)
{
	rtnl_link_info link;
	const auto header = read_struct<ifinfomsg>(payload, check);
	if (!header)
		return link;

	link.index = static_cast<std::uint32_t>(header->ifi_index);
	link.has_carrier = (header->ifi_flags & IFF_LOWER_UP) != 0;
	message_check inside;
	attribute_walker attributes(payload.subspan(NLMSG_ALIGN(sizeof(*header))));
	while (const auto a = attributes.next(inside))
		read_attribute(*a, link, inside);

	link.too_many = payload.size() > UINT16_MAX && link.vfs.size() < link.num_vfs.value_or(0);
	if (link.too_many) {
		link.lists_vfs = true;
		link.vfs.clear();
	} else if (!inside.ok()) {
		check = std::move(inside);
	}
	return link;
}

void append(nl_msg* to, ifinfomsg header)
{
	checked(nlmsg_append(to, &header, sizeof(header), NLMSG_ALIGNTO));
}

nl_msg_ptr make_get(int flags, std::uint32_t index, const char* name, rtnl_detail detail)
{
	auto request = checked(nl_msg_ptr(nlmsg_alloc_simple(RTM_GETLINK, flags)));
	ifinfomsg header{};
	header.ifi_index = static_cast<int>(index);
	append(request.get(), header);
	if (name)
		checked(nla_put_string(request.get(),
				       std::strlen(name) < IFNAMSIZ ? IFLA_IFNAME : IFLA_ALT_IFNAME,
				       name));
	std::uint32_t mask = RTEXT_FILTER_VF;
	if (detail == rtnl_detail::limits)
		mask |= RTEXT_FILTER_SKIP_STATS;
	checked(nla_put_u32(request.get(), IFLA_EXT_MASK, mask));
	return request;
}

// As rtnl_link_change(), but what it sends is RTM_NEWLINK, which may make a device.
nl_msg_ptr make_set_rate(std::uint32_t index, std::uint32_t vf, rtnl_rate to)
{
	const auto which = checked(link_ptr(rtnl_link_alloc()));
	const auto changes = checked(link_ptr(rtnl_link_alloc()));
	const auto changed = checked(vf_ptr(rtnl_link_vf_alloc()));
	nl_vf_rate rate{};
	rate.api = RTNL_LINK_VF_RATE_API_NEW;
	rate.min_tx_rate = to.min;
	rate.max_tx_rate = to.max;

	rtnl_link_set_ifindex(which.get(), static_cast<int>(index));
	rtnl_link_vf_set_index(changed.get(), vf);
	rtnl_link_vf_set_rate(changed.get(), &rate);
	checked(rtnl_link_vf_add(changes.get(), changed.get()));

	nl_msg* request = nullptr;
	checked(rtnl_link_build_change_request(which.get(), changes.get(), NLM_F_ACK, &request));
	nlmsg_hdr(request)->nlmsg_type = RTM_SETLINK;
	return nl_msg_ptr(request);
}

} // namespace

/// What came in answer to a request.
struct rtnl_links::answer {
	bool ends_with_link; ///< it has one message, if that is a device
	bool done = false;
	bool torn = false;
	int error = 0; ///< errno
	std::string words;
	std::vector<rtnl_link_info> links;

	void take(const message& m, message_check& check);
	void finish() const;
};

void rtnl_links::answer::take(const message& m, message_check& check)
{
	torn |= (m.flags & NLM_F_DUMP_INTR) != 0;
	if (m.type == NLMSG_ERROR || m.type == NLMSG_DONE) {
		done = true;
		const auto ack = read_acknowledgement(m, check);
		error = ack.error;
		words = ack.text;
	} else if (m.type == RTM_NEWLINK) {
		links.push_back(read_link(m.payload, check));
		done = ends_with_link;
	} else if (m.type != NLMSG_NOOP) {
		check.fail("the answer of rtnetlink is about no network device");
	}
}

void rtnl_links::answer::finish() const
{
	if (error)
		throw vfctl::error({}, {error, std::generic_category()}, words, {},
				   vfctl::error::source::kernel);
}

rtnl_links::rtnl_links(std::unique_ptr<netlink_socket> socket)
    : socket_(std::move(socket)), receiver_(*socket_)
{}

// A device is asked for without an acknowledgement: a list of VFs may fill the socket's buffer,
// and what comes after would be lost (ENOBUFS).
std::vector<rtnl_link_info> rtnl_links::ask(nlmsghdr& request, bool one_device)
{
	for (int attempt = 0; attempt < genl::attempts; attempt++) {
		if (attempt != 0 && until_.passed())
			throw until_.missed();
		answer got{.ends_with_link = one_device, .words = {}, .links = {}};
		if (converse(request, got) && !got.torn)
			return std::move(got.links);
	}
	throw error({}, std::make_error_code(std::errc::resource_unavailable_try_again),
		    "network devices came or went each time while they were read, " +
			    std::to_string(genl::attempts) + " times");
}

/// \return false where something of the answer was lost
bool rtnl_links::converse(nlmsghdr& request, answer& into)
{
	// What is left of the answer is not for the next request; and while a dump is under way
	// there can be no other.
	try {
		request.nlmsg_seq = ++sequence_;
		request.nlmsg_flags |= NLM_F_REQUEST;
		const auto* const begin = reinterpret_cast<const std::byte*>(&request);
		if (const auto code = socket_->send({begin, request.nlmsg_len}))
			throw error({}, code);
		while (!into.done) {
			std::span<const std::byte> datagram;

			if (!receiver_.await(until_, datagram) || !read(datagram, into)) {
				receiver_.drain();
				return false;
			}
		}
		into.finish();
	} catch (...) {
		receiver_.drain();
		throw;
	}
	return true;
}

/// \return false where the kernel had to leave something out
bool rtnl_links::read(std::span<const std::byte> datagram, answer& into) const
{
	message_check check;
	message_walker walker(datagram);

	while (!into.done) {
		const auto m = walker.next(check);
		if (!m)
			break;
		if (m->sequence != sequence_ || m->port != socket_->port())
			continue;
		if (m->type == NLMSG_OVERRUN)
			return false;
		into.take(*m, check);
	}
	check.finish();
	return true;
}

std::vector<rtnl_link_info> rtnl_links::all(rtnl_detail detail)
{
	return ask(*nlmsg_hdr(make_get(NLM_F_DUMP, 0, nullptr, detail).get()), false);
}

std::optional<rtnl_link_info> rtnl_links::find(std::uint32_t index, const char* name,
					       rtnl_detail detail)
{
	std::vector<rtnl_link_info> links;
	try {
		links = ask(*nlmsg_hdr(make_get(0, index, name, detail).get()), true);
	} catch (const error& e) {
		if (e.from_kernel() && e.code() == std::errc::no_such_device)
			return std::nullopt;
		throw;
	}
	if (links.empty())
		throw error({}, std::make_error_code(std::errc::protocol_error),
			    "rtnetlink tells nothing of a device that it knows");
	return std::move(links.front());
}

std::optional<rtnl_link_info> rtnl_links::find(std::uint32_t index, rtnl_detail detail)
{
	return find(index, nullptr, detail);
}

std::optional<rtnl_link_info> rtnl_links::find(const std::string& name, rtnl_detail detail)
{
	return find(0, name.c_str(), detail);
}

void rtnl_links::set_rate(std::uint32_t index, std::uint32_t vf, rtnl_rate to)
{
	const auto request = make_set_rate(index, vf, to);
	answer got{.ends_with_link = false, .words = {}, .links = {}};

	// It is sent once. One of the two rates is what was read before: somebody else may have
	// changed it since.
	if (!converse(*nlmsg_hdr(request.get()), got))
		throw error({}, std::make_error_code(std::errc::no_buffer_space),
			    "the kernel's answer was lost, it may have made the change");
}

} // namespace vfctl
