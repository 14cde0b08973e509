// SPDX-License-Identifier: GPL-2.0-only
#include "text.hpp"

#include <cwchar>
#include <utility>

namespace vfctl::tool {

namespace {

struct character {
	std::size_t bytes;
	std::size_t columns;
};

// The first character of a text that is not empty. Bytes that are none in this locale count one
// column each.
character first_of(std::string_view text)
{
	std::mbstate_t state{};
	wchar_t wide = 0;
	const std::size_t bytes = std::mbrtowc(&wide, text.data(), text.size(), &state);
	if (bytes == 0 || bytes > text.size())
		return {.bytes = 1, .columns = 1};
	const int columns = ::wcwidth(wide);
	return {.bytes = bytes, .columns = columns < 0 ? 1 : static_cast<std::size_t>(columns)};
}

} // namespace

std::size_t display_width(std::string_view text)
{
	std::size_t width = 0;
	while (!text.empty()) {
		const character c = first_of(text);
		width += c.columns;
		text.remove_prefix(c.bytes);
	}
	return width;
}

std::string printable(std::string_view text)
{
	std::string result(text);
	for (char& c : result) {
		const auto byte = static_cast<unsigned char>(c);
		if (byte < 0x20 || byte == 0x7f)
			c = '?';
	}
	return result;
}

std::string cut(std::string_view text, std::size_t columns)
{
	std::size_t width = 0;
	std::size_t bytes = 0;
	while (bytes < text.size()) {
		const character c = first_of(text.substr(bytes));
		if (width + c.columns > columns)
			break;
		width += c.columns;
		bytes += c.bytes;
	}
	return std::string(text.substr(0, bytes));
}

} // namespace vfctl::tool
