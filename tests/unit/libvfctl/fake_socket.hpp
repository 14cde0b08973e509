// SPDX-License-Identifier: GPL-2.0-only
// A netlink socket with a kernel at its other end that says what a test has written down.
#pragma once

#include <algorithm>
#include <cstring>
#include <deque>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <sys/eventfd.h>
#include <unistd.h>

#include "netlink_socket.hpp"
#include "wire.hpp"

/// What one receive() gives: a datagram, or an errno.
struct fake_item {
	wire::bytes data;
	std::errc error{};
	std::uint32_t sender = 0;

	fake_item(wire::bytes datagram) : data(std::move(datagram)) {}
	fake_item(std::errc code) : error(code) {}
	fake_item(wire::bytes datagram, std::uint32_t from)
	    : data(std::move(datagram)), sender(from)
	{}
};

/// The kernel's end. Shared by the test and the socket.
class fake_kernel {
public:
	fake_kernel() : event_(eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK)) {}
	fake_kernel(const fake_kernel&) = delete;
	fake_kernel& operator=(const fake_kernel&) = delete;
	~fake_kernel() { close(event_); }

	/// What comes after the next request that has no answer yet. Requests that come in one
	/// datagram have an answer each.
	void answer(std::vector<fake_item> items) { answers_.push_back(std::move(items)); }

	/// What comes unasked.
	void say(fake_item item)
	{
		queue_.push_back(std::move(item));
		update();
	}

	void take(std::span<const std::byte> datagram)
	{
		datagrams++;
		while (datagram.size() >= sizeof(nlmsghdr)) {
			nlmsghdr header = {};
			std::memcpy(&header, datagram.data(), sizeof(header));
			const auto length = std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len),
								  datagram.size());
			take_request(datagram.first(length));
			datagram = datagram.subspan(length);
		}
	}

	void take_request(std::span<const std::byte> request)
	{
		sent.emplace_back(request.begin(), request.end());
		if (answers_.empty())
			return;
		for (auto& item : answers_.front()) {
			fill_in(item.data);
			say(std::move(item));
		}
		answers_.pop_front();
	}

	std::optional<fake_item> next()
	{
		if (queue_.empty())
			return std::nullopt;
		auto item = std::move(queue_.front());
		queue_.pop_front();
		update();
		return item;
	}

	nlmsghdr header_sent(std::size_t i) const
	{
		nlmsghdr header = {};

		std::memcpy(&header, sent.at(i).data(), sizeof(header));
		return header;
	}

	/// The attributes of a request that was sent.
	wire::bytes attributes_sent(std::size_t i) const
	{
		return {sent.at(i).begin() + NLMSG_HDRLEN + GENL_HDRLEN, sent.at(i).end()};
	}

	int fd() const noexcept { return event_; }
	bool quiet() const noexcept { return queue_.empty() && answers_.empty(); }

	std::vector<wire::bytes> sent; ///< requests
	int datagrams = 0;             ///< in which they came
	std::vector<std::uint32_t> joined;
	std::errc send_error{};
	std::deque<std::errc> join_answers; ///< to the first requests to join
	std::errc join_error{};             ///< to all others

private:
	// Readable while there is something.
	void update() const
	{
		std::uint64_t value = 1;

		if (queue_.empty())
			(void)!read(event_, &value, sizeof(value));
		else
			(void)!write(event_, &value, sizeof(value));
	}

	// The number of the request into its answer, as far as that has messages.
	void fill_in(wire::bytes& data) const
	{
		const auto request = header_sent(sent.size() - 1);

		for (std::size_t at = 0; at + sizeof(nlmsghdr) <= data.size();) {
			nlmsghdr header = {};
			std::memcpy(&header, data.data() + at, sizeof(header));
			if (header.nlmsg_seq == wire::this_request)
				header.nlmsg_seq = request.nlmsg_seq;
			std::memcpy(data.data() + at, &header, sizeof(header));
			at += std::max<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), sizeof(header));
		}
	}

	int event_;
	std::deque<std::vector<fake_item>> answers_;
	std::deque<fake_item> queue_;
};

class fake_socket final : public vfctl::netlink_socket {
public:
	explicit fake_socket(std::shared_ptr<fake_kernel> kernel) : kernel_(std::move(kernel)) {}

	int fd() const noexcept override { return kernel_->fd(); }
	std::uint32_t port() const noexcept override { return wire::port; }

	std::error_code send(std::span<const std::byte> message) noexcept override
	{
		if (kernel_->send_error != std::errc())
			return std::make_error_code(std::exchange(kernel_->send_error, {}));
		kernel_->take(message);
		return {};
	}

	/// Does not wait: what the test has not said will not come.
	std::error_code receive(std::span<std::byte> into, const vfctl::deadline& /*until*/,
				vfctl::datagram_info& info) noexcept override
	{
		const auto item = kernel_->next();

		if (!item)
			return std::make_error_code(std::errc::timed_out);
		if (item->error != std::errc())
			return std::make_error_code(item->error);
		info = {.size = item->data.size(), .sender = item->sender};
		std::copy_n(item->data.begin(), std::min(into.size(), item->data.size()),
			    into.begin());
		if (item->data.size() > into.size())
			return std::make_error_code(std::errc::message_size);
		return {};
	}

	std::error_code join(std::uint32_t group) noexcept override
	{
		kernel_->joined.push_back(group);
		if (!kernel_->join_answers.empty()) {
			const auto answer = kernel_->join_answers.front();
			kernel_->join_answers.pop_front();
			return answer == std::errc() ? std::error_code()
						     : std::make_error_code(answer);
		}
		if (kernel_->join_error != std::errc())
			return std::make_error_code(kernel_->join_error);
		return {};
	}

private:
	std::shared_ptr<fake_kernel> kernel_;
};
