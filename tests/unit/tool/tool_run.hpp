// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <memory>
#include <string>
#include <vector>

#include "fake_host.hpp"

namespace vfctl::test {

/// What became of a command line.
struct tool_result {
	int status = -1;
	std::string out;
	std::string err;
};

/// Runs the tool on a host that lives in memory, 400 ms after its samples were taken.
/// \param args  without the program's name
tool_result run_tool(const std::shared_ptr<fake_host>& host, std::vector<std::string> args);

} // namespace vfctl::test
