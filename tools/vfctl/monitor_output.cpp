// SPDX-License-Identifier: GPL-2.0-only
#include "monitor_output.hpp"

#include <utility>
#include <variant>

#include <fmt/format.h>

#include "json.hpp"
#include "time_of_day.hpp"

namespace vfctl::tool {
namespace {

std::optional<std::uint32_t> pid_of(const event& what)
{
	if (const auto* vf = std::get_if<vf_event>(&what))
		return vf->pid;
	const auto* pf = std::get_if<pf_event>(&what);
	return pf ? pf->pid : std::nullopt;
}

bool is_present(const event& what)
{
	const auto* vf = std::get_if<vf_event>(&what);
	const auto* pf = std::get_if<pf_event>(&what);
	return (vf && vf->what == change::present) || (pf && pf->what == change::present);
}

/// After these, what was known is void, and any snapshot is news.
bool begins_anew(const event& what)
{
	return std::holds_alternative<overrun_event>(what) ||
	       std::holds_alternative<gone_event>(what) || std::holds_alternative<back_event>(what);
}

} // namespace

monitor_output::monitor_output(context& ctx, selection wanted, bool snapshot)
    : ctx_(ctx), wanted_(std::move(wanted)), text_(ctx.output.raw), beginning_(!snapshot)
{}

bool monitor_output::is_wanted(const event& what)
{
	if (begins_anew(what))
		beginning_ = false;
	if (beginning_ && std::holds_alternative<synced_event>(what)) {
		beginning_ = false;
		return false;
	}
	if (beginning_ && is_present(what))
		return false;
	if (const auto* e = std::get_if<pf_event>(&what))
		return wanted_.has(e->pf);
	if (const auto* e = std::get_if<vf_event>(&what))
		return wanted_.has(e->vf);
	if (const auto* e = std::get_if<stats_event>(&what))
		return wanted_.has(e->stats);
	return true;
}

json monitor_output::as_json(const event& what, std::chrono::system_clock::time_point at,
			     const traffic& figures) const
{
	const auto ns = std::chrono::duration_cast<std::chrono::nanoseconds>(at.time_since_epoch());
	json value = {{"unix_time_ns", ns.count()}};
	value.update(to_json(what, ctx_.now()));
	if (const auto pid = pid_of(what)) {
		if (const auto name = process_name(*pid))
			value["process"] = *name;
	}
	if (figures.period > figures.period.zero())
		add(value, figures);
	return value;
}

void monitor_output::print(const event& what, std::chrono::system_clock::time_point at,
			   const traffic& figures)
{
	if (ctx_.output.json)
		ctx_.print_json(as_json(what, at, figures));
	else
		ctx_.print(fmt::format("{} {}\n", time_of_day_ms(at), text_.line(what, figures)));
	ctx_.flush();
}

bool monitor_output::tell(const event& what, std::chrono::system_clock::time_point at)
{
	const bool wanted = is_wanted(what);
	if (wanted) {
		traffic figures;
		if (const auto* sample = std::get_if<stats_event>(&what))
			figures = meter_.update(sample->stats, ctx_.now()).value_or(traffic());
		print(what, at, figures);
	}
	text_.see(what);
	return wanted;
}

} // namespace vfctl::tool
