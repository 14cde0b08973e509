// SPDX-License-Identifier: GPL-2.0-only
/// \file
/// A kernel made of bytes: messages of rtnetlink, and a socket that answers with them.
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <deque>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <type_traits>
#include <utility>
#include <vector>

#include <linux/if.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>

#include "rtnl_link.hpp"

namespace replay {

/// A type of this namespace, so that its operators are found.
struct bytes : std::vector<std::byte> {
	using vector::vector;
};

template <typename T> bytes raw(const T& value)
{
	static_assert(std::is_trivially_copyable_v<T>);
	bytes b(sizeof(value));
	std::memcpy(b.data(), &value, sizeof(value));
	return b;
}

inline bytes text(const std::string& s)
{
	bytes b(s.size() + 1);
	std::memcpy(b.data(), s.c_str(), b.size());
	return b;
}

inline void pad(bytes& b)
{
	b.resize(NLMSG_ALIGN(b.size()));
}

inline bytes operator+(bytes a, const bytes& b)
{
	pad(a);
	a.insert(a.end(), b.begin(), b.end());
	return a;
}

/// Its length wraps at 64 KiB, as that of nla_nest_end() does.
inline bytes attribute(unsigned type, const bytes& payload)
{
	const nlattr header{static_cast<std::uint16_t>(sizeof(nlattr) + payload.size()),
			    static_cast<std::uint16_t>(type)};
	bytes b = raw(header);
	b.insert(b.end(), payload.begin(), payload.end());
	pad(b);
	return b;
}

inline bytes message(std::uint16_t type, unsigned flags, const bytes& payload)
{
	nlmsghdr header{};
	header.nlmsg_len = static_cast<std::uint32_t>(sizeof(header) + payload.size());
	header.nlmsg_type = type;
	header.nlmsg_flags = static_cast<std::uint16_t>(flags);
	return raw(header) + payload;
}

/// A VF as rtnl_fill_vfinfo() writes it.
struct vf {
	std::uint32_t number = 0;
	std::uint8_t last_of_mac = 0; ///< of 02:00:00:00:00:xx; 0: all zeros
	std::uint32_t min = 0;
	std::uint32_t max = 0;
	std::vector<std::pair<unsigned, std::uint64_t>> stats = {}; ///< IFLA_VF_STATS_...
};

inline bytes make_vf(const vf& v)
{
	ifla_vf_mac mac{v.number, {}};
	if (v.last_of_mac) {
		mac.mac[0] = 2;
		mac.mac[5] = v.last_of_mac;
	}
	bytes stats;
	for (const auto& [type, value] : v.stats)
		stats = std::move(stats) + attribute(type, raw(value));
	bytes inside = attribute(IFLA_VF_MAC, raw(mac)) +
		       attribute(IFLA_VF_VLAN, raw(ifla_vf_vlan{v.number, 0, 0})) +
		       attribute(IFLA_VF_RATE, raw(ifla_vf_rate{v.number, v.min, v.max})) +
		       attribute(IFLA_VF_TX_RATE, raw(ifla_vf_tx_rate{v.number, v.max}));
	if (!v.stats.empty())
		inside = std::move(inside) + attribute(IFLA_VF_STATS, stats);
	return attribute(IFLA_VF_INFO, inside);
}

inline bytes make_link(int index, const std::string& name, const bytes& more = {},
		       unsigned flags = 0)
{
	ifinfomsg header{};
	header.ifi_index = index;
	header.ifi_flags = IFF_UP | IFF_LOWER_UP;
	return message(RTM_NEWLINK, flags,
		       raw(header) + attribute(IFLA_IFNAME, text(name)) +
			       attribute(IFLA_MTU, raw(std::uint32_t{1500})) + more);
}

/// What a PF has beside what each device has.
inline bytes pf_part(std::uint32_t num_vfs, const std::vector<vf>& vfs)
{
	bytes list;
	for (const auto& v : vfs)
		list = std::move(list) + make_vf(v);
	return attribute(IFLA_NUM_VF, raw(num_vfs)) + attribute(IFLA_VFINFO_LIST, list) +
	       attribute(IFLA_PHYS_PORT_NAME, text("p0"));
}

inline bytes make_pf(int index, const std::string& name, const std::vector<vf>& vfs,
		     unsigned flags = 0)
{
	return make_link(index, name, pf_part(static_cast<std::uint32_t>(vfs.size()), vfs), flags);
}

/// Of the first message.
inline bytes without_carrier(bytes b)
{
	ifinfomsg header{};
	std::memcpy(&header, b.data() + sizeof(nlmsghdr), sizeof(header));
	header.ifi_flags = IFF_UP;
	std::memcpy(b.data() + sizeof(nlmsghdr), &header, sizeof(header));
	return b;
}

inline bytes make_stub(int index, const std::string& name, std::uint32_t lower,
		       const std::string& port, const std::string& kind = "vfctl")
{
	return make_link(index, name,
			 attribute(IFLA_LINK, raw(lower)) +
				 attribute(IFLA_LINKINFO, attribute(IFLA_INFO_KIND, text(kind))) +
				 attribute(IFLA_PHYS_PORT_NAME, text(port)));
}

inline bytes done(int error = 0, const std::string& words = {}, unsigned flags = NLM_F_MULTI)
{
	if (words.empty())
		return message(NLMSG_DONE, flags, raw(-error));
	return message(NLMSG_DONE, flags | NLM_F_ACK_TLVS,
		       raw(-error) + attribute(NLMSGERR_ATTR_MSG, text(words)));
}

/// The request's payload of so many bytes is in it unless it is capped.
inline bytes acknowledge(int error = 0, const std::string& words = {}, bool capped = true,
			 std::size_t request = 36)
{
	nlmsgerr e{};
	e.error = -error;
	e.msg.nlmsg_len = static_cast<std::uint32_t>(sizeof(nlmsghdr) + request);
	bytes payload = raw(e);
	if (!capped)
		payload.resize(payload.size() + request, std::byte{0xff});
	if (!words.empty())
		payload = std::move(payload) + attribute(NLMSGERR_ATTR_MSG, text(words));
	return message(NLMSG_ERROR,
		       (capped ? NLM_F_CAPPED : 0U) | (words.empty() ? 0U : NLM_F_ACK_TLVS),
		       payload);
}

/// Answers requests with datagrams, in turn.
class kernel {
public:
	/// What the next request is answered with: datagrams, whose messages get its number.
	void answer(std::vector<bytes> datagrams) { answers_.push_back(std::move(datagrams)); }

	/// Ahead of the next answer there is a datagram as it is.
	void leftover(bytes datagram) { pending_.push_back(std::move(datagram)); }

	std::errc receive_error = std::errc::timed_out; ///< when nothing is left to wait for
	std::errc send_error{};
	std::uint32_t sender = 0; ///< port id that datagrams come from
	std::vector<bytes> sent;

	/// Over one socket. The kernel must outlive them.
	vfctl::rtnl_links links() { return vfctl::rtnl_links(std::make_unique<socket>(*this)); }

private:
	class socket final : public vfctl::netlink_socket {
	public:
		explicit socket(kernel& of) : kernel_(of) {}

		int fd() const noexcept override { return -1; }
		std::uint32_t port() const noexcept override { return 0; }

		std::error_code send(std::span<const std::byte> message) noexcept override
		{
			return kernel_.take(message);
		}

		std::error_code receive(std::span<std::byte> into, const vfctl::deadline& until,
					vfctl::datagram_info& info) noexcept override
		{
			return kernel_.give(into, until, info);
		}

		std::error_code join(std::uint32_t /*group*/) noexcept override { return {}; }

	private:
		kernel& kernel_;
	};

	std::error_code take(std::span<const std::byte> message)
	{
		nlmsghdr header{};
		if (send_error != std::errc())
			return std::make_error_code(send_error);
		std::memcpy(&header, message.data(), sizeof(header));
		sent.emplace_back(message.begin(), message.end());
		if (!answers_.empty()) {
			last_ = std::move(answers_.front());
			answers_.pop_front();
			for (const auto& datagram : last_)
				pending_.push_back(number(datagram, header.nlmsg_seq));
		}
		return {};
	}

	std::error_code give(std::span<std::byte> into, const vfctl::deadline& until,
			     vfctl::datagram_info& info)
	{
		if (pending_.empty())
			return std::make_error_code(until.passed() ? std::errc::timed_out
								   : receive_error);
		const auto datagram = std::move(pending_.front());
		pending_.pop_front();
		info = {.size = datagram.size(), .sender = sender};
		std::copy_n(datagram.begin(), std::min(into.size(), datagram.size()), into.begin());
		if (datagram.size() > into.size()) {
			// The request will come again.
			answers_.push_front(last_);
			return std::make_error_code(std::errc::message_size);
		}
		return {};
	}

	static bytes number(bytes datagram, std::uint32_t sequence)
	{
		std::size_t at = 0;
		while (at + sizeof(nlmsghdr) <= datagram.size()) {
			nlmsghdr header{};
			std::memcpy(&header, datagram.data() + at, sizeof(header));
			header.nlmsg_seq = sequence;
			std::memcpy(datagram.data() + at, &header, sizeof(header));
			at += NLMSG_ALIGN(std::max<std::size_t>(header.nlmsg_len, sizeof(header)));
		}
		return datagram;
	}

	std::deque<std::vector<bytes>> answers_;
	std::vector<bytes> last_; ///< answer that was given
	std::deque<bytes> pending_;
};

} // namespace replay
