// SPDX-License-Identifier: GPL-2.0-only
#include "values.hpp"

#include <algorithm>
#include <array>
#include <string_view>

namespace nlfuzz {

namespace {

constexpr std::array<std::string_view, 10> odd_texts = {"",   "%s%n%p", "..", "a/b",      " ",
							"lo", "eth0:1", "\n", "\xff\xfe", "0"};

// An interface name with its NUL.
constexpr std::size_t name_size = 16;

bytes cut(std::uint64_t number, std::size_t width)
{
	bytes made = bytes_of(number);

	// Little endian, as is the machine.
	made.resize(width);
	return made;
}

} // namespace

values::values(std::vector<row> rows, dice& luck) : rows_(std::move(rows)), luck_(luck)
{
	for (const auto& one : rows_)
		for (const auto& [type, value] : one.values) {
			if (value.size() == sizeof(std::uint32_t))
				numbers_.push_back(load<std::uint32_t>(value));
			else if (value.size() == sizeof(std::uint64_t))
				numbers_.push_back(load<std::uint64_t>(value));
			if (!value.empty() && value.back() == 0 && value.size() <= name_size)
				texts_.push_back(value);
		}
	numbers_.push_back(0);
	texts_.push_back(bytes_of_text(""));
}

const row* values::object()
{
	return rows_.empty() ? nullptr : &luck_.pick(rows_);
}

// Of every order of magnitude; round ones, since rates are; and the neighbours of all those.
std::uint64_t values::number()
{
	std::uint64_t made = 0;

	switch (luck_.below(5)) {
	case 0:
		made = luck_.pick(numbers_);
		break;
	case 1:
		made = std::uint64_t{1} << luck_.below(64);
		break;
	case 2:
		made = luck_.next() >> luck_.below(64);
		break;
	default:
		made = 1 + luck_.below(1200);
		for (auto zeros = luck_.below(11); zeros > 0; --zeros)
			made *= 10;
	}
	return luck_.one_in(4) ? made + luck_.below(3) - 1 : made;
}

bytes values::text(std::size_t longest)
{
	std::string made;

	if (luck_.one_in(3))
		return bytes_of_text(luck_.pick(odd_texts));
	for (auto left = luck_.below(longest + 1); left > 0; --left)
		made += static_cast<char>('!' + luck_.below(94));
	return bytes_of_text(made);
}

bytes values::seen(const attribute_policy& wanted)
{
	const auto width = wanted.width();

	return width != 0 ? cut(luck_.pick(numbers_), width) : luck_.pick(texts_);
}

bytes values::fitting(const attribute_policy& wanted, const row* of)
{
	const auto width = wanted.width();

	// What is 64 bits wide is no name: there a new value comes farther than the old one.
	const bool keep = luck_.one_in(4) == (width == sizeof(std::uint64_t));

	if (keep && of != nullptr && of->has(wanted.type)) {
		const auto& value = of->values.at(wanted.type);
		if (width == 0 || value.size() == width)
			return value;
	}
	if (luck_.one_in(4))
		return seen(wanted);
	if (wanted.is_text())
		return text(wanted.max_length != 0 ? wanted.max_length : name_size);
	if (width == 0)
		return anything(luck_.below(wanted.max_length + 1));
	if (wanted.mask)
		return cut(luck_.next() & *wanted.mask, width);
	// Into the range, where it is one that says something.
	auto made = number();
	if (made < wanted.min || made > wanted.max)
		made = wanted.min + made % std::max<std::uint64_t>(wanted.max - wanted.min + 1, 1);
	return cut(made, width);
}

bytes values::edge(const attribute_policy& wanted)
{
	const auto width = wanted.width();

	if (wanted.is_text()) {
		auto made = bytes_of_text(std::string(wanted.max_length + luck_.below(3), 'x'));
		// The NUL may be missing.
		if (luck_.one_in(2))
			made.pop_back();
		return made;
	}
	if (width == 0)
		return anything(wanted.max_length + luck_.below(2));
	const std::array edges = {wanted.min,     wanted.max,       wanted.min - 1,
				  wanted.max + 1, std::uint64_t{0}, UINT64_MAX};
	return cut(luck_.pick(edges), width);
}

bytes values::anything(std::size_t length)
{
	bytes made(length != 0 ? length : luck_.below(40));

	for (auto& byte : made)
		byte = static_cast<std::uint8_t>(luck_.next());
	return made;
}

} // namespace nlfuzz
