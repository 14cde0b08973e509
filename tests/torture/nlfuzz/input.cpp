// SPDX-License-Identifier: GPL-2.0-only
#include "input.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstddef>

namespace nlfuzz {

namespace {

constexpr std::array<std::string_view, 3> readings = {"all", "once", "never"};

// In the order of the letters of a line.
constexpr std::array<bool socket_options::*, 4> options = {
	&socket_options::words, &socket_options::capped, &socket_options::strict,
	&socket_options::tiny};
constexpr std::string_view letters = "wcst";

std::string_view word(std::string_view& rest)
{
	const auto end = std::min(rest.find(' '), rest.size());
	const auto found = rest.substr(0, end);

	rest.remove_prefix(std::min(end + 1, rest.size()));
	return found;
}

bool read_hex(std::string_view text, bytes& into)
{
	if (text.size() % 2 != 0)
		return false;
	for (std::size_t i = 0; i < text.size(); i += 2) {
		const char* end = text.data() + i + 2;
		std::uint8_t value = 0;
		if (std::from_chars(text.data() + i, end, value, 16).ptr != end)
			return false;
		into.push_back(value);
	}
	return true;
}

bool is_control(const nlmsghdr& header)
{
	return header.nlmsg_type < NLMSG_MIN_TYPE;
}

} // namespace

std::string to_text(const input& from)
{
	static constexpr std::string_view digits = "0123456789abcdef";
	std::string text(readings[static_cast<std::size_t>(from.how)]);

	text += " -";
	for (std::size_t i = 0; i < options.size(); ++i)
		if (from.socket.*options[i])
			text += letters[i];
	text += ' ';
	for (const auto byte : from.datagram) {
		text += digits[byte >> 4U];
		text += digits[byte & 15U];
	}
	return text;
}

std::optional<input> input_of_text(std::string_view line)
{
	const auto how = std::find(readings.begin(), readings.end(), word(line));
	input made;

	if (how == readings.end())
		return std::nullopt;
	made.how = static_cast<reading>(how - readings.begin());

	const auto flags = word(line);
	for (std::size_t i = 0; i < options.size(); ++i)
		made.socket.*options[i] = flags.find(letters[i]) != std::string_view::npos;

	if (!read_hex(word(line), made.datagram))
		return std::nullopt;
	return made;
}

std::vector<placed_message> walk(view datagram)
{
	std::vector<placed_message> found;
	std::size_t at = 0;

	while (datagram.size() - at >= NLMSG_HDRLEN) {
		const auto rest = datagram.size() - at;
		const auto header = load<nlmsghdr>(datagram, at);
		if (header.nlmsg_len < NLMSG_HDRLEN || header.nlmsg_len > rest)
			break;
		found.push_back({at, header});
		at += std::min<std::size_t>(NLMSG_ALIGN(header.nlmsg_len), rest);
	}
	return found;
}

void settle(input& what, std::uint16_t family, std::uint32_t& sequence)
{
	for (auto [at, header] : walk(what.datagram)) {
		header.nlmsg_seq = ++sequence;
		if (!is_control(header) && header.nlmsg_type != nobody)
			header.nlmsg_type = family;
		store(what.datagram, at, header);
	}
}

} // namespace nlfuzz
