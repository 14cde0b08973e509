// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <CLI/CLI.hpp>

namespace vfctl::tool {

/// One sentence about what is wrong with a command line, in the user's words and not the
/// parser's.
/// \param app  the one that threw it, after parsing
std::string sentence_for(const CLI::App& app, const CLI::ParseError& e);

/// That of the known words which was probably meant, or nothing: one that it begins, or that it
/// differs from by at most two letters.
std::string nearest(std::string_view word, const std::vector<std::string>& known);

} // namespace vfctl::tool
