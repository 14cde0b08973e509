// SPDX-License-Identifier: GPL-2.0-only
// Does one thing again and again with the first allocation of the kernel failing in it, then the
// second, and so on until nothing is left to fail; and looks each time at what has come of it.
#include <array>
#include <cstdlib>
#include <cstring>
#include <exception>
#include <iostream>
#include <string>
#include <vector>

#include <sys/mman.h>

#include "faults.hpp"
#include "operation.hpp"
#include "sweep.hpp"
#include "world.hpp"

namespace {

using namespace failnth;

constexpr const char* usage =
	"Usage: failnth [--pf DEV] [--vfs N] [--step N] [--module FILE] OPERATION ...\n"
	"       failnth --list\n"
	"\n"
	"  --pf DEV       that has VFs (sim0)\n"
	"  --vfs N        how many it has (2)\n"
	"  --step N       only every Nth failure (1)\n"
	"  --module FILE  vfctl.ko, for operations module-*\n"
	"\n"
	"An operation whose name ends in -work, and module-init, needs the module failwork.\n";

struct arguments {
	std::string pf = "sim0";
	unsigned int vfs = 2;
	unsigned int step = 1;
	std::string module;
	bool list = false;
	std::vector<std::string> operations;
};

unsigned int number(const std::string& word)
{
	const auto value = std::stoul(word);
	require(value > 0 && value < 10000, "no number that makes sense: " + word);
	return static_cast<unsigned int>(value);
}

arguments parse(const std::vector<std::string>& words)
{
	arguments result;

	for (std::size_t i = 0; i < words.size(); i++) {
		const auto& word = words[i];
		const auto value = [&] {
			require(i + 1 < words.size(), word + " needs a value");
			return words[++i];
		};
		if (word == "--pf")
			result.pf = value();
		else if (word == "--vfs")
			result.vfs = number(value());
		else if (word == "--step")
			result.step = number(value());
		else if (word == "--module")
			result.module = value();
		else if (word == "--list")
			result.list = true;
		else
			result.operations.push_back(word);
	}
	return result;
}

operation_table all_operations()
{
	operation_table table;

	add_reads(table);
	add_writes(table);
	add_device(table);
	add_lives(table);
	add_binds(table);
	add_works(table);
	return table;
}

// A page fault asks for memory as well. So all of this program is there, its stack too.
void be_all_there()
{
	std::array<char, std::size_t{256} * 1024> stack;

	explicit_bzero(stack.data(), stack.size());
	require(mlockall(MCL_CURRENT | MCL_FUTURE) == 0, "memory cannot be locked");
}

bool run(const std::string& name, const operation_maker& maker, world& w, unsigned int step)
{
	try {
		const auto what = maker(w);
		const auto how = what->by_work() ? work_faults() : thread_faults();
		const auto came = sweep(*what, *how, step);
		std::cout << name << ": " << came.injected << " failures, " << came.told
			  << " of them told; none left at " << came.last << std::endl;
		return true;
	} catch (const std::exception& caught) {
		std::cout << name << ": " << caught.what() << std::endl;
		return false;
	}
}

int run_all(const arguments& wanted)
{
	const auto table = all_operations();
	bool well = true;

	if (wanted.list) {
		for (const auto& entry : table)
			std::cout << entry.first << '\n';
		return EXIT_SUCCESS;
	}
	for (const auto& name : wanted.operations)
		require(table.contains(name), "there is no operation " + name);

	be_all_there();
	world w(wanted.pf, wanted.vfs);
	w.vfctl_ko = wanted.module;
	for (const auto& name : wanted.operations)
		well = run(name, table.at(name), w, wanted.step) && well;
	return well ? EXIT_SUCCESS : EXIT_FAILURE;
}

} // namespace

int main(int argc, char** argv)
{
	try {
		const auto wanted = parse(std::vector<std::string>(argv + 1, argv + argc));
		if (wanted.operations.empty() && !wanted.list) {
			std::cerr << usage;
			return 2;
		}
		return run_all(wanted);
	} catch (const std::exception& caught) {
		std::cerr << "failnth: " << caught.what() << std::endl;
		return EXIT_FAILURE;
	}
}
