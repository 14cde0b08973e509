// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include <vfctl/error.hpp>

#include "message.hpp"
#include "netlink_socket.hpp"

namespace vfctl {

/// What is known of a family before the kernel is asked.
struct genl_protocol {
	const char* name;
	std::uint8_t version;
	/// The name of an attribute of a request; empty where there is none.
	std::string_view (*attribute_name)(std::uint8_t command, std::uint32_t type);
};

struct multicast_group {
	std::string name;
	std::uint32_t id = 0;
};

/// A family as the kernel told of it, in answer to a request or in an event of "nlctrl".
struct genl_family {
	std::string name;
	std::uint16_t id = 0;
	std::vector<multicast_group> groups;

	std::optional<std::uint32_t> group(std::string_view wanted) const;
};

/// \throws error  protocol_error
genl_family decode_family(std::span<const std::byte> attributes);

/// Takes the replies to one request.
class reply_sink {
public:
	reply_sink() = default;
	reply_sink(const reply_sink&) = delete;
	reply_sink& operator=(const reply_sink&) = delete;
	virtual ~reply_sink() = default;

	/// Before the first reply, and again where the request is repeated: forget those before.
	virtual void begin() = 0;
	virtual void take(std::span<const std::byte> attributes) = 0;
};

/// One of several requests that are sent together.
struct joint_request {
	request& what;
	reply_sink& replies;
	std::optional<error> refused = {}; ///< the kernel's refusal of this one
};

/// Requests to one family over one socket. Each waits for its answer: replies to other requests,
/// and what others than the kernel send, are passed over. An error has no operation() yet.
class genl {
public:
	/// How often a dump is tried that was torn or of which something was lost.
	static constexpr int attempts = 8;

	genl(std::unique_ptr<netlink_socket> socket, const genl_protocol& protocol);

	/// Asks the kernel for the family, anew.
	/// \return is there one?
	bool resolve();

	/// Resolves the family where it is not known.
	/// \throws error  protocol_not_supported where there is none
	void need();

	/// As it was resolved last; of id 0 where there was none.
	const genl_family& family() const noexcept { return family_; }

	/// Another one, of which nothing is kept.
	std::optional<genl_family> find(const char* name);

	/// When requests from here on are to be answered; timed_out is thrown then.
	void set_deadline(const deadline& until) noexcept { until_ = until; }

	/// A request of one object or a change. A family that has come back is found again.
	/// \throws error  the kernel's refusal; protocol_not_supported where there is no family;
	///                protocol_error
	void transact(request& what, reply_sink& replies) { call(what, 0, replies); }

	/// Requests of objects and changes in one system call: the kernel works on one after the
	/// other, without a return to user space between them, and goes on where it refuses one.
	/// They are not one transaction: others may come between. They are sent once.
	/// A refusal is left with its request, as is the loss of its answer: no_buffer_space.
	/// \throws error  as transact(), but for refusals
	void transact(std::span<joint_request> all);

	/// \throws error  as transact(); resource_unavailable_try_again where it was torn each time
	void dump(request& what, reply_sink& replies);

private:
	enum class outcome : std::uint8_t { done, no_family, torn, lost };

	void call(request& what, std::uint16_t flags, reply_sink& replies);
	outcome attempt(request& what, std::uint16_t flags, reply_sink& replies);
	struct exchange;

	outcome converse(request& what, std::uint16_t type, std::uint16_t flags,
			 reply_sink& replies);
	void converse(std::span<exchange> all, std::uint16_t type, std::uint16_t flags);
	std::optional<error> refusal(exchange& of) const;
	error not_loaded() const;
	static bool have_ended(std::span<const exchange> all);
	void send(std::span<exchange> all, std::uint16_t type, std::uint16_t flags);
	bool receive(std::span<exchange> all);
	bool read_datagram(std::span<const std::byte> datagram, std::span<exchange> all) const;
	void read_message(const message& m, exchange& of) const;
	void read_end(const message& m, exchange& of) const;

	std::unique_ptr<netlink_socket> socket_;
	receiver receiver_;
	const genl_protocol& protocol_;
	genl_family family_;
	std::uint32_t sequence_ = 0;
	deadline until_;
};

} // namespace vfctl
