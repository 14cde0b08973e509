// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Formatters of the standard library for the types of named.hpp: std::format("{:>12}", rate).
/// Declares nothing where the standard library has no <format>.
#pragma once

#include <vfctl/named.hpp>

#if defined(__has_include)
#if __has_include(<version>)
#include <version>
#endif
#endif

#if defined(__cpp_lib_format) && defined(__cpp_concepts)
#include <format>
#include <string_view>

/// What it takes after the colon is what a string takes.
template <typename T>
requires vfctl::is_named<T>
struct std::formatter<T, char> : std::formatter<std::string_view, char> {
	template <typename Context> auto format(const T& value, Context& context) const
	{
		const auto& text = to_string(value);
		return std::formatter<std::string_view, char>::format(text, context);
	}
};
#endif
