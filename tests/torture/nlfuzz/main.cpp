// SPDX-License-Identifier: GPL-2.0-only
// nlfuzz: fuzzes a family of generic netlink, by what the kernel says of it.
#include <chrono>
#include <cstdint>
#include <cstring>
#include <exception>
#include <fstream>
#include <functional>
#include <iomanip>
#include <iostream>
#include <memory>
#include <optional>
#include <random>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

#include <getopt.h>

#include "fuzzer.hpp"
#include "module_code.hpp"

namespace {

using namespace nlfuzz;
using clock_type = std::chrono::steady_clock;

constexpr char usage[] =
	"Usage: nlfuzz [OPTION...]\n"
	"Sends the family \"vfctl\" what it may make no mistake with. Exit: 0 it made none,\n"
	"1 it did, 2 nlfuzz could not work. Only for a host that may break.\n"
	"  --seconds N     for so long (60)\n"
	"  --runs N        for so many inputs instead\n"
	"  --seed N        makes the same choices again\n"
	"  --module FILE   vfctl.ko, to count the places that there are\n"
	"  --corpus FILE   does the inputs of the file first, and keeps in it what came farther\n"
	"  --replay FILE   does the inputs of the file only\n"
	"  --blind         without KCOV\n"
	"  --verbose       shows each input before it is sent\n";

// More than the first few complaints say little.
constexpr std::size_t most_complaints = 20;

struct options {
	std::chrono::seconds seconds{60};
	std::uint64_t runs = UINT64_MAX;
	std::uint64_t seed = 0;
	std::string module_file;
	std::string corpus_file;
	std::string replay_file;
	bool blind = false;
	bool verbose = false;
};

options read_options(int argc, char** argv)
{
	static constexpr option names[] = {
		{"seconds", required_argument, nullptr, 't'},
		{"runs", required_argument, nullptr, 'n'},
		{"seed", required_argument, nullptr, 's'},
		{"module", required_argument, nullptr, 'm'},
		{"corpus", required_argument, nullptr, 'c'},
		{"replay", required_argument, nullptr, 'r'},
		{"blind", no_argument, nullptr, 'b'},
		{"verbose", no_argument, nullptr, 'v'},
		{nullptr, 0, nullptr, 0},
	};
	options made;

	std::random_device device;
	made.seed = std::uint64_t{device()} << 32U | device();
	for (int c; (c = getopt_long(argc, argv, "", names, nullptr)) != -1;) {
		switch (c) {
		case 't':
			made.seconds = std::chrono::seconds(std::stoul(optarg));
			break;
		case 'n':
			made.runs = std::stoull(optarg);
			made.seconds = std::chrono::hours(24);
			break;
		case 's':
			made.seed = std::stoull(optarg);
			break;
		case 'm':
			made.module_file = optarg;
			break;
		case 'c':
			made.corpus_file = optarg;
			break;
		case 'r':
			made.replay_file = optarg;
			break;
		case 'b':
			made.blind = true;
			break;
		case 'v':
			made.verbose = true;
			break;
		default:
			throw std::runtime_error(usage);
		}
	}
	if (optind != argc)
		throw std::runtime_error(usage);
	return made;
}

class session {
public:
	explicit session(options chosen);

	int run();

private:
	bool goes_on() const;
	void replay(const std::string& file);
	void judge(const std::vector<std::string>& complaints);
	void tell_progress();
	void tell_family() const;
	void tell_counts() const;
	void tell_code() const;

	const options options_;
	const clock_type::time_point begin_ = clock_type::now();
	clock_type::time_point told_ = begin_;
	fuzzer fuzzer_;
	std::size_t complaints_ = 0;
};

session::session(options chosen)
    : options_(std::move(chosen)),
      fuzzer_("vfctl", options_.seed, options_.blind ? nullptr : std::make_unique<kcov>())
{
	if (options_.verbose)
		fuzzer_.before_sending = [](const input& what) {
			std::cout << "input " << to_text(what) << std::endl;
		};
}

bool session::goes_on() const
{
	return fuzzer_.count().inputs < options_.runs &&
	       clock_type::now() - begin_ < options_.seconds && complaints_ < most_complaints;
}

void session::judge(const std::vector<std::string>& complaints)
{
	static constexpr std::size_t longest_shown = 8192;

	if (complaints.empty())
		return;
	for (const auto& one : complaints)
		std::cout << "complaint " << ++complaints_ << ": " << one << '\n';
	std::cout << "input " << fuzzer_.count().inputs << ": "
		  << to_text(fuzzer_.last()).substr(0, longest_shown) << std::endl;
}

void session::replay(const std::string& file)
{
	for (const auto& one : corpus::load(file))
		if (goes_on())
			judge(fuzzer_.run(one));
}

// So that what killed the kernel can be found: the same seed, and --runs.
void session::tell_progress()
{
	const auto now = clock_type::now();

	if (now - told_ < std::chrono::seconds(5))
		return;
	told_ = now;
	std::cout << std::chrono::duration_cast<std::chrono::seconds>(now - begin_).count()
		  << " s: " << fuzzer_.count().inputs << " inputs, " << fuzzer_.kept().size()
		  << " kept, " << fuzzer_.kept().places().size() << " places" << std::endl;
}

void session::tell_family() const
{
	const auto& of = fuzzer_.of();

	std::cout << "seed " << options_.seed << '\n'
		  << "family " << of.name << " id " << of.id << " version " << unsigned{of.version}
		  << ", " << of.operations.size() << " operations, " << of.policies.size()
		  << " policies, " << of.groups.size() << " groups" << std::endl;
}

void session::tell_counts() const
{
	const auto& count = fuzzer_.count();
	const std::chrono::duration<double> took = clock_type::now() - begin_;

	std::cout << "inputs " << count.inputs << " (" << std::fixed << std::setprecision(0)
		  << static_cast<double>(count.inputs) / took.count() << " per second), messages "
		  << count.messages << ", datagrams of answers " << count.answers << ", overruns "
		  << count.overruns << '\n'
		  << "events " << fuzzer_.others().events() << ", lost by listeners "
		  << fuzzer_.others().lost() << " times\n"
		  << "accepted " << count.accepted;
	for (const auto& [error, times] : count.refused)
		std::cout << ", " << strerrorname_np(error) << ' ' << times;
	std::cout << "\nkept " << fuzzer_.kept().size() << " inputs\n";
}

void session::tell_code() const
{
	const module_code code("vfctl", options_.module_file);
	std::size_t functions = 0, reached = 0, places = 0;

	for (const auto& [address, one] : code.look(fuzzer_.kept().places())) {
		if (one.places == 0 && one.reached == 0 && code.places() != 0)
			continue;
		++functions;
		reached += one.reached != 0 ? 1 : 0;
		places += one.reached;
		std::cout << "function " << one.name << ' ' << one.reached << " of " << one.places
			  << '\n';
	}
	std::cout << "coverage " << places << " of " << code.places() << " places, " << reached
		  << " of " << functions << " functions\n";
}

int session::run()
{
	tell_family();
	if (!options_.replay_file.empty()) {
		replay(options_.replay_file);
	} else {
		if (!options_.corpus_file.empty() && std::ifstream(options_.corpus_file))
			replay(options_.corpus_file);
		while (goes_on()) {
			judge(fuzzer_.step());
			tell_progress();
		}
		if (!options_.corpus_file.empty())
			fuzzer_.kept().save(options_.corpus_file);
	}
	tell_counts();
	if (!options_.blind)
		tell_code();
	std::cout << "complaints " << complaints_ << std::endl;
	return complaints_ == 0 ? 0 : 1;
}

} // namespace

int main(int argc, char** argv)
{
	try {
		return session(read_options(argc, argv)).run();
	} catch (const std::exception& e) {
		std::cerr << "nlfuzz: " << e.what() << '\n';
		return 2;
	}
}
