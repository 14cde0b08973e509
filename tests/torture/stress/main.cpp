// SPDX-License-Identifier: GPL-2.0-only
#include <cstdio>
#include <exception>

#include "cycles.hpp"
#include "options.hpp"
#include "race.hpp"
#include "rest.hpp"

namespace {

using namespace stress;

std::vector<pairing> wanted_pairings(const options& all)
{
	std::vector<pairing> wanted;

	if (all.all_pairs)
		return all_pairings(all.igb, all.seed);
	for (const std::string& name : all.pairs)
		wanted.push_back(pairing_named(name));
	return wanted;
}

bool race_all(session& with, const options& all)
{
	const auto wanted = wanted_pairings(all);
	const double each = all.seconds / static_cast<double>(wanted.size());

	const auto begin = clock::now();
	std::size_t done = 0;

	for (const pairing& who : wanted) {
		if (clock::now() - begin > std::chrono::duration<double>(all.within))
			break;
		std::printf("%s: ", who.name().c_str());
		std::fflush(stdout);
		try {
			std::printf("%s\n", race(with, who, all.seed, each).c_str());
		} catch (const std::exception& e) {
			std::printf("FAILED: %s\nreplay: %s\n", e.what(),
				    replay(all, who.name(), each).c_str());
			return false;
		}
		std::fflush(stdout);
		++done;
	}
	std::printf("%zu of %zu pairs\n", done, wanted.size());
	return true;
}

void run(session& with, const options& all)
{
	std::vector<const action_kind*> beside;
	for (const std::string& name : all.beside)
		beside.push_back(&action_named(name));
	run_cycles(with, all.cycle == "numvfs" ? cycle::numvfs : cycle::module, all.times, beside,
		   all.seed);
}

} // namespace

int main(int argc, char** argv)
{
	const options all = parse(argc, argv);

	std::printf("seed %llu\n", static_cast<unsigned long long>(all.seed));
	std::fflush(stdout);
	try {
		const host on = all.igb ? host::of_igb(all.vfs) : host::of_vfsim(all.pfs, all.vfs);
		session with(on);
		bring_to_rest(with);
		check_rest(with);
		if (all.cycle.empty())
			return race_all(with, all) ? 0 : 1;
		run(with, all);
	} catch (const std::exception& e) {
		std::printf("FAILED: %s\n", e.what());
		return 1;
	}
	return 0;
}
