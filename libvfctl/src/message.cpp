// SPDX-License-Identifier: LGPL-2.1-or-later
#include "message.hpp"

#include <algorithm>
#include <cstring>
#include <utility>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

#include <vfctl/error.hpp>

namespace vfctl {

namespace {

// The largest errno that the kernel may return (MAX_ERRNO of its err.h).
constexpr int max_errno = 4095;

template <typename T> std::optional<T> read(std::span<const std::byte> from) noexcept
{
	T value = {};

	if (from.size() < sizeof(value))
		return std::nullopt;
	std::memcpy(&value, from.data(), sizeof(value));
	return value;
}

// What follows an element of that length: it begins at a multiple of four bytes. The last one
// may lack its padding.
std::span<const std::byte> after(std::span<const std::byte> bytes, std::size_t length) noexcept
{
	return bytes.subspan(std::min<std::size_t>(NLA_ALIGN(length), bytes.size()));
}

// Up to the first NUL.
std::optional<std::string_view> read_string(std::span<const std::byte> from) noexcept
{
	const auto end = std::find(from.begin(), from.end(), std::byte{0});

	if (end == from.end())
		return std::nullopt;
	const void* text = from.data();
	return std::string_view(static_cast<const char*>(text),
				static_cast<std::size_t>(end - from.begin()));
}

} // namespace

void message_check::fail(std::string problem)
{
	if (ok())
		problem_ = std::move(problem);
}

void message_check::finish() const
{
	if (!ok())
		throw error({}, std::make_error_code(std::errc::protocol_error), problem_);
}

std::optional<message> message_walker::next(message_check& check)
{
	if (rest_.empty())
		return std::nullopt;

	const auto header = read<nlmsghdr>(rest_);
	const auto all = std::exchange(rest_, {});

	if (!header || header->nlmsg_len < sizeof(*header) || header->nlmsg_len > all.size()) {
		check.fail("a message does not fit into what was received");
		return std::nullopt;
	}
	rest_ = after(all, header->nlmsg_len);
	return message{.type = header->nlmsg_type,
		       .flags = header->nlmsg_flags,
		       .sequence = header->nlmsg_seq,
		       .port = header->nlmsg_pid,
		       .payload = all.first(header->nlmsg_len).subspan(sizeof(*header))};
}

std::optional<attribute> attribute_walker::next(message_check& check)
{
	if (rest_.empty())
		return std::nullopt;

	const auto header = read<nlattr>(rest_);
	const auto all = std::exchange(rest_, {});

	if (!header || header->nla_len < sizeof(*header) || header->nla_len > all.size()) {
		check.fail("an attribute does not fit into its message");
		return std::nullopt;
	}
	rest_ = after(all, header->nla_len);
	return attribute{.type = static_cast<std::uint16_t>(header->nla_type & NLA_TYPE_MASK),
			 .payload = all.first(header->nla_len).subspan(sizeof(*header))};
}

attribute_table::attribute_table(std::span<const std::byte> attributes, message_check& check)
    : check_(check)
{
	attribute_walker walker(attributes);

	while (const auto a = walker.next(check))
		if (a->type < capacity)
			found_[a->type] = a->payload;
}

template <typename T> std::optional<T> attribute_table::number(unsigned type) const
{
	const auto payload = bytes(type);

	if (!payload)
		return std::nullopt;
	if (payload->size() != sizeof(T)) {
		check_.fail("attribute " + std::to_string(type) + " is " +
			    std::to_string(payload->size()) + " bytes long, not " +
			    std::to_string(sizeof(T)));
		return std::nullopt;
	}
	return read<T>(*payload);
}

std::optional<std::uint16_t> attribute_table::u16(unsigned type) const
{
	return number<std::uint16_t>(type);
}

std::optional<std::uint32_t> attribute_table::u32(unsigned type) const
{
	return number<std::uint32_t>(type);
}

std::optional<std::uint64_t> attribute_table::u64(unsigned type) const
{
	return number<std::uint64_t>(type);
}

std::optional<std::string_view> attribute_table::string(unsigned type) const
{
	const auto payload = bytes(type);

	if (!payload)
		return std::nullopt;
	const auto text = read_string(*payload);
	if (!text)
		check_.fail("the text of attribute " + std::to_string(type) + " has no end");
	return text;
}

std::optional<std::span<const std::byte>> attribute_table::bytes(unsigned type) const
{
	if (!found_[type].data())
		return std::nullopt;
	return found_[type];
}

genl_payload split_genl(std::span<const std::byte> payload, message_check& check)
{
	const auto header = read<genlmsghdr>(payload);

	if (!header) {
		check.fail("a message is too short to be of a family");
		return {};
	}
	return {.command = header->cmd, .attributes = payload.subspan(GENL_HDRLEN)};
}

// NLMSG_DONE has the number only; NLMSG_ERROR has the header of the request as well, and where it
// is not capped, all of the request.
acknowledgement read_acknowledgement(const message& from, message_check& check)
{
	const bool is_error = from.type == NLMSG_ERROR;
	const auto error = read<int>(from.payload);
	std::size_t length = is_error ? sizeof(nlmsgerr) : sizeof(int);

	if (!error || from.payload.size() < length || *error > 0 || *error < -max_errno) {
		check.fail("an acknowledgement is too short, or has no error number");
		return {};
	}

	acknowledgement ack;
	ack.error = -*error;
	if (!(from.flags & NLM_F_ACK_TLVS))
		return ack;
	if (is_error && !(from.flags & NLM_F_CAPPED)) {
		const auto about = read<nlmsghdr>(from.payload.subspan(sizeof(int)));
		const std::size_t whole =
			std::min<std::size_t>(about->nlmsg_len, from.payload.size());
		length = sizeof(int) + std::max(whole, sizeof(*about));
	}
	const attribute_table tlvs(after(from.payload, length), check);
	ack.text = tlvs.string(NLMSGERR_ATTR_MSG).value_or(std::string_view());
	ack.offset = tlvs.u32(NLMSGERR_ATTR_OFFS);
	ack.missing = tlvs.u32(NLMSGERR_ATTR_MISS_TYPE);
	return ack;
}

request::request(std::uint8_t command, std::uint8_t version) : command_(command)
{
	nlmsghdr* to = mnl_nlmsg_put_header(buffer_.data());
	auto* genl = static_cast<genlmsghdr*>(mnl_nlmsg_put_extra_header(to, sizeof(genlmsghdr)));

	genl->cmd = command;
	genl->version = version;
}

nlmsghdr* request::header() noexcept
{
	void* begin = buffer_.data();

	return static_cast<nlmsghdr*>(begin);
}

void request::check_put(bool fits)
{
	if (!fits)
		throw error({}, std::make_error_code(std::errc::message_size),
			    "the request is too long");
}

void request::put(unsigned type, std::uint32_t value)
{
	check_put(mnl_attr_put_u32_check(header(), buffer_.size(), static_cast<std::uint16_t>(type),
					 value));
}

void request::put(unsigned type, std::uint64_t value)
{
	check_put(mnl_attr_put_u64_check(header(), buffer_.size(), static_cast<std::uint16_t>(type),
					 value));
}

void request::put(unsigned type, std::string_view value)
{
	check_put(mnl_attr_put_strz_check(header(), buffer_.size(),
					  static_cast<std::uint16_t>(type),
					  std::string(value).c_str()));
}

void request::put_flag(unsigned type)
{
	check_put(mnl_attr_put_check(header(), buffer_.size(), static_cast<std::uint16_t>(type), 0,
				     nullptr));
}

void request::address(std::uint16_t family, std::uint16_t flags, std::uint32_t sequence) noexcept
{
	family_ = family;
	header()->nlmsg_type = family;
	header()->nlmsg_flags = flags;
	header()->nlmsg_seq = sequence;
}

std::span<const std::byte> request::bytes() const noexcept
{
	const auto header = read<nlmsghdr>(buffer_);

	return std::span<const std::byte>(buffer_).first(header->nlmsg_len);
}

std::optional<std::uint32_t> request::attribute_at(std::uint32_t offset) const
{
	const auto all = bytes();
	std::size_t at = NLMSG_HDRLEN + GENL_HDRLEN;
	message_check check;
	attribute_walker walker(all.subspan(at));

	while (const auto a = walker.next(check)) {
		if (at == offset)
			return a->type;
		at += NLA_ALIGN(sizeof(nlattr) + a->payload.size());
	}
	return std::nullopt;
}

} // namespace vfctl
