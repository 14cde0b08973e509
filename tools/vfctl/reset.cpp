// SPDX-License-Identifier: GPL-2.0-only
#include "command.hpp"

#include <memory>
#include <set>
#include <string>
#include <utility>
#include <vector>

#include "input.hpp"
#include "limit_change.hpp"

namespace vfctl::tool {

namespace {

struct arguments {
	std::vector<std::string> devices;
	bool all = false;
};

// Each VF once, also where it was named twice.
std::vector<vf_info> named_vfs(client& from, const std::vector<std::string>& devices)
{
	std::set<std::pair<std::uint32_t, std::uint32_t>> seen;
	std::vector<vf_info> result;
	for (const auto& device : devices) {
		for (auto& vf : find_vfs(from, device)) {
			if (seen.emplace(vf.pf_index, vf.number).second)
				result.push_back(std::move(vf));
		}
	}
	return result;
}

void reset(context& ctx, const arguments& args)
{
	if (args.all != args.devices.empty())
		throw input_error("reset takes devices, or --all for all VFs");
	const limits none{.hard = rate::none(), .soft = rate::none(), .min = rate::none()};
	std::vector<limit_change> changes;
	for (auto& vf : args.all ? ctx.client().vfs(vf_presence::any)
				 : named_vfs(ctx.client(), args.devices)) {
		limit_change change = change_to(std::move(vf), none);
		if (!change.empty())
			changes.push_back(std::move(change));
	}
	make_changes(ctx, changes, "reset");
}

} // namespace

void add_reset(CLI::App& app, context& ctx)
{
	CLI::App& command = add_command(app, "reset", "Remove all limits of VFs",
					"vfctl reset veth0.1 eth0/2\n"
					"vfctl reset eth0\n"
					"vfctl reset --all");
	const auto args = std::make_shared<arguments>();
	command.add_option("DEV", args->devices, "VFs, or PFs for all of their VFs")
		->option_text(" ...")
		->take_all();
	command.add_flag("-a,--all", args->all, "all VFs of all PFs")->disable_flag_override();
	command.callback([&ctx, args] { reset(ctx, *args); });
}

} // namespace vfctl::tool
