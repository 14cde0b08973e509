// SPDX-License-Identifier: GPL-2.0-only
#include "cycles.hpp"

#include <cerrno>
#include <cstdio>

#include "crowd.hpp"
#include "flatness.hpp"
#include "rest.hpp"

namespace stress {

namespace {

constexpr std::chrono::seconds patience{60};

// Until whatever is allocated once and kept is there: pools, hash tables that grow.
constexpr unsigned warm_up = 5;

bool has_stubs(const host& on, bool wanted)
{
	for (const pf& each : on.pfs)
		for (unsigned vf = 0; vf < on.vfs; vf++)
			if (exists("/sys/class/net/v" + each.name + "." + std::to_string(vf)) !=
			    wanted)
				return false;
	return true;
}

void wait_for_stubs(const host& on, bool wanted)
{
	const auto wrong = wait_until_well(patience, [&] {
		return std::string(has_stubs(on, wanted) ? "" : "stubs do not ");
	});
	if (!wrong.empty())
		throw failure(wrong + (wanted ? "come" : "go"));
}

void write_numvfs(const host& on, unsigned number)
{
	for (const pf& each : on.pfs)
		if (const int error = write_file(on.numvfs_file(each), std::to_string(number)))
			throw failure(on.numvfs_file(each) + ": " + errno_name(error));
}

void cycle_numvfs(const host& on)
{
	write_numvfs(on, 0);
	wait_for_stubs(on, false);
	write_numvfs(on, on.vfs);
	wait_for_stubs(on, true);
}

// A reader has it in use now and then.
void cycle_module(const host& on)
{
	const auto wrong = wait_until_well(patience, [&] {
		const int error = on.vfctl.remove();
		return error == 0 ? std::string() : errno_name(error);
	});
	if (!wrong.empty())
		throw failure("cannot remove vfctl: " + wrong);
	if (!has_stubs(on, false))
		throw failure("vfctl has left stubs behind");
	if (const int error = on.vfctl.load())
		throw failure("cannot load vfctl: " + errno_name(error));
	wait_for_stubs(on, true);
}

void turn(const host& on, cycle what)
{
	what == cycle::numvfs ? cycle_numvfs(on) : cycle_module(on);
}

} // namespace

void run_cycles(session& with, cycle what, unsigned times,
		const std::vector<const action_kind*>& beside, std::uint64_t seed)
{
	const host& on = with.on();

	for (unsigned i = 0; i < warm_up; i++)
		turn(on, what);
	bring_to_rest(with);
	const auto before = holdings::count(on);
	std::string others;
	unsigned done = 0;
	{
		crowd going_on(on);
		for (const action_kind* kind : beside)
			going_on.add(*kind, seed++);
		// On a busy machine one of them may not have had its turn by then.
		while ((done < times || (done < 10 * times && !going_on.busy(1))) &&
		       !going_on.failed()) {
			turn(on, what);
			done++;
		}
		going_on.stop();
		others = going_on.text();
		if (!going_on.busy(1))
			throw failure("one beside it was idle: " + others);
	}
	bring_to_rest(with);
	check_rest(with);
	holdings after;
	// What is freed after a grace period may be on its way.
	const auto grown = wait_until_well(patience, [&] {
		after = holdings::count(on);
		return holdings::growth(before, after, done);
	});

	std::printf("%u cycles%s%s\n%s", done, others.empty() ? "" : ", beside it ", others.c_str(),
		    holdings::text(before, after).c_str());
	if (!grown.empty())
		throw failure("what is held has grown: " + grown);
}

} // namespace stress
