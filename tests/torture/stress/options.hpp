// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <string>
#include <vector>

namespace stress {

struct options {
	std::uint64_t seed = 1;
	double seconds = 60;
	double within = 1e9; ///< seconds after which no further pair begins
	bool igb = false;
	unsigned pfs = 2;
	unsigned vfs = 4;
	bool all_pairs = false;
	std::vector<std::string> pairs; ///< "rate,numvfs"
	std::string cycle;              ///< "numvfs", "module", or empty
	unsigned times = 100;
	std::vector<std::string> beside; ///< names of actions
};

/// Prints what is wrong with them, or the help, and ends the program then.
options parse(int argc, char** argv);

/// The command that runs one pair again as it was run now.
std::string replay(const options& now, const std::string& pair, double seconds);

} // namespace stress
