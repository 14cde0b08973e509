// SPDX-License-Identifier: GPL-2.0-only
// A netlink socket that answers every request with the same datagrams, and allocates nothing to
// do so.
#pragma once

#include <algorithm>
#include <cstring>
#include <memory>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include "netlink_socket.hpp"
#include "wire.hpp"

class replay_socket final : public vfctl::netlink_socket {
public:
	/// \param family  answers a request of "nlctrl"
	/// \param others  answers all others
	replay_socket(std::vector<wire::bytes> family, std::vector<wire::bytes> others)
	    : family_(std::move(family)), others_(std::move(others))
	{}

	int fd() const noexcept override { return -1; }
	std::uint32_t port() const noexcept override { return wire::port; }

	std::error_code send(std::span<const std::byte> message) noexcept override
	{
		std::memcpy(&request_, message.data(), sizeof(request_));
		now_ = request_.nlmsg_type == GENL_ID_CTRL ? &family_ : &others_;
		next_ = 0;
		return {};
	}

	std::error_code receive(std::span<std::byte> into, const vfctl::deadline& /*until*/,
				vfctl::datagram_info& info) noexcept override
	{
		if (!now_ || next_ == now_->size())
			return std::make_error_code(std::errc::timed_out);

		const auto& data = (*now_)[next_++];
		info = {.size = data.size(), .sender = 0};
		if (data.size() > into.size())
			return std::make_error_code(std::errc::message_size);
		std::copy(data.begin(), data.end(), into.begin());
		for (std::size_t at = 0; at < data.size();) {
			nlmsghdr header = {};
			std::memcpy(&header, data.data() + at, sizeof(header));
			header.nlmsg_seq = request_.nlmsg_seq;
			std::memcpy(into.data() + at, &header, sizeof(header));
			at += NLMSG_ALIGN(header.nlmsg_len);
		}
		return {};
	}

	std::error_code join(std::uint32_t /*group*/) noexcept override { return {}; }

	/// The family, and a dump of the statistics of so many VFs in datagrams as the kernel makes
	/// them. Names are as long as names of devices get.
	static std::unique_ptr<replay_socket> of_stats(std::uint32_t vfs)
	{
		constexpr std::size_t datagram_size = 32000;
		std::vector<wire::bytes> dump(1);

		for (std::uint32_t number = 0; number < vfs; number++) {
			const auto one = wire::part(VFCTL_CMD_STATS_GET,
						    wire::stats(number, number, 2, "enp129s0f0"));
			if (dump.back().size() + one.size() > datagram_size)
				dump.emplace_back();
			wire::append(dump.back(), one.data(), one.size());
		}
		dump.push_back(wire::done());
		return std::make_unique<replay_socket>(
			std::vector<wire::bytes>{wire::family_reply(wire::vfctl_family()),
						 wire::ack()},
			std::move(dump));
	}

private:
	std::vector<wire::bytes> family_;
	std::vector<wire::bytes> others_;
	nlmsghdr request_{};
	const std::vector<wire::bytes>* now_ = nullptr;
	std::size_t next_ = 0;
};
