// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <vector>

#include "command.hpp"

namespace vfctl::tool {

/// Runs a command line.
/// \param args  without the program's name
/// \return the exit status: 0, 1 for a command line or input that is wrong, 2 for what the kernel
///         refused, or the system
int run(std::vector<std::string> args, context& ctx);

} // namespace vfctl::tool
