// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <span>
#include <string>
#include <vector>

#include <linux/netlink.h>

#include "operation.hpp"

namespace failnth {

/// A netlink message, being put together.
class request {
public:
	request(unsigned int type, unsigned int flags);

	/// A request of the family vfctl.
	static request of_vfctl(std::uint8_t command, unsigned int flags = 0);

	/// Appends what the family's own header is.
	void put_header(const void* data, std::size_t size);
	request& put(unsigned int attribute, const std::string& text);
	request& put_u32(unsigned int attribute, std::uint32_t value);
	request& put_u64(unsigned int attribute, std::uint64_t value);

	std::span<const char> bytes() const;

private:
	nlmsghdr* head();

	alignas(nlmsghdr) std::array<char, 512> room_{};
};

/// A socket of netlink that is asked one thing, and what has come of that.
class conversation {
public:
	explicit conversation(int protocol);
	conversation(const conversation&) = delete;
	conversation& operator=(const conversation&) = delete;
	~conversation();

	int fd() const { return fd_; }

	/// Asks, and reads until the answer is complete. Asks for no memory.
	outcome ask(const request& what);

	/// Calls for each message of the answer but the closing ones.
	void each(const std::function<void(const nlmsghdr*)>& call) const;
	unsigned int count() const;

private:
	bool take(const nlmsghdr* head, outcome& came, bool dump);

	int fd_;
	std::size_t used_ = 0;
	std::vector<char> inbox_;
};

/// Calls for each attribute of a message, behind a family's header of that size.
void each_attribute(const nlmsghdr* head, std::size_t header,
		    const std::function<void(const nlattr*)>& call);
/// Calls for each attribute inside another.
void each_attribute(const nlattr* nest, const std::function<void(const nlattr*)>& call);

/// Numbers of the family and of one of its groups, as the module has them now.
unsigned int family_id();
unsigned int group_id(const std::string& name);

} // namespace failnth
