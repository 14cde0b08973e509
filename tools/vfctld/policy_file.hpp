// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include "policy.hpp"

namespace vfctl::daemon {

/// A policy that cannot be taken. what() is one sentence; problems() are all that was found.
class policy_error : public std::runtime_error {
public:
	/// \param problems  not empty; "FILE:LINE: SENTENCE" each
	explicit policy_error(std::vector<std::string> problems);

	const std::vector<std::string>& problems() const noexcept { return problems_; }

private:
	std::vector<std::string> problems_;
};

/// Reads a policy: a file in TOML, then those named *.toml in the folder conf.d beside it, in
/// the order of their names. Tables in double brackets add up; a setting that a later file has
/// again replaces the earlier one.
/// \throws policy_error       where anything in it is wrong; the whole is refused then
/// \throws std::system_error  where a file cannot be read
policy load_policy(const std::string& path);

/// The same from texts, one file each.
struct policy_text {
	std::string file; ///< for the sentences
	std::string text;
};
policy parse_policy(const std::vector<policy_text>& texts);

} // namespace vfctl::daemon
