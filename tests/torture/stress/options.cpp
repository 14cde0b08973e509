// SPDX-License-Identifier: GPL-2.0-only
#include "options.hpp"

#include <cstdio>
#include <cstdlib>

#include <getopt.h>

#include "action.hpp"

namespace stress {

namespace {

constexpr const char* usage =
	"Usage: stress [OPTION...] --all-pairs | --pair A,B ... | --cycle numvfs|module\n"
	"Races actions on PFs and VFs against each other while vfctl is loaded. For an emulated\n"
	"host alone: it removes modules and renames network devices.\n"
	"\n"
	"  --seed S        what all choices follow from (1)\n"
	"  --seconds N     for all pairs together, each has its share (60)\n"
	"  --within N      but no pair begins after so many seconds; those left out are counted\n"
	"  --on vfsim|igb  the driver of the PFs (vfsim)\n"
	"  --pfs P         how many PFs of vfsim (2)\n"
	"  --vfs V         how many VFs each of them has (4)\n"
	"  --pair A,B      this pair; may be given more than once\n"
	"  --all-pairs     all, also of an action with itself\n"
	"  --cycle WHAT    instead of pairs: VFs, or the module, come and go, and what the kernel\n"
	"                  holds may not grow\n"
	"  --times N       how often (100)\n"
	"  --beside A      beside a cycle; may be given more than once\n"
	"\n"
	"The sequence of choices of each thread follows from the seed and the pair alone: which "
	"PF\n"
	"and VF, which values, how long to pause. In what order the threads come to act does not: "
	"a\n"
	"replay has the same actions, and some luck to need.\n"
	"\n"
	"Actions:\n";

[[noreturn]] void end(int status)
{
	std::FILE* to = status == 0 ? stdout : stderr;

	std::fputs(usage, to);
	for (const action_kind& kind : all_actions())
		std::fprintf(to, "  %-8s %s%s\n", std::string(kind.name).c_str(),
			     std::string(kind.text).c_str(), kind.igb ? "" : " (vfsim)");
	std::exit(status);
}

enum option { seed, seconds, within, on, pfs, vfs, pair, all_pairs, cycle, times, beside, help };

constexpr ::option table[] = {
	{"seed", required_argument, nullptr, seed},
	{"seconds", required_argument, nullptr, seconds},
	{"within", required_argument, nullptr, within},
	{"on", required_argument, nullptr, on},
	{"pfs", required_argument, nullptr, pfs},
	{"vfs", required_argument, nullptr, vfs},
	{"pair", required_argument, nullptr, pair},
	{"all-pairs", no_argument, nullptr, all_pairs},
	{"cycle", required_argument, nullptr, cycle},
	{"times", required_argument, nullptr, times},
	{"beside", required_argument, nullptr, beside},
	{"help", no_argument, nullptr, help},
	{nullptr, 0, nullptr, 0},
};

std::uint64_t number(const char* text)
{
	char* rest = nullptr;
	const std::uint64_t value = std::strtoull(text, &rest, 0);

	if (rest == text || *rest != '\0')
		end(2);
	return value;
}

unsigned small_number(const char* text)
{
	const std::uint64_t value = number(text);

	if (value == 0 || value > 1'000'000)
		end(2);
	return static_cast<unsigned>(value);
}

void take(options& all, int name)
{
	switch (name) {
	case seed:
		all.seed = number(optarg);
		break;
	case seconds:
		all.seconds = std::strtod(optarg, nullptr);
		break;
	case within:
		all.within = std::strtod(optarg, nullptr);
		break;
	case on:
		all.igb = std::string(optarg) == "igb";
		if (!all.igb && std::string(optarg) != "vfsim")
			end(2);
		break;
	case pfs:
		all.pfs = small_number(optarg);
		break;
	case vfs:
		all.vfs = small_number(optarg);
		break;
	case pair:
		all.pairs.emplace_back(optarg);
		break;
	case all_pairs:
		all.all_pairs = true;
		break;
	case cycle:
		all.cycle = optarg;
		break;
	case times:
		all.times = small_number(optarg);
		break;
	case beside:
		all.beside.emplace_back(optarg);
		break;
	default:
		end(name == help ? 0 : 2);
	}
}

} // namespace

options parse(int argc, char** argv)
{
	options all;

	for (int name; (name = ::getopt_long(argc, argv, "", table, nullptr)) != -1;)
		take(all, name);
	const bool cycles = all.cycle == "numvfs" || all.cycle == "module";
	if (optind != argc || all.all_pairs + !all.pairs.empty() + cycles != 1 ||
	    cycles != !all.cycle.empty())
		end(2);
	return all;
}

std::string replay(const options& now, const std::string& pair, double seconds)
{
	std::string command = "stress --seed " + std::to_string(now.seed);

	command += now.igb ? " --on igb" : " --pfs " + std::to_string(now.pfs);
	return command + " --vfs " + std::to_string(now.vfs) + " --seconds " +
	       std::to_string(seconds) + " --pair " + pair;
}

} // namespace stress
