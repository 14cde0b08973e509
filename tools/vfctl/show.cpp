// SPDX-License-Identifier: GPL-2.0-only
#include "command.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <fmt/core.h>
#include <fmt/ranges.h>

#include <vfctl/error.hpp>

#include "input.hpp"
#include "state.hpp"
#include "table.hpp"
#include "text.hpp"
#include "units.hpp"

namespace vfctl::tool {

namespace {

// Names and values, of which those are left out that are not known.
class properties {
public:
	void add(const char* name, cell value)
	{
		if (!value.text.empty())
			lines_.add({std::string("  ") + name, std::move(value)});
	}

	std::string render(bool colour) const { return lines_.render(colour, false); }

private:
	table lines_{{{}, {}}};
};

struct counter_pair {
	const char* name;
	counter rx;
	std::optional<counter> tx;
};

constexpr std::array counter_pairs = {
	counter_pair{.name = "packets", .rx = counter::rx_packets, .tx = counter::tx_packets},
	counter_pair{.name = "bytes", .rx = counter::rx_bytes, .tx = counter::tx_bytes},
	counter_pair{.name = "multicast", .rx = counter::rx_multicast, .tx = std::nullopt},
	counter_pair{.name = "broadcast", .rx = counter::rx_broadcast, .tx = std::nullopt},
	counter_pair{.name = "dropped", .rx = counter::rx_dropped, .tx = counter::tx_dropped},
	counter_pair{.name = "loopback packets",
		     .rx = counter::rx_loopback_packets,
		     .tx = counter::tx_loopback_packets},
	counter_pair{.name = "loopback bytes",
		     .rx = counter::rx_loopback_bytes,
		     .tx = counter::tx_loopback_bytes},
};

table as_table(const counters& all, bool raw)
{
	table result({{.title = "  COUNTER"},
		      {.title = "RX", .side = align::right},
		      {.title = "TX", .side = align::right}});
	for (const auto& one : counter_pairs) {
		const auto rx = all[one.rx];
		const auto tx = one.tx ? all[*one.tx] : std::nullopt;
		if (rx || tx) {
			result.add({std::string("  ") + one.name, show_count(rx, raw),
				    show_count(tx, raw)});
		}
	}
	return result;
}

std::string link_text(const std::optional<rate>& speed, bool raw)
{
	return speed ? show_limit(speed, raw) : "down or unknown";
}

std::string capabilities_text(const capabilities& caps)
{
	std::vector<std::string> names;
	if (caps.stats)
		names.emplace_back("counters");
	if (caps.max_rate)
		names.emplace_back("limits");
	if (caps.min_rate)
		names.emplace_back("minimum rates");
	if (caps.guest_soft)
		names.emplace_back("soft limits set by guests");
	return names.empty() ? "none" : fmt::format("{}", fmt::join(names, ", "));
}

std::string sample_text(const context& ctx, const vf_stats& stats)
{
	if (!stats.time)
		return {};
	std::string text = show_age(ctx.now() - *stats.time, ctx.output.raw);
	text += ctx.output.raw ? " ms ago" : " ago";
	if (stats.resets.value_or(0) != 0)
		text += fmt::format("; resets of the card's counters: {}", *stats.resets);
	if (stats.gaps.value_or(0) != 0)
		text += fmt::format("; late samples: {}", *stats.gaps);
	return text;
}

// The PF may have none, as its driver counts nothing; then all else is shown.
std::optional<vf_stats> stats_of(client& from, const vf_info& vf)
{
	try {
		return from.stats(vf);
	} catch (const error& e) {
		if (e.code() == std::errc::operation_not_supported)
			return std::nullopt;
		throw;
	}
}

std::string as_text(const context& ctx, const vf_info& vf, const std::optional<std::string>& driver,
		    const std::optional<vf_stats>& stats)
{
	const bool raw = ctx.output.raw;
	properties all;
	all.add("VF", fmt::format("{} of {}", vf.number, vf.pf_name));
	all.add("PCI address", vf.bus_address.value_or(""));
	all.add("MAC", vf.mac ? to_string(*vf.mac) : "");
	all.add("driver", driver.value_or(""));
	all.add("link", link_text(vf.link_speed, raw));
	all.add("hard limit", show_limit(vf.hard, raw));
	all.add("soft limit", show_limit(vf.soft, raw));
	all.add("minimum", show_limit(vf.min, raw));
	all.add("effective", show_limit(vf.effective, raw));
	all.add("state", state_in_full(vf));
	if (vf.guest_soft)
		all.add("guest",
			*vf.guest_soft ? "may set its soft limit" : "may not set its soft limit");
	const bool colour = ctx.output.colour;
	std::string text = paint(style::heading, printable(label(vf)), colour) + '\n';
	if (!stats)
		return text + all.render(colour);
	all.add("sampled", sample_text(ctx, *stats));
	return text + all.render(colour) + as_table(stats->counters, raw).render(colour);
}

void show(context& ctx, const vf_info& vf)
{
	const auto driver = vf.bus_address ? ctx.driver_of(*vf.bus_address) : std::nullopt;
	const auto stats =
		vf.state == limit_state::absent ? std::nullopt : stats_of(ctx.client(), vf);
	if (!ctx.output.json) {
		ctx.print(as_text(ctx, vf, driver, stats));
		return;
	}
	json result = to_json(vf, driver);
	if (stats)
		result["stats"] = to_json(*stats, ctx.now());
	ctx.print_json(result);
}

// "1s", and what is kept where that is another; samples begin some milliseconds late.
std::string interval_text(const pf_info& pf, bool raw)
{
	std::string text = show_time(pf.interval, raw);
	if (!pf.interval || !pf.kept_interval || !pf.sample_time)
		return text;
	const auto late = *pf.kept_interval - *pf.interval;
	if (late > *pf.interval / 10 || late < std::chrono::milliseconds(0))
		text += fmt::format(", {} is kept", show_time(pf.kept_interval, raw));
	return text + fmt::format("; a sample takes {} us", pf.sample_time->count());
}

void show(context& ctx, const pf_info& pf)
{
	if (ctx.output.json) {
		ctx.print_json(to_json(pf));
		return;
	}
	const bool raw = ctx.output.raw;
	properties all;
	all.add("PCI address", pf.bus_address.value_or(""));
	all.add("driver", pf.driver.value_or(""));
	all.add("provider", pf.provider.value_or(""));
	all.add("VFs", pf.total_vfs ? fmt::format("{} of {}", pf.vfs, *pf.total_vfs)
				    : fmt::format("{}", pf.vfs));
	all.add("link", link_text(pf.link_speed, raw));
	all.add("interval", interval_text(pf, raw));
	if (pf.look_interval)
		all.add("changes by others", "noticed within " + show_time(pf.look_interval, raw));
	if (pf.keep_limits)
		all.add("limits", *pf.keep_limits ? "are kept when VFs go" : "go with their VFs");
	all.add("can do", pf.caps ? capabilities_text(*pf.caps) : "");
	ctx.print(paint(style::heading, printable(pf.name), ctx.output.colour) + '\n' +
		  all.render(ctx.output.colour));
}

} // namespace

void add_show(CLI::App& app, context& ctx)
{
	CLI::App& command = add_command(app, "show", "Show all that is known of a VF or a PF",
					"vfctl show veth0.1\n"
					"vfctl show eth0 --json --pretty");
	const auto device = std::make_shared<std::string>();
	command.add_option("DEV", *device, "a VF or a PF")->required()->option_text(" ");
	command.callback([&ctx, device] {
		std::visit([&ctx](const auto& found) { show(ctx, found); },
			   find_device(ctx.client(), *device));
	});
}

} // namespace vfctl::tool
