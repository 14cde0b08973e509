// SPDX-License-Identifier: GPL-2.0-only
#include "race.hpp"

#include <cstdio>
#include <utility>

#include "crowd.hpp"
#include "rest.hpp"

namespace stress {

namespace {

// Of each action, for the race not to have been idle.
constexpr std::uint64_t least_successes = 3;
constexpr std::chrono::seconds most_for_these{120};

constexpr std::chrono::milliseconds settled_after{60'000};

// FNV-1a, so that it is the same everywhere.
std::uint64_t seed_of(std::uint64_t seed, std::string_view name)
{
	std::uint64_t hash = 0xcbf29ce484222325U ^ seed;

	for (const char letter : name)
		hash = (hash ^ static_cast<unsigned char>(letter)) * 0x100000001b3U;
	return hash;
}

std::string seconds_text(clock::duration time)
{
	char text[32];

	std::snprintf(text, sizeof(text), "%.1f s", std::chrono::duration<double>(time).count());
	return text;
}

} // namespace

std::string pairing::name() const
{
	return std::string(first->name) + "," + std::string(second->name);
}

pairing pairing_named(std::string_view name)
{
	const auto comma = name.find(',');
	if (comma == std::string_view::npos)
		throw failure("a pair is named as in \"rate,numvfs\"");
	return {&action_named(name.substr(0, comma)), &action_named(name.substr(comma + 1))};
}

std::vector<pairing> all_pairings(bool igb, std::uint64_t seed)
{
	std::vector<pairing> all;
	const auto kinds = all_actions();
	choices choose(seed_of(seed, "order"));

	for (std::size_t i = 0; i < kinds.size(); i++)
		for (std::size_t j = i; j < kinds.size(); j++)
			if (!igb || (kinds[i].igb && kinds[j].igb))
				all.push_back({&kinds[i], &kinds[j]});
	for (std::size_t left = all.size(); left > 1; left--)
		std::swap(all[left - 1], all[choose.between(0, left - 1)]);
	return all;
}

std::string race(session& with, const pairing& who, std::uint64_t seed, double seconds)
{
	const auto begin = clock::now();
	const auto until = begin + std::chrono::duration_cast<clock::duration>(
					   std::chrono::duration<double>(seconds));
	crowd racing(with.on());

	// So that the kernel's log tells what it was about.
	write_file("/dev/kmsg", "stress: " + who.name() + "\n");
	racing.add_listener();
	racing.add(*who.first, seed_of(seed, who.name() + " 1"));
	racing.add(*who.second, seed_of(seed, who.name() + " 2"));
	while (!racing.failed() &&
	       (clock::now() < until ||
		(!racing.busy(least_successes) && clock::now() < until + most_for_these)))
		pause_ms(10);
	racing.stop();
	const auto raced = clock::now() - begin;
	const std::string line = seconds_text(raced) + ": " + racing.text();
	if (!racing.busy(least_successes))
		throw failure("one of both was idle: " + line);

	with.forget();
	const auto wrong = wait_until_well(settled_after, [&] { return contradiction(with); });
	if (!wrong.empty())
		throw failure("after it all (" + line + "): " + wrong);
	const auto settled = clock::now() - begin - raced;
	bring_to_rest(with);
	check_rest(with);
	return line + " (settled in " + seconds_text(settled) + ")";
}

} // namespace stress
