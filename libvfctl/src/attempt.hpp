// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>

#include <vfctl/error.hpp>

namespace vfctl {

/// Calls that. An error of it that does not say what was attempted then does: what `describe()`
/// returns.
template <typename Describe, typename Call> auto attempt(const Describe& describe, const Call& call)
{
	try {
		return call();
	} catch (const error& e) {
		if (!e.operation().empty())
			throw;
		throw error(std::string(describe()), e.code(), e.message(), e.attribute(),
			    e.refused_by());
	}
}

} // namespace vfctl
