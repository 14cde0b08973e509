// SPDX-License-Identifier: GPL-2.0-only
#include <clocale>
#include <csignal>
#include <string>
#include <vector>

#include "run.hpp"

int main(int argc, char** argv)
{
	// For the width of characters alone: numbers are to look the same everywhere.
	static_cast<void>(std::setlocale(LC_CTYPE, ""));
	// Then a reader that ended is an error of the write, after which all is left as it should be.
	static_cast<void>(std::signal(SIGPIPE, SIG_IGN));
	vfctl::tool::context ctx;
	return vfctl::tool::run(std::vector<std::string>(argv + 1, argv + argc), ctx);
}
