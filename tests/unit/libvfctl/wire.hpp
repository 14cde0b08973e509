// SPDX-License-Identifier: GPL-2.0-only
// Netlink messages as a kernel makes them; written without the library's own code.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <initializer_list>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <linux/genetlink.h>
#include <linux/netlink.h>
#include <linux/vfctl.h>

namespace wire {

using bytes = std::vector<std::byte>;

/// Stands for the sequence number of the request that is answered.
inline constexpr std::uint32_t this_request = 0xfffffffe;
inline constexpr std::uint32_t port = 4242;
inline constexpr std::uint16_t family_id = 31;
inline constexpr std::uint32_t config_group = 5;
inline constexpr std::uint32_t stats_group = 6;
inline constexpr std::uint32_t notify_group = 16;

inline void append(bytes& to, const void* from, std::size_t size)
{
	const auto* begin = static_cast<const std::byte*>(from);

	to.insert(to.end(), begin, begin + size);
}

inline void pad(bytes& to)
{
	while (to.size() % NLMSG_ALIGNTO != 0)
		to.push_back(std::byte{0});
}

/// A list of attributes.
class attrs {
public:
	attrs& raw(unsigned type, const bytes& payload)
	{
		const nlattr header = {
			.nla_len = static_cast<std::uint16_t>(sizeof(nlattr) + payload.size()),
			.nla_type = static_cast<std::uint16_t>(type)};

		append(all_, &header, sizeof(header));
		append(all_, payload.data(), payload.size());
		pad(all_);
		return *this;
	}

	attrs& u16(unsigned type, std::uint16_t value) { return number(type, value); }
	attrs& u32(unsigned type, std::uint32_t value) { return number(type, value); }
	attrs& u64(unsigned type, std::uint64_t value) { return number(type, value); }

	attrs& text(unsigned type, std::string_view value)
	{
		bytes payload;

		append(payload, value.data(), value.size());
		payload.push_back(std::byte{0});
		return raw(type, payload);
	}

	attrs& nest(unsigned type, const attrs& inner)
	{
		return raw(type | NLA_F_NESTED, inner.all_);
	}

	const bytes& all() const noexcept { return all_; }

private:
	template <typename T> attrs& number(unsigned type, T value)
	{
		bytes payload;

		append(payload, &value, sizeof(value));
		return raw(type, payload);
	}

	bytes all_;
};

struct message_options {
	std::uint16_t flags = 0;
	std::uint32_t sequence = this_request;
	std::uint32_t to = port;
};

inline bytes message(std::uint16_t type, const bytes& payload, message_options options = {})
{
	const nlmsghdr header = {
		.nlmsg_len = static_cast<std::uint32_t>(sizeof(nlmsghdr) + payload.size()),
		.nlmsg_type = type,
		.nlmsg_flags = options.flags,
		.nlmsg_seq = options.sequence,
		.nlmsg_pid = options.to};
	bytes out;

	append(out, &header, sizeof(header));
	append(out, payload.data(), payload.size());
	pad(out);
	return out;
}

inline bytes genl(std::uint8_t command, const attrs& attributes, message_options options = {},
		  std::uint16_t family = family_id)
{
	const genlmsghdr header = {.cmd = command, .version = 1, .reserved = 0};
	bytes payload;

	append(payload, &header, sizeof(header));
	append(payload, attributes.all().data(), attributes.all().size());
	return message(family, payload, options);
}

/// A part of a dump.
inline bytes part(std::uint8_t command, const attrs& attributes, std::uint16_t flags = 0)
{
	return genl(command, attributes,
		    {.flags = static_cast<std::uint16_t>(NLM_F_MULTI | flags)});
}

/// A notification, which no request has asked for.
inline bytes notification(std::uint8_t command, const attrs& attributes,
			  std::uint16_t family = family_id)
{
	return genl(command, attributes, {.flags = 0, .sequence = 0, .to = 0}, family);
}

inline bytes concat(std::initializer_list<bytes> parts)
{
	bytes out;

	for (const auto& p : parts)
		append(out, p.data(), p.size());
	return out;
}

/// NLMSG_ERROR with capped request, as NETLINK_CAP_ACK makes it.
inline bytes ack(int error = 0, const attrs& tlvs = {}, message_options options = {})
{
	const int code = -error;
	const nlmsghdr about = {.nlmsg_len = 64,
				.nlmsg_type = family_id,
				.nlmsg_flags = 5,
				.nlmsg_seq = 1,
				.nlmsg_pid = port};
	bytes payload;

	append(payload, &code, sizeof(code));
	append(payload, &about, sizeof(about));
	append(payload, tlvs.all().data(), tlvs.all().size());
	options.flags |= NLM_F_CAPPED;
	if (!tlvs.all().empty())
		options.flags |= NLM_F_ACK_TLVS;
	return message(NLMSG_ERROR, payload, options);
}

/// The same with the request in full, as a kernel without NETLINK_CAP_ACK makes it.
inline bytes uncapped_ack(int error, const bytes& request, const attrs& tlvs)
{
	const int code = -error;
	bytes payload;

	append(payload, &code, sizeof(code));
	append(payload, request.data(), request.size());
	pad(payload);
	append(payload, tlvs.all().data(), tlvs.all().size());
	return message(NLMSG_ERROR, payload, {.flags = NLM_F_ACK_TLVS});
}

inline bytes done(int error = 0, const attrs& tlvs = {}, std::uint16_t flags = 0)
{
	const int code = -error;
	bytes payload;

	append(payload, &code, sizeof(code));
	append(payload, tlvs.all().data(), tlvs.all().size());
	if (!tlvs.all().empty())
		flags |= NLM_F_ACK_TLVS;
	return message(NLMSG_DONE, payload,
		       {.flags = static_cast<std::uint16_t>(NLM_F_MULTI | flags)});
}

inline attrs words(std::string_view text)
{
	return attrs().text(NLMSGERR_ATTR_MSG, text);
}

inline attrs group(std::string_view name, std::uint32_t id)
{
	return attrs().text(CTRL_ATTR_MCAST_GRP_NAME, name).u32(CTRL_ATTR_MCAST_GRP_ID, id);
}

inline attrs family_attrs(std::string_view name, std::uint16_t id, const attrs& groups)
{
	return attrs()
		.text(CTRL_ATTR_FAMILY_NAME, name)
		.u16(CTRL_ATTR_FAMILY_ID, id)
		.u32(CTRL_ATTR_VERSION, 1)
		.u32(CTRL_ATTR_HDRSIZE, 0)
		.u32(CTRL_ATTR_MAXATTR, 0)
		.nest(CTRL_ATTR_MCAST_GROUPS, groups);
}

inline attrs vfctl_family(std::uint16_t id = family_id, std::uint32_t config = config_group,
			  std::uint32_t stats = stats_group)
{
	return family_attrs(
		VFCTL_FAMILY_NAME, id,
		attrs().nest(1, group("config", config)).nest(2, group("stats", stats)));
}

inline bytes family_reply(const attrs& family)
{
	return genl(CTRL_CMD_NEWFAMILY, family, {}, GENL_ID_CTRL);
}

inline bytes nlctrl_reply()
{
	return family_reply(family_attrs("nlctrl", GENL_ID_CTRL,
					 attrs().nest(1, group("notify", notify_group))));
}

inline attrs pf(std::uint32_t index = 2, std::string_view name = "eth0", std::uint32_t vfs = 7)
{
	return attrs()
		.u32(VFCTL_A_PF_IFINDEX, index)
		.text(VFCTL_A_PF_IFNAME, name)
		.text(VFCTL_A_PF_BUS_INFO, "0000:01:00.0")
		.text(VFCTL_A_PF_DRIVER, "igb")
		.text(VFCTL_A_PF_PROVIDER, "82576")
		.u32(VFCTL_A_PF_NUM_VFS, vfs)
		.u32(VFCTL_A_PF_TOTAL_VFS, 7)
		.raw(VFCTL_A_PF_PAD, {})
		.u64(VFCTL_A_PF_LINK_SPEED, 1'000'000'000)
		.u32(VFCTL_A_PF_INTERVAL, 1000)
		.u32(VFCTL_A_PF_CAPS, VFCTL_CAP_STATS | VFCTL_CAP_MAX_RATE);
}

inline attrs vf_names(std::uint32_t number, std::uint32_t pf_index = 2,
		      const std::string& pf_name = "eth0")
{
	return attrs()
		.u32(VFCTL_A_VF_PF_IFINDEX, pf_index)
		.text(VFCTL_A_VF_PF_IFNAME, pf_name)
		.u32(VFCTL_A_VF_VF, number)
		.u32(VFCTL_A_VF_IFINDEX, 100 + number)
		.text(VFCTL_A_VF_IFNAME, "v" + pf_name + "." + std::to_string(number));
}

inline attrs vf(std::uint32_t number, std::uint32_t pf_index = 2,
		const std::string& pf_name = "eth0", std::uint64_t hard = 500'000'000)
{
	const bytes mac = {std::byte{2}, std::byte{0}, std::byte{0},
			   std::byte{0}, std::byte{0}, std::byte{1}};

	return vf_names(number, pf_index, pf_name)
		.text(VFCTL_A_VF_BUS_INFO, "0000:01:10." + std::to_string(number))
		.raw(VFCTL_A_VF_MAC, mac)
		.raw(VFCTL_A_VF_PAD, {})
		.u64(VFCTL_A_VF_LINK_SPEED, 1'000'000'000)
		.u64(VFCTL_A_VF_HARD_RATE, hard)
		.u64(VFCTL_A_VF_SOFT_RATE, 0)
		.u64(VFCTL_A_VF_EFFECTIVE_RATE, hard)
		.u32(VFCTL_A_VF_STATE, VFCTL_LIMIT_IN_FORCE);
}

inline attrs vf_change(std::uint32_t number)
{
	return vf(number)
		.u32(VFCTL_A_VF_ORIGIN, VFCTL_ORIGIN_NETLINK)
		.u32(VFCTL_A_VF_PID, 404)
		.nest(VFCTL_A_VF_OLD, attrs().u64(VFCTL_A_OLD_LIMIT_HARD_RATE, 100'000'000)
					      .u64(VFCTL_A_OLD_LIMIT_SOFT_RATE, 0)
					      .u64(VFCTL_A_OLD_LIMIT_EFFECTIVE_RATE, 100'000'000)
					      .u32(VFCTL_A_OLD_LIMIT_STATE, VFCTL_LIMIT_PENDING));
}

inline attrs stats(std::uint32_t number, std::uint64_t base = 0, std::uint32_t pf_index = 2,
		   const std::string& pf_name = "eth0")
{
	auto a = vf_names(number, pf_index, pf_name)
			 .u64(VFCTL_A_STATS_TIME, 5'000'000'000)
			 .u32(VFCTL_A_STATS_RESETS, 1)
			 .u32(VFCTL_A_STATS_GAPS, 2);

	for (unsigned type = VFCTL_A_STATS_RX_PACKETS; type <= VFCTL_A_STATS_TX_LOOPBACK_BYTES;
	     type++)
		if (type != VFCTL_A_STATS_RX_BROADCAST)
			a.u64(type, base + type);
	return a;
}

} // namespace wire
