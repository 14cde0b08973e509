// SPDX-License-Identifier: GPL-2.0-only
#include "rest.hpp"

#include <algorithm>
#include <cerrno>
#include <set>
#include <sstream>

#include "dump_check.hpp"

namespace stress {

namespace {

// Only a machine that does nothing else is faster than this.
constexpr std::chrono::seconds patience{60};
constexpr std::chrono::milliseconds often{10};

template <typename Range, typename Key> auto find_index(const Range& all, const Key& index)
{
	return std::find_if(all.begin(), all.end(),
			    [&](const auto& one) { return one.index == index; });
}

// What is said of one network namespace.
class account {
public:
	account(place& where, const host& on) : on_(on)
	{
		links = where.links().links();
		pfs = where.client().pfs();
		vfs = where.client().vfs();
		stats = where.client().stats();
	}

	std::string contradiction() const;
	std::size_t pfs_there() const;

private:
	std::string of_pf(const pf& which) const;
	std::string of_vfs(const pf& which, std::uint32_t index, std::size_t count) const;
	std::string of_stubs() const;

	const host& on_;
	std::vector<link> links;
	std::vector<vfctl::pf_info> pfs;
	std::vector<vfctl::vf_info> vfs;
	std::vector<vfctl::vf_stats> stats;
};

std::size_t account::pfs_there() const
{
	return static_cast<std::size_t>(
		std::count_if(links.begin(), links.end(), [&](const link& one) {
			return std::any_of(on_.pfs.begin(), on_.pfs.end(), [&](const pf& each) {
				return each.device == one.parent;
			});
		}));
}

std::string account::contradiction() const
{
	check(pfs);
	check(vfs);
	check(stats);
	for (const pf& each : on_.pfs)
		if (auto wrong = of_pf(each); !wrong.empty())
			return wrong;
	return of_stubs();
}

std::string account::of_pf(const pf& which) const
{
	const auto device = std::find_if(links.begin(), links.end(), [&](const link& one) {
		return one.parent == which.device;
	});
	const auto told = std::find_if(pfs.begin(), pfs.end(), [&](const auto& one) {
		return one.bus_address == which.device;
	});

	if ((device == links.end()) != (told == pfs.end()))
		return which.device + (told == pfs.end()
					       ? " has a device, which vfctl does not tell of"
					       : " has no device, and vfctl tells of one");
	if (told == pfs.end())
		return {};
	if (told->index != device->index || told->name != device->name)
		return which.device + " is " + device->name + ", and " + told->name + " to vfctl";
	const auto vfs_there = read_number(on_.numvfs_file(which)).value_or(0);
	if (told->vfs != vfs_there)
		return which.device + " has " + std::to_string(vfs_there) + " VFs, and " +
		       std::to_string(told->vfs) + " to vfctl";
	return of_vfs(which, told->index, vfs_there);
}

// Those of one PF come in the order of their numbers.
std::string account::of_vfs(const pf& which, std::uint32_t index, std::size_t count) const
{
	std::size_t next = 0;

	for (const auto& vf : vfs) {
		if (vf.pf_index != index)
			continue;
		const std::string name = which.device + "/" + std::to_string(vf.number);
		if (vf.number != next++)
			return name + " is listed, but none before it";
		if (!vf.index)
			return name + " has no stub";
		const auto stub = find_index(links, *vf.index);
		if (stub == links.end() || stub->name != *vf.name || stub->kind != "vfctl" ||
		    stub->lower != index)
			return name + " has the stub " + *vf.name +
			       ", which is not there or another's";
	}
	if (next != count)
		return which.device + " has " + std::to_string(count) + " VFs, of which " +
		       std::to_string(next) + " are listed";
	return {};
}

// All that are there are listed, of whatever PF.
std::string account::of_stubs() const
{
	for (const link& one : links)
		if (one.kind == "vfctl" && find_index(vfs, one.index) == vfs.end())
			return one.name + " is there, and no VF's stub";
	if (stats.size() != vfs.size())
		return std::to_string(vfs.size()) + " VFs, and counters of " +
		       std::to_string(stats.size());
	return {};
}

void must(int error, std::set<int> also, const std::string& what)
{
	if (error != 0 && !also.contains(error))
		throw failure("at rest: cannot " + what + ": " + errno_name(error));
}

session::found must_find(session& with, const pf& which)
{
	const auto end = clock::now() + patience;

	for (;;) {
		with.forget();
		if (const auto device = with.find_pf(which))
			return *device;
		if (clock::now() >= end)
			throw failure("at rest: " + which.device + " has no network device");
		pause_ms(10);
	}
}

// Under a name that nobody else has, so that it meets none there.
void bring_home(session& with, const pf& which)
{
	const std::string name = "rest" + std::to_string(&which - with.on().pfs.data());
	const auto device = must_find(with, which);

	if (device.device.name != which.name)
		must(device.where.links().rename(device.device.index, name), {},
		     "rename " + which.device);
	if (&device.where != &with.home())
		must(device.where.links().move(device.device.index, with.on().home.get()), {},
		     "move " + which.device + " home");
}

void give_name(session& with, const pf& which)
{
	const auto device = must_find(with, which);

	if (device.device.name != which.name)
		must(device.where.links().rename(device.device.index, which.name), {},
		     "rename " + which.device);
	must(device.where.links().set_up(device.device.index), {}, "set up " + which.name);
}

// From one number to another there is a 0 between.
void give_vfs(const host& on, const pf& which)
{
	const std::string file = on.numvfs_file(which);

	if (read_number(file) == on.vfs)
		return;
	must(write_file(file, "0"), {}, "take all VFs of " + which.name);
	must(write_file(file, std::to_string(on.vfs)), {}, "make VFs of " + which.name);
}

void clear_limits(session& with, const pf& which)
{
	vfctl::client& client = with.home().client();
	vfctl::limits none;
	none.hard = none.soft = none.min = vfctl::rate::none();

	for (std::uint32_t vf = 0; vf < with.on().vfs; vf++)
		client.set(vfctl::vf_ref(which.name, vf), none);
	if (with.on().simulated)
		client.set_interval(which.name, often);
}

std::string numbers(const host& on, const std::string& first)
{
	std::string line = first;

	for (unsigned vf = 1; vf < on.vfs; vf++)
		line += " 0";
	return line + "\n";
}

// One limit, written and read by all the ways that there are.
void check_limits(session& with, const pf& which)
{
	constexpr std::uint32_t first = 7, second = 9;
	const std::string stub = "v" + which.name + ".0";
	const std::string allocation = which.folder + "bandwidth_allocation";
	const std::string maxrate = "/sys/class/net/" + stub + "/queues/tx-0/tx_maxrate";
	vfctl::client& client = with.home().client();
	vfctl::limits limit;
	limit.hard = vfctl::rate::from_mbits_per_sec(first);
	client.set(vfctl::vf_ref(stub), limit);

	if (read_file(allocation) != numbers(with.on(), "7"))
		throw failure("at rest: bandwidth_allocation of " + which.name + " says " +
			      read_file(allocation).value_or("nothing"));
	if (read_file(maxrate) != "7\n")
		throw failure("at rest: tx_maxrate of " + stub + " says " +
			      read_file(maxrate).value_or("nothing"));
	must(write_file(maxrate, "9"), {}, "write " + maxrate);
	if (client.vf(vfctl::vf_ref(which.name, 0)).hard != vfctl::rate::from_mbits_per_sec(second))
		throw failure("at rest: " + stub + " has not the limit that was set");
	must(write_file(allocation, numbers(with.on(), "0")), {}, "write " + allocation);
	if (!client.vf(vfctl::vf_ref(which.name, 0)).hard->is_none())
		throw failure("at rest: " + stub + " has a limit still");
}

} // namespace

std::string contradiction(session& with)
{
	try {
		const account home(with.home(), with.on());
		const account away(with.away(), with.on());
		std::string wrong = home.contradiction();
		if (wrong.empty())
			wrong = away.contradiction();
		const auto bound = static_cast<std::size_t>(
			std::count_if(with.on().pfs.begin(), with.on().pfs.end(),
				      [&](const pf& each) { return with.on().is_bound(each); }));
		// Or one is on its way here from a namespace that went.
		if (wrong.empty() && home.pfs_there() + away.pfs_there() != bound)
			wrong = std::to_string(bound) + " PFs are bound, and others have devices";
		return wrong;
	} catch (const vfctl::error& e) {
		return e.what();
	}
}

void bring_to_rest(session& with)
{
	const host& on = with.on();

	must(on.driver.load(), {EEXIST}, "load " + on.driver.name());
	must(on.vfctl.load(), {EEXIST}, "load vfctl");
	for (const pf& each : on.pfs)
		if (!on.is_bound(each))
			must(write_file(on.driver_folder + "bind", each.device), {},
			     "bind " + each.device);
	for (const pf& each : on.pfs)
		bring_home(with, each);
	for (const pf& each : on.pfs)
		give_name(with, each);
	for (const pf& each : on.pfs)
		give_vfs(on, each);
	with.forget();
	const auto wrong = wait_until_well(patience, [&] { return contradiction(with); });
	if (!wrong.empty())
		throw failure("at rest: " + wrong);
	for (const pf& each : on.pfs)
		clear_limits(with, each);
}

void check_rest(session& with)
{
	const host& on = with.on();

	for (const pf& each : on.pfs) {
		check_limits(with, each);
		const auto violations = on.violations(each);
		if (on.simulated && violations != 0)
			throw failure(each.device + " was called as it may not be: " +
				      (violations ? std::to_string(*violations) + " times"
						  : "nobody knows how often"));
		for (std::uint32_t vf = 0; vf < on.vfs; vf++)
			if (!exists("/sys/class/net/v" + each.name + "." + std::to_string(vf)))
				throw failure("at rest: " + each.name + " has no stub for VF " +
					      std::to_string(vf));
	}
	const auto all = with.home().client().vfs();
	const auto ours = std::count_if(all.begin(), all.end(), [&](const auto& vf) {
		return std::any_of(on.pfs.begin(), on.pfs.end(),
				   [&](const pf& each) { return each.name == vf.pf_name; });
	});
	if (static_cast<std::size_t>(ours) != on.pfs.size() * on.vfs)
		throw failure("at rest: " + std::to_string(ours) + " VFs are listed");
}

} // namespace stress
