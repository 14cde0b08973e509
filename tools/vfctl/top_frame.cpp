// SPDX-License-Identifier: GPL-2.0-only
#include "top_frame.hpp"

#include "text.hpp"

namespace vfctl::tool {

std::string shorten(std::string_view name, std::size_t width)
{
	constexpr char mark = '~';
	if (display_width(name) <= width)
		return std::string(name);
	if (width == 0)
		return {};
	const auto last = name.find_last_of("./");
	auto tail = last == std::string_view::npos ? std::string_view() : name.substr(last);
	if (display_width(tail) + 2 > width)
		tail = {};
	return cut(name, width - display_width(tail) - 1) + mark + std::string(tail);
}

top_line& top_line::add(std::string_view text, top_role role)
{
	if (text.empty())
		return *this;
	if (!spans_.empty() && spans_.back().role == role)
		spans_.back().text += text;
	else
		spans_.push_back({std::string(text), role});
	width_ += display_width(text);
	return *this;
}

top_line& top_line::pad(std::size_t column, top_role role)
{
	if (column > width_)
		add(std::string(column - width_, ' '), role);
	return *this;
}

void top_line::clip(std::size_t wanted)
{
	while (width_ > wanted) {
		auto& last = spans_.back();
		const auto has = display_width(last.text);
		const auto surplus = width_ - wanted;
		if (has <= surplus) {
			spans_.pop_back();
			width_ -= has;
			continue;
		}
		last.text = cut(last.text, has - surplus);
		width_ -= has - display_width(last.text);
	}
}

std::string top_line::text() const
{
	std::string out;
	for (const auto& span : spans_)
		out += span.text;
	out.erase(out.find_last_not_of(' ') + 1);
	return out;
}

} // namespace vfctl::tool
