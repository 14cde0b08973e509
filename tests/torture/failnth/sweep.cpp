// SPDX-License-Identifier: GPL-2.0-only
#include "sweep.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <exception>
#include <string>
#include <system_error>

#include "faults.hpp"

namespace failnth {

namespace {

// No operation asks so often.
constexpr unsigned int most = 20000;

// No memory; none for an answer or an event; a copy from or to user space.
constexpr std::array told_errors = {ENOMEM, ENOBUFS, EFAULT};

std::string describe(const outcome& came)
{
	if (came.error == 0)
		return "success";
	const std::string text = std::generic_category().message(came.error);
	return came.words[0] != '\0' ? text + ": " + came.words.data() : text;
}

} // namespace

void require(bool holds, const std::string& what)
{
	if (!holds)
		throw wrong(what);
}

void require_told(const outcome& came)
{
	require(!came.silent, "no answer came");
	require(came.error == 0 || std::find(told_errors.begin(), told_errors.end(), came.error) !=
					   told_errors.end(),
		"an error that does not tell");
}

tally sweep(operation& what, faults& how, unsigned int step)
{
	tally result;

	for (unsigned int nth = 1; nth < most; nth += step) {
		what.prepare();
		how.arm(nth);
		const auto came = what.run();
		const bool failed = how.disarm();
		try {
			require(failed || came.error == 0, "an error though nothing failed");
			what.check(came);
		} catch (const std::exception& caught) {
			throw wrong("failure " + std::to_string(nth) +
				    (failed ? "" : " (none left)") + ", the caller was told \"" +
				    describe(came) + "\": " + caught.what());
		}
		if (!failed) {
			require(result.injected != 0, "there was nothing to fail");
			result.last = nth;
			return result;
		}
		result.injected++;
		result.told += came.error != 0;
	}
	throw wrong("there is no end of failures");
}

} // namespace failnth
