// SPDX-License-Identifier: GPL-2.0-only
#include "limit_change.hpp"

#include <stdexcept>
#include <system_error>
#include <utility>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <vfctl/error.hpp>

#include "input.hpp"
#include "units.hpp"

namespace vfctl::tool {

namespace {

std::optional<rate> changed(const std::optional<rate>& from, const std::optional<rate>& to)
{
	return to && *to != from.value_or(rate::none()) ? to : std::nullopt;
}

limits current(const vf_info& vf)
{
	return {.hard = vf.hard, .soft = vf.soft, .min = vf.min};
}

bool apply(context& ctx, const limit_change& change)
{
	try {
		for (const limits& request : requests(change))
			ctx.client().set(change.vf, request, vf_presence::any);
		return true;
	} catch (const error& e) {
		// The others would be refused alike.
		if (e.code() == std::errc::operation_not_permitted)
			throw;
		ctx.note(e.what());
		return false;
	}
}

} // namespace

limit_change change_to(vf_info vf, const limits& wanted)
{
	const limits has = current(vf);
	return {.vf = std::move(vf),
		.to = {.hard = changed(has.hard, wanted.hard),
		       .soft = changed(has.soft, wanted.soft),
		       .min = changed(has.min, wanted.min)}};
}

std::string describe(const limit_change& change, bool raw)
{
	const limits has = current(change.vf);
	std::vector<std::string> parts;
	const auto part = [&](const char* name, const auto& from, const auto& to) {
		if (to) {
			parts.push_back(fmt::format("{} {} -> {}", name,
						    show_limit(from.value_or(rate::none()), raw),
						    show_limit(to, raw)));
		}
	};
	part("hard", has.hard, change.to.hard);
	part("soft", has.soft, change.to.soft);
	part("min", has.min, change.to.min);
	return fmt::format("{}: {}", numbered(change.vf.pf_name, change.vf.number),
			   fmt::join(parts, ", "));
}

json to_json(const limit_change& change)
{
	const limits has = current(change.vf);
	json result = {{"pf", change.vf.pf_name}, {"vf", change.vf.number}};
	if (change.vf.name)
		result["ifname"] = *change.vf.name;
	if (change.vf.bus_address)
		result["pci_address"] = *change.vf.bus_address;
	add(result, change.to);
	json old = json::object();
	add(old, {.hard = change.to.hard ? has.hard : std::nullopt,
		  .soft = change.to.soft ? has.soft : std::nullopt,
		  .min = change.to.min ? has.min : std::nullopt});
	result["old"] = std::move(old);
	return result;
}

std::vector<limits> requests(const limit_change& change)
{
	const rate hard = change.to.hard.value_or(change.vf.hard.value_or(rate::none()));
	const rate soft = change.to.soft.value_or(rate::none());
	if (hard.is_none() || soft.bits_per_sec() <= hard.bits_per_sec())
		return {change.to};
	// A hard limit as high as the soft one, that the VF has for a moment.
	return {limits{.hard = soft, .soft = soft, .min = change.to.min},
		limits{.hard = hard, .soft = std::nullopt, .min = std::nullopt}};
}

void make_changes(context& ctx, const std::vector<limit_change>& changes, std::string_view done)
{
	std::vector<std::string> made;
	std::vector<std::string> failed;
	for (const auto& change : changes) {
		auto& list = apply(ctx, change) ? made : failed;
		list.push_back(numbered(change.vf.pf_name, change.vf.number));
	}
	if (failed.empty())
		return;
	throw std::runtime_error(
		fmt::format("{} {}; not {}", done,
			    made.empty() ? "none" : fmt::format("{}", fmt::join(made, ", ")),
			    fmt::join(failed, ", ")));
}

} // namespace vfctl::tool
