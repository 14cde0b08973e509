// SPDX-License-Identifier: GPL-2.0-only
#include "command.hpp"

#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/core.h>

#include <vfctl/error.hpp>

#include "input.hpp"
#include "table.hpp"
#include "units.hpp"

namespace vfctl::tool {

namespace {

struct arguments {
	std::string pf;
	std::optional<std::chrono::milliseconds> time;
};

json interval_json(const pf_info& pf)
{
	json result = {{"pf", pf.name}};
	if (pf.interval)
		result["interval_ms"] = pf.interval->count();
	return result;
}

void print_all(context& ctx, const std::vector<pf_info>& pfs)
{
	json list = json::array();
	table lines({{.title = "PF"}, {.title = "INTERVAL", .side = align::right, .always = true}});
	for (const auto& pf : pfs) {
		list.push_back(interval_json(pf));
		lines.add({pf.name, show_time(pf.interval, ctx.output.raw)});
	}
	if (ctx.output.json)
		ctx.print_json(list);
	else
		ctx.print(lines);
}

void print_one(context& ctx, const pf_info& pf)
{
	if (ctx.output.json) {
		print_all(ctx, {pf});
		return;
	}
	if (!pf.interval) {
		throw error(fmt::format("get the sampling interval of {}", pf.name),
			    std::make_error_code(std::errc::operation_not_supported),
			    "without the module vfctl, counters are read from the driver when "
			    "they are asked for");
	}
	ctx.print(show_time(pf.interval, ctx.output.raw) + '\n');
}

void set_interval(context& ctx, const std::string& pf, std::chrono::milliseconds time)
{
	try {
		ctx.client().set_interval(pf, time);
	} catch (const error& e) {
		if (e.code() != std::errc::result_out_of_range)
			throw;
		// The kernel's policy has no more to say than "integer out of range".
		throw error(e.operation(), e.code(), e.message() + ": it is from 10ms to 10s",
			    e.attribute(), e.from_kernel());
	}
}

void interval(context& ctx, const arguments& args)
{
	if (args.time)
		set_interval(ctx, args.pf, *args.time);
	else if (args.pf.empty())
		print_all(ctx, ctx.client().pfs());
	else
		print_one(ctx, ctx.client().pf(args.pf));
}

} // namespace

void add_interval(CLI::App& app, context& ctx)
{
	CLI::App& command = add_command(app, "interval", "Show or set how often counters are read",
					"vfctl interval\n"
					"vfctl interval eth0 100ms");
	const auto args = std::make_shared<arguments>();
	command.add_option("PF", args->pf, "the PF")->option_text(" ");
	command.add_option_function<std::string>(
		       "TIME", [args](const std::string& text) { args->time = read_time(text); },
		       "from 10ms to 10s")
		->option_text(" ");
	command.callback([&ctx, args] { interval(ctx, *args); });
}

} // namespace vfctl::tool
