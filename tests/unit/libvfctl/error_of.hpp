// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include "../catch.hpp"

#include <functional>

#include <vfctl/error.hpp>

namespace vfctl {

/// What a call throws; fails where it throws nothing.
inline error error_of(const std::function<void()>& call)
{
	try {
		call();
	} catch (const error& e) {
		return e;
	}
	FAIL("nothing was thrown");
	return {{}, {}};
}

} // namespace vfctl
