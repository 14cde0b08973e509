// SPDX-License-Identifier: GPL-2.0-only
#include "dump_check.hpp"

#include <set>
#include <string>

namespace stress {

namespace {

constexpr std::uint64_t mbit = 1'000'000;

void demand(bool holds, const std::string& of, const char* what)
{
	if (!holds)
		throw failure("the answer for " + of + " makes no sense: " + what);
}

template <typename Object> void check_names(const Object& one)
{
	const std::string of = one.pf_name + "/" + std::to_string(one.number);

	demand(one.pf_index != 0 && !one.pf_name.empty(), of, "its PF has no name or index");
	demand(one.number < 1024, of, "its number");
	demand(one.index.has_value() == one.name.has_value(), of, "half a stub");
	demand(!one.name || (*one.index != 0 && !one.name->empty()), of, "an empty stub");
}

template <typename Object> void check_each(const std::vector<Object>& all)
{
	std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
	std::set<std::uint32_t> stubs;

	for (const Object& one : all) {
		const std::string of = one.pf_name + "/" + std::to_string(one.number);
		check(one);
		demand(seen.emplace(one.pf_index, one.number).second, of, "it comes twice");
		demand(!one.index || stubs.insert(*one.index).second, of, "its stub comes twice");
	}
}

} // namespace

void check(const vfctl::pf_info& pf)
{
	demand(pf.index != 0 && !pf.name.empty(), pf.name, "no name or index");
	demand(pf.provider && pf.driver && !pf.driver->empty(), pf.name, "no provider or driver");
	demand(pf.bus_address && !pf.bus_address->empty(), pf.name, "no address");
	demand(pf.vfs <= 1024, pf.name, "its number of VFs");
	demand(pf.interval && pf.interval->count() >= 10 && pf.interval->count() <= 10000, pf.name,
	       "its interval");
}

void check(const vfctl::vf_info& vf)
{
	const std::string of = vf.pf_name + "/" + std::to_string(vf.number);

	check_names(vf);
	demand(vf.hard && vf.soft && vf.effective && vf.state, of, "it has no limits");
	const auto wanted = vfctl::smaller(*vf.hard, *vf.soft).bits_per_sec();
	// While it is pending, what the device had before is in force.
	demand(*vf.state == vfctl::limit_state::pending ||
		       vf.effective->bits_per_sec() == wanted / mbit * mbit,
	       of, "the effective rate is not the smaller limit");
	demand((*vf.state == vfctl::limit_state::pending) == vf.pending_reason.has_value(), of,
	       "a reason where nothing is pending, or the other way round");
}

void check(const vfctl::vf_stats& stats)
{
	const std::string of = stats.pf_name + "/" + std::to_string(stats.number);

	check_names(stats);
	demand(stats.time || stats.counters.empty(), of, "counters of no time");
	demand(!stats.time || *stats.time <= clock::now(), of, "a sample of the future");
}

void check(const std::vector<vfctl::pf_info>& pfs)
{
	std::set<std::uint32_t> seen;

	for (const auto& one : pfs) {
		check(one);
		demand(seen.insert(one.index).second, one.name, "it comes twice");
	}
}

void check(const std::vector<vfctl::vf_info>& vfs)
{
	check_each(vfs);
}

void check(const std::vector<vfctl::vf_stats>& stats)
{
	check_each(stats);
}

void progress::follow(const place& where, unsigned moves, const std::vector<vfctl::vf_stats>& all)
{
	const bool still = moves == on_.moves->load();

	for (const auto& one : all) {
		if (!one.index || !one.time)
			continue;
		const auto key = std::pair(&where, *one.index);
		const auto last = last_.find(key);
		if (still && last != last_.end() && last->second.moves == moves) {
			const auto& before = last->second.stats;
			demand(*before.time <= *one.time, *one.name, "its samples go back in time");
			for (const auto counter : vfctl::all_counters)
				demand(before.counters[counter] <= one.counters[counter], *one.name,
				       "its counters go back");
		}
		last_.insert_or_assign(key, state{moves, one});
	}
}

} // namespace stress
