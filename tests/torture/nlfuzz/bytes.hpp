// SPDX-License-Identifier: GPL-2.0-only
// Bytes, and numbers of the machine's order in them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <cstring>
#include <span>
#include <string>
#include <string_view>
#include <type_traits>
#include <vector>

namespace nlfuzz {

using bytes = std::vector<std::uint8_t>;
using view = std::span<const std::uint8_t>;

/// The caller has looked that it is there.
template <typename T> T load(view from, std::size_t at = 0)
{
	static_assert(std::is_trivially_copyable_v<T>);
	T value;

	std::memcpy(&value, from.data() + at, sizeof(T));
	return value;
}

template <typename T> void store(std::span<std::uint8_t> into, std::size_t at, const T& value)
{
	static_assert(std::is_trivially_copyable_v<T>);
	std::memcpy(into.data() + at, &value, sizeof(T));
}

template <typename T> bytes bytes_of(const T& value)
{
	bytes made(sizeof(T));

	store(made, 0, value);
	return made;
}

/// With the NUL that the kernel wants at the end of a name.
inline bytes bytes_of_text(std::string_view text)
{
	bytes made(text.begin(), text.end());

	made.push_back(0);
	return made;
}

inline void append(bytes& to, view what)
{
	to.insert(to.end(), what.begin(), what.end());
}

/// Up to the first NUL, or the end.
inline std::string text_of(view from)
{
	const auto* begin = reinterpret_cast<const char*>(from.data());

	return {begin, strnlen(begin, from.size())};
}

} // namespace nlfuzz
