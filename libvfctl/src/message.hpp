// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Netlink messages: made, and taken apart without trust in what they say of themselves.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

#include <linux/netlink.h>

namespace vfctl {

/// The first thing that was found wrong with a message. It sticks: readers go on with nothing, so
/// that one look at the end is enough.
class message_check {
public:
	bool ok() const noexcept { return problem_.empty(); }

	/// Keeps the first.
	void fail(std::string problem);

	/// \throws error  protocol_error where something was wrong
	void finish() const;

private:
	std::string problem_;
};

/// One message of a datagram; views into it.
struct message {
	std::uint16_t type = 0;
	std::uint16_t flags = 0;
	std::uint32_t sequence = 0;
	std::uint32_t port = 0;
	std::span<const std::byte> payload;
};

/// Goes over the messages of a datagram.
class message_walker {
public:
	message_walker() = default;
	explicit message_walker(std::span<const std::byte> datagram) : rest_(datagram) {}

	/// The next one, or nothing at the end and where what follows is no message.
	std::optional<message> next(message_check& check);

	bool empty() const noexcept { return rest_.empty(); }

private:
	std::span<const std::byte> rest_;
};

/// One attribute; views into its message.
struct attribute {
	std::uint16_t type = 0;
	std::span<const std::byte> payload;
};

/// Goes over attributes.
class attribute_walker {
public:
	explicit attribute_walker(std::span<const std::byte> attributes) : rest_(attributes) {}

	/// The next one, or nothing at the end and where what follows is no attribute.
	std::optional<attribute> next(message_check& check);

private:
	std::span<const std::byte> rest_;
};

/// The attributes of a set by their type; of several of one type, the last. Those of types that
/// are not known here are passed over.
class attribute_table {
public:
	/// Types are below this.
	static constexpr std::size_t capacity = 32;

	/// \param check  takes what is found wrong, here and by the functions below; must outlive this
	attribute_table(std::span<const std::byte> attributes, message_check& check);

	// The value of an attribute; nothing where it is absent, or of another length.
	std::optional<std::uint16_t> u16(unsigned type) const;
	std::optional<std::uint32_t> u32(unsigned type) const;
	std::optional<std::uint64_t> u64(unsigned type) const;
	/// Up to its NUL, which must be there.
	std::optional<std::string_view> string(unsigned type) const;
	std::optional<std::span<const std::byte>> bytes(unsigned type) const;

private:
	template <typename T> std::optional<T> number(unsigned type) const;

	std::array<std::span<const std::byte>, capacity> found_; ///< data() is null: absent
	message_check& check_;
};

/// The header of generic netlink, and what follows it.
struct genl_payload {
	std::uint8_t command = 0;
	std::span<const std::byte> attributes;
};

genl_payload split_genl(std::span<const std::byte> payload, message_check& check);

/// What NLMSG_ERROR or NLMSG_DONE says; views into it.
struct acknowledgement {
	int error = 0;                        ///< errno; 0 is success
	std::string_view text;                ///< the kernel's words
	std::optional<std::uint32_t> offset;  ///< of the attribute at fault, in the request
	std::optional<std::uint32_t> missing; ///< type of an attribute that the request lacks
};

acknowledgement read_acknowledgement(const message& from, message_check& check);

/// A request of a generic netlink family, made with libmnl.
class request {
public:
	request(std::uint8_t command, std::uint8_t version);

	// Append an attribute.
	// \throws error  message_size where it is too long
	void put(unsigned type, std::uint32_t value);
	void put(unsigned type, std::uint64_t value);
	void put(unsigned type, std::string_view value);
	void put_flag(unsigned type);

	void address(std::uint16_t family, std::uint16_t flags, std::uint32_t sequence) noexcept;

	std::uint16_t family() const noexcept { return family_; }
	std::uint8_t command() const noexcept { return command_; }

	/// The type of the attribute at that offset of the message.
	std::optional<std::uint32_t> attribute_at(std::uint32_t offset) const;

	std::span<const std::byte> bytes() const noexcept;

private:
	// Two names of 16 bytes and three rates are the most that a request has.
	static constexpr std::size_t capacity = 256;

	nlmsghdr* header() noexcept;
	static void check_put(bool fits);

	alignas(nlmsghdr) std::array<std::byte, capacity> buffer_{};
	std::uint16_t family_ = 0;
	std::uint8_t command_;
};

} // namespace vfctl
