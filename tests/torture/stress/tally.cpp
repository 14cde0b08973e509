// SPDX-License-Identifier: GPL-2.0-only
#include "tally.hpp"

#include <vfctl/error.hpp>

#include "system.hpp"

namespace stress {

bool tally::note(int error, const std::set<int>& expected, std::string_view detail)
{
	if (error == 0) {
		++successes_;
		return true;
	}
	if (!expected.contains(error))
		throw failure(std::string(what_) + ": " + std::string(detail) + ": " +
			      errno_name(error) + " is not to be expected");
	++refusals_[error];
	return false;
}

bool tally::note_call(const std::set<int>& expected, std::string_view detail,
		      const std::function<void()>& call)
{
	try {
		call();
	} catch (const vfctl::error& e) {
		return note(e.code().value(), expected,
			    std::string(detail) + " (" + e.what() + ")");
	}
	return note(0, expected, detail);
}

std::string tally::text() const
{
	std::string all = std::string(what_) + " " + std::to_string(successes()) + " times";

	for (const auto& [error, count] : refusals_)
		all += ", " + std::to_string(count) + " " + errno_name(error);
	return all;
}

} // namespace stress
