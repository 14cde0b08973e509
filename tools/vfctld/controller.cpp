// SPDX-License-Identifier: GPL-2.0-only
#include "controller.hpp"

#include <algorithm>
#include <cmath>
#include <filesystem>
#include <limits>
#include <optional>
#include <utility>
#include <variant>

#include <fmt/core.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include <vfctl/error.hpp>

#include "atomic_file.hpp"
#include "offer.hpp"

namespace vfctl::daemon {

namespace {

using namespace std::chrono_literals;

// After a refusal, the same is not tried in each period.
constexpr auto retry_after = 1s;

// A MAC address that changes is no event.
constexpr auto look_again_after = 1s;

// Faster than every 10 ms no kernel samples.
constexpr auto shortest_interval = 10ms;

constexpr double infinite = std::numeric_limits<double>::infinity();

double bits_or_infinite(rate r)
{
	return r.is_none() ? infinite : static_cast<double>(r.bits_per_sec());
}

std::string name_of(const vf_info& vf)
{
	return vf.name ? *vf.name : fmt::format("{}/{}", vf.pf_name, vf.number);
}

std::string who(const vf_event& e)
{
	std::string name = e.by ? std::string(vfctl::to_string(*e.by)) : "somebody";
	if (e.pid)
		name += fmt::format(", process {}", *e.pid);
	return name;
}

std::optional<int> numa_node_of(const pf_info& pf)
{
	if (!pf.bus_address)
		return std::nullopt;
	try {
		const int node = std::stoi(tool::read_file(
			fmt::format("/sys/bus/pci/devices/{}/numa_node", *pf.bus_address)));
		return node < 0 ? std::nullopt : std::optional(node);
	} catch (const std::exception&) {
		return std::nullopt;
	}
}

// What rules may name it by.
bool is_named_alike(const vf_info& a, const vf_info& b)
{
	return a.name == b.name && a.pf_name == b.pf_name && a.mac == b.mac &&
	       a.bus_address == b.bus_address;
}

rate effective_of(const vf_info& vf)
{
	return vf.effective.value_or(
		smaller(vf.hard.value_or(rate::none()), vf.soft.value_or(rate::none())));
}

} // namespace

controller::controller(client& kernel, journal& records, policy wanted)
    : kernel_(kernel), records_(records), policy_(std::move(wanted))
{}

void controller::take(const event& what)
{
	std::visit([this](const auto& e) { take_event(e); }, what);
}

void controller::take(policy next)
{
	policy_ = std::move(next);
	for (auto& [id, vf] : vfs_)
		follow_policy(vf);
}

void controller::pause(bool paused)
{
	lasting_state next = records_.lasting();
	next.paused = paused;
	records_.save(next);
	spdlog::info(paused ? "paused: limits stay as they are" : "goes on");
}

void controller::take_event(const pf_event& e)
{
	if (e.what == vfctl::change::removed) {
		pfs_.erase(e.pf.index);
		return;
	}
	pf_state& pf = pfs_[e.pf.index];
	pf.info = e.pf;
	pf.seen = true;
}

void controller::take_event(const vf_event& e)
{
	const vf_id id{e.vf.pf_index, e.vf.number};
	if (e.what == vfctl::change::removed) {
		vfs_.erase(id);
		return;
	}
	const auto [entry, is_new] = vfs_.try_emplace(id);
	vf_state& vf = entry->second;
	vf.seen = true;
	if (is_new) {
		vf.view.info = e.vf;
		begin_vf(vf);
		return;
	}
	const vf_info before = std::exchange(vf.view.info, e.vf);
	if (!is_named_alike(before, e.vf))
		follow_policy(vf);
	// Of a change of one's own, what was set after it may be known already. A snapshot does
	// not say whose it is.
	const bool own =
		e.by ? e.by == origin::netlink && e.pid == static_cast<std::uint32_t>(getpid())
		     : records_.is_own(vf.key, e.vf.hard.value_or(rate::none()));
	if (own && e.by)
		vf.view.info.hard = before.hard;
	else if (!own && e.vf.hard != before.hard)
		outside_change(vf, e);
}

void controller::take_event(const stats_event& /*unused*/) {}

void controller::take_event(const overrun_event& /*unused*/)
{
	for (auto& [index, pf] : pfs_)
		pf.seen = false;
	for (auto& [id, vf] : vfs_)
		vf.seen = false;
}

void controller::take_event(const gone_event& /*unused*/)
{
	spdlog::warn("the module vfctl was unloaded; nothing is done until it is back");
	present_ = false;
	pfs_.clear();
	vfs_.clear();
}

void controller::take_event(const back_event& /*unused*/)
{
	spdlog::info("the module vfctl is back");
	present_ = true;
}

void controller::take_event(const synced_event& /*unused*/)
{
	std::erase_if(pfs_, [](const auto& entry) { return !entry.second.seen; });
	std::erase_if(vfs_, [](const auto& entry) { return !entry.second.seen; });
}

void controller::begin_vf(vf_state& vf)
{
	const auto pf = pfs_.find(vf.view.info.pf_index);
	const bool has_address = pf != pfs_.end() && pf->second.info.bus_address;
	vf.key = fmt::format("{}/{}",
			     has_address ? *pf->second.info.bus_address : vf.view.info.pf_name,
			     vf.view.info.number);
	if (has_address)
		vf.view.numa_node = numa_node_of(pf->second.info);
	follow_policy(vf);
}

void controller::follow_policy(vf_state& vf)
{
	const vf_mode before = vf.view.mode;
	apply_rule(vf);
	if (vf.view.mode == vf_mode::adopt && before != vf_mode::adopt)
		adopt_what_was_set(vf);
	if (vf.view.mode != vf_mode::adopt)
		vf.view.adopted = rate::none();
	// What is enforced is no cap any more when it is adopted once again.
	if (vf.view.mode == vf_mode::enforce)
		keep_cap(vf, rate::none());
}

// What there was before this program, its restart, or its being told to look after the VF.
void controller::adopt_what_was_set(vf_state& vf)
{
	const auto cap = records_.lasting().adopted.find(vf.key);
	if (cap != records_.lasting().adopted.end())
		vf.view.adopted = cap->second;
	const rate found = vf.view.info.hard.value_or(rate::none());
	// After a boot there is no limit, which nobody has set.
	if (found.is_none() && !records_.knows(vf.key))
		return;
	if (!records_.is_own(vf.key, found))
		adopt(vf, found);
}

void controller::adopt(vf_state& vf, rate cap)
{
	vf.view.adopted = cap;
	keep_cap(vf, cap);
	try {
		records_.intend({{vf.key, cap, cap}});
	} catch (const std::exception& e) {
		spdlog::error("{}", e.what());
	}
}

void controller::keep_cap(const vf_state& vf, rate cap)
{
	if (cap.is_none() && records_.lasting().adopted.count(vf.key) == 0)
		return;
	lasting_state next = records_.lasting();
	if (cap.is_none())
		next.adopted.erase(vf.key);
	else
		next.adopted[vf.key] = cap;
	try {
		records_.save(next);
	} catch (const std::exception& e) {
		spdlog::error("{}", e.what());
	}
}

void controller::outside_change(vf_state& vf, const vf_event& e)
{
	const rate limit = e.vf.hard.value_or(rate::none());
	// What the device lost, the module sets again by itself.
	if (e.by == origin::device)
		return;
	if (vf.view.mode == vf_mode::enforce) {
		vf.correct = true;
		++vf.view.corrections;
		spdlog::warn(
			"{}: its hard limit was set to {} ({}); it is enforced, and set back{}",
			name_of(e.vf), vfctl::to_string(limit), who(e),
			records_.lasting().paused ? " when the pause ends" : "");
	} else if (vf.view.mode == vf_mode::adopt) {
		++vf.view.acceptances;
		spdlog::info("{}: its hard limit was set to {} ({}), which is its cap now",
			     name_of(e.vf), vfctl::to_string(limit), who(e));
		adopt(vf, limit);
	}
}

void controller::apply_rule(vf_state& vf) const
{
	static const vf_rule none;
	const vf_rule* found = rule_for(policy_, vf.view.info);
	const vf_rule& rule = found != nullptr ? *found : none;
	vf.view.mode = rule.mode;
	vf.view.group = rule.group;
	vf.view.weight = rule.weight;
	vf.view.min = rule.min;
	vf.view.max = rule.max;
}

bool controller::is_managed(const vf_state& vf) const
{
	return vf.view.mode != vf_mode::observe;
}

void controller::think(time_point now)
{
	if (!present_)
		return;
	const auto begin = std::chrono::steady_clock::now();
	std::optional<error> failure;
	try {
		ask_kernel(now);
	} catch (const error& e) {
		failure = e;
		samples_.clear();
	}
	take_samples(now);
	auto changes = decide();
	if (!records_.lasting().paused) {
		set_intervals(now);
		write(changes, now);
	}
	++periods_;
	last_period_seconds_ =
		std::chrono::duration<double>(std::chrono::steady_clock::now() - begin).count();
	if (failure)
		throw *failure;
}

void controller::ask_kernel(time_point now)
{
	if (now >= next_look_) {
		next_look_ = now + look_again_after;
		look_again();
	}
	kernel_.stats(samples_);
}

void controller::look_again()
{
	for (const auto& is : kernel_.vfs()) {
		const auto found = vfs_.find({is.pf_index, is.number});
		if (found == vfs_.end() || is_named_alike(found->second.view.info, is))
			continue;
		vf_info& known = found->second.view.info;
		known.name = is.name;
		known.pf_name = is.pf_name;
		known.mac = is.mac;
		known.bus_address = is.bus_address;
		follow_policy(found->second);
	}
}

void controller::take_samples(time_point now)
{
	for (const auto& sample : samples_) {
		const auto found = vfs_.find({sample.pf_index, sample.number});
		if (found == vfs_.end())
			continue;
		vf_state& vf = found->second;
		const bool fresh = vf.meter.update(sample);
		vf.view.stats = sample;
		if (!vf.meter.last())
			continue;
		vf.view.use = vf.meter.last()->frames;
		if (fresh)
			vf.demand = vf.estimator.update(
				vf.meter.last()->frames, vf.meter.last()->on_wire,
				bits_or_infinite(effective_of(vf.view.info)));
	}
	for (auto& [id, vf] : vfs_)
		note_lost(vf, now);
}

void controller::note_lost(vf_state& vf, time_point now)
{
	if (!vf.since)
		vf.since = now;
	const bool lost = now - vf.meter.time().value_or(*vf.since) > policy_.lost_after;
	if (lost != vf.view.lost && is_managed(vf))
		spdlog::log(lost ? spdlog::level::warn : spdlog::level::info, "{}: {}",
			    name_of(vf.view.info),
			    lost ? "there are no new samples of its counters"
				 : "its counters are sampled again");
	vf.view.lost = lost;
}

void controller::set_intervals(time_point now)
{
	const auto wanted =
		std::max<std::chrono::milliseconds>(policy_.period / 2, shortest_interval);
	for (const auto& [id, vf] : vfs_) {
		const auto pf = pfs_.find(id.first);
		if (!is_managed(vf) || pf == pfs_.end() || now < pf->second.retry ||
		    pf->second.info.interval.value_or(wanted) <= wanted)
			continue;
		pf->second.retry = now + retry_after;
		try {
			kernel_.set_interval(pf_ref(pf->second.info), wanted);
			pf->second.info.interval = wanted;
		} catch (const error& e) {
			spdlog::warn("{}", e.what());
		}
	}
}

// What VFs of a PF may send together; none while that is not known.
rate controller::capacity_of(const pf_state& pf) const
{
	if (!pf.info.link_speed)
		return rate::none();
	const pf_rule* rule = rule_for(policy_, pf.info);
	return smaller(rule != nullptr ? rule->capacity : rate::none(), *pf.info.link_speed);
}

std::optional<std::size_t> controller::group_of(const vf_state& vf) const
{
	for (std::size_t i = 0; i < policy_.groups.size(); ++i) {
		if (policy_.groups[i].name == vf.view.group)
			return i;
	}
	return std::nullopt;
}

claim controller::claim_of(const vf_state& vf, std::size_t pf) const
{
	const vf_view& view = vf.view;
	claim one{.pf = pf,
		  .group = group_of(vf),
		  .weight = view.weight,
		  .min = static_cast<double>(view.min.bits_per_sec()),
		  .max = bits_or_infinite(smaller(view.max, view.adopted)),
		  // A guest with a limit of its own does not want more than that.
		  .demand = std::min(vf.demand,
				     bits_or_infinite(view.info.soft.value_or(rate::none())))};
	if (view.lost) {
		// Nothing is known of it: it keeps what it has, or what is safe.
		const rate kept = policy_.on_lost == lost_action::safe ? policy_.safe_limit
								       : effective_of(view.info);
		one.demand = bits_or_infinite(kept);
		one.min = std::isfinite(one.demand) ? one.demand : one.min;
		one.max = std::min(one.max, one.demand);
	}
	return one;
}

std::vector<controller::change> controller::decide()
{
	std::map<std::uint32_t, std::size_t> index_of;
	std::vector<double> capacities;
	for (const auto& [index, pf] : pfs_) {
		const rate capacity = capacity_of(pf);
		if (capacity.is_none())
			continue;
		index_of[index] = capacities.size();
		capacities.push_back(static_cast<double>(capacity.bits_per_sec()));
	}
	std::vector<claim> claims;
	std::vector<vf_state*> claimants;
	for (auto& [id, vf] : vfs_) {
		vf.view.share.reset();
		vf.view.limit.reset();
		const auto pf = index_of.find(id.first);
		if (pf == index_of.end())
			continue;
		if (is_managed(vf)) {
			claims.push_back(claim_of(vf, pf->second));
			claimants.push_back(&vf);
		} else {
			// What others send is not there to be given out.
			double& left = capacities[pf->second];
			left = std::max(left - vf.view.use.value_or(0), 0.05 * left);
		}
	}
	std::vector<group_terms> groups;
	for (const auto& group : policy_.groups)
		groups.push_back({.weight = group.weight, .max = bits_or_infinite(group.max)});
	ask_for_room(claims, capacities);
	const std::vector<double> shares = allocate(claims, groups, capacities);
	std::vector<rate> limits;
	offer(claims, shares, capacities, limits);
	std::vector<change> changes;
	for (std::size_t i = 0; i < claims.size(); ++i) {
		vf_state& vf = *claimants[i];
		vf.view.demand = std::isfinite(claims[i].demand) ? std::optional(claims[i].demand)
								 : std::nullopt;
		vf.view.share = shares[i];
		vf.view.limit = limits[i];
		if (vf.view.lost && policy_.on_lost == lost_action::hold)
			vf.view.limit = vf.view.info.hard;
		else if (vf.view.lost)
			vf.view.limit =
				smaller(policy_.safe_limit, smaller(vf.view.max, vf.view.adopted));
		const rate now = vf.view.info.hard.value_or(rate::none());
		const double step = vf.correct ? 0 : policy_.step;
		if (vf.view.limit && worth_writing(now, *vf.view.limit, step))
			changes.push_back({&vf, *vf.view.limit});
		else
			vf.correct = false;
	}
	return changes;
}

void controller::write(std::vector<change>& changes, time_point now)
{
	std::erase_if(changes, [&](const change& one) { return now < one.vf->retry; });
	// What is taken from one is given to another: first it is taken.
	std::stable_partition(changes.begin(), changes.end(), [](const change& one) {
		const rate before = one.vf->view.info.hard.value_or(rate::none());
		return smaller(before, one.limit) == one.limit;
	});
	std::vector<journal::intention> intentions;
	for (const auto& one : changes) {
		intentions.push_back(
			{one.vf->key, one.vf->view.info.hard.value_or(rate::none()), one.limit});
	}
	records_.intend(intentions);
	for (const auto& one : changes)
		write_one(one, now);
}

void controller::write_one(const change& one, time_point now)
{
	vf_view& view = one.vf->view;
	try {
		++view.writes;
		limits wanted;
		wanted.hard = one.limit;
		const auto result = kernel_.set(vf_ref(view.info), wanted);
		view.info.hard = one.limit;
		// Where the limit is pending, what is in force is another one.
		if (result.now && result.now->hard == view.info.hard)
			view.info = *result.now;
		view.last_failure.clear();
		one.vf->correct = false;
	} catch (const error& e) {
		++view.failures;
		if (view.last_failure != e.what())
			spdlog::error("{}", e.what());
		view.last_failure = e.what();
		one.vf->retry = now + retry_after;
	}
}

std::vector<vf_info> controller::vfs() const
{
	std::vector<vf_info> all;
	for (const auto& [id, vf] : vfs_)
		all.push_back(vf.view.info);
	return all;
}

snapshot controller::view(time_point now) const
{
	snapshot all;
	all.time = now;
	all.paused = records_.lasting().paused;
	all.module_present = present_;
	all.periods = periods_;
	all.last_period_seconds = last_period_seconds_;
	for (const auto& [index, pf] : pfs_) {
		pf_view one{.info = pf.info, .capacity = std::nullopt, .use = 0};
		if (const rate capacity = capacity_of(pf); !capacity.is_none())
			one.capacity = capacity;
		for (const auto& [id, vf] : vfs_)
			one.use += id.first == index ? vf.view.use.value_or(0) : 0;
		all.pfs.push_back(std::move(one));
	}
	for (const auto& [id, vf] : vfs_)
		all.vfs.push_back(vf.view);
	return all;
}

} // namespace vfctl::daemon
