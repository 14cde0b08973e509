// SPDX-License-Identifier: GPL-2.0-only
#include "command.hpp"

#include <memory>
#include <string>
#include <system_error>

#include <fmt/core.h>

#include <vfctl/error.hpp>

#include "input.hpp"
#include "pf_setting.hpp"
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

std::string interval_text(const pf_info& pf, bool raw)
{
	return show_time(pf.interval, raw);
}

const pf_setting setting = {
	.title = {.title = "INTERVAL", .side = align::right, .always = true},
	.as_json = interval_json,
	.as_text = interval_text,
	.name = "the sampling interval",
	.unknown =
		"without the module vfctl, counters are read from the driver when they are asked "
		"for",
};

void set_interval(context& ctx, const std::string& pf, std::chrono::milliseconds time)
{
	try {
		ctx.client().set_interval(pf, time);
	} catch (const error& e) {
		if (e.code() != std::errc::result_out_of_range)
			throw;
		// The kernel's policy has no more to say than "integer out of range".
		throw error(e.operation(), e.code(), e.message() + ": it is from 10ms to 10s",
			    e.attribute(), e.refused_by());
	}
}

void interval(context& ctx, const arguments& args)
{
	if (args.time)
		set_interval(ctx, args.pf, *args.time);
	else if (args.pf.empty())
		print_setting(ctx, setting, ctx.client().pfs());
	else
		print_setting(ctx, setting, ctx.client().pf(args.pf));
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
