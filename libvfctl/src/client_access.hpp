// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <chrono>
#include <memory>

#include <vfctl/client.hpp>

#include "backend.hpp"

namespace vfctl {

/// A client over a backend that tests have made.
struct client_access {
	static client make(std::unique_ptr<backend> over,
			   std::chrono::milliseconds timeout = std::chrono::milliseconds::max());
};

} // namespace vfctl
