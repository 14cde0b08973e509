// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <CLI/CLI.hpp>

#include <vfctl/client.hpp>
#include <vfctl/error.hpp>

namespace vfctl::tool {

/// What was typed, or stands in a file, is wrong: exit status 1, and a sentence that says why.
class input_error : public CLI::ParseError {
public:
	explicit input_error(const std::string& sentence) : ParseError(sentence, 1) {}
};

/// A rate as rate::parse() reads it.
/// \param note  set to a sentence about what may have been meant otherwise, or cleared
/// \throws input_error
rate read_rate(const std::string& text, std::string& note);

/// A span of time: a number, with a fraction or not, and one of ms, s, min: "100ms", "0.5s".
/// Above 0, in whole milliseconds.
/// \throws input_error
std::chrono::milliseconds read_time(std::string_view text);

/// VF by any of its names.
/// \throws input_error  where it can be none
vf_ref read_vf(const std::string& text);

/// What DEV names: a VF, or a PF (also by its PCI address).
/// \throws input_error  where it can be neither; error where there is none such
std::variant<vf_info, pf_info> find_device(client& from, const std::string& text);

/// The VF, or all VFs of the PF, that DEV names.
/// \throws  as find_device()
std::vector<vf_info> find_vfs(client& from, const std::string& text);

/// What a VF is called in a sentence or table: its stub device, or "eth0/1" where it has none.
std::string label(const vf_info& vf);
std::string label(const vf_stats& stats);

/// "eth0/1"
std::string numbered(std::string_view pf, std::uint32_t vf);

} // namespace vfctl::tool
