// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// Formatters of {fmt} for the types of named.hpp: fmt::format("{:>12}", rate). Not included by
/// vfctl.hpp, and needs {fmt}, which the library itself does not.
#pragma once

#include <string_view>
#include <type_traits>

#include <fmt/format.h>

#include <vfctl/named.hpp>

/// What it takes after the colon is what a string takes.
template <typename T>
struct fmt::formatter<T, char, std::enable_if_t<vfctl::is_named<T>>>
    : fmt::formatter<fmt::string_view> {
	template <typename Context> auto format(const T& value, Context& context) const
	{
		const auto& text = to_string(value);
		return fmt::formatter<fmt::string_view>::format({text.data(), text.size()},
								context);
	}
};
