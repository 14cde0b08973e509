// SPDX-License-Identifier: GPL-2.0-only
#include "command.hpp"

#include <memory>
#include <string>
#include <vector>

#include <fmt/core.h>

#include "state.hpp"
#include "table.hpp"
#include "units.hpp"

namespace vfctl::tool {

namespace {

std::optional<std::string> driver_of(const context& ctx, const vf_info& vf)
{
	return vf.bus_address ? ctx.driver_of(*vf.bus_address) : std::nullopt;
}

table as_table(const context& ctx, const std::vector<vf_info>& vfs)
{
	table result({
		{.title = "PF"},
		{.title = "VF", .side = align::right},
		{.title = "DEVICE"},
		{.title = "PCI ADDRESS"},
		{.title = "MAC"},
		{.title = "DRIVER"},
		{.title = "HARD", .side = align::right},
		{.title = "SOFT", .side = align::right},
		{.title = "MIN", .side = align::right},
		{.title = "EFFECTIVE", .side = align::right},
		{.title = "STATE"},
	});
	const bool raw = ctx.output.raw;
	for (const auto& vf : vfs) {
		result.add({vf.pf_name, fmt::format("{}", vf.number), vf.name.value_or(""),
			    vf.bus_address.value_or(""), vf.mac ? to_string(*vf.mac) : "",
			    driver_of(ctx, vf).value_or(""), show_limit(vf.hard, raw),
			    show_limit(vf.soft, raw), show_limit(vf.min, raw),
			    show_limit(vf.effective, raw), state_cell(vf)});
	}
	return result;
}

void list(context& ctx, const std::string& pf)
{
	const auto vfs = pf.empty() ? ctx.client().vfs(vf_presence::any)
				    : ctx.client().vfs(pf, vf_presence::any);
	if (!ctx.output.json) {
		ctx.print(as_table(ctx, vfs));
		return;
	}
	json all = json::array();
	for (const auto& vf : vfs)
		all.push_back(to_json(vf, driver_of(ctx, vf)));
	ctx.print_json(all);
}

} // namespace

void add_list(CLI::App& app, context& ctx)
{
	CLI::App& command = add_command(app, "list", "List VFs and their limits",
					"vfctl list\nvfctl list eth0 --json");
	const auto pf = std::make_shared<std::string>();
	command.add_option("PF", *pf, "only the VFs of this PF")->option_text(" ");
	command.callback([&ctx, pf] { list(ctx, *pf); });
}

} // namespace vfctl::tool
