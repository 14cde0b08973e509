// SPDX-License-Identifier: GPL-2.0-only
#include "command.hpp"

#include <memory>
#include <string>
#include <vector>

#include <vfctl/error.hpp>

#include "input.hpp"

namespace vfctl::tool {

namespace {

void print_line(context& ctx, const std::string& word)
{
	ctx.print(word + '\n');
}

std::vector<const CLI::App*> all_commands(const CLI::App& app)
{
	return app.get_subcommands([](const CLI::App*) { return true; });
}

void print_options(context& ctx, const CLI::App& of)
{
	for (const CLI::Option* option : of.get_options()) {
		for (const auto& name : option->get_lnames())
			print_line(ctx, "--" + name);
		for (const auto& name : option->get_snames())
			print_line(ctx, "-" + name);
	}
}

void print_commands(context& ctx, const CLI::App& app)
{
	for (const CLI::App* command : all_commands(app)) {
		if (!command->get_group().empty())
			print_line(ctx, command->get_name());
	}
}

void print_vfs(context& ctx)
{
	for (const auto& vf : ctx.client().vfs()) {
		if (vf.name)
			print_line(ctx, *vf.name);
		print_line(ctx, numbered(vf.pf_name, vf.number));
		if (vf.bus_address)
			print_line(ctx, *vf.bus_address);
	}
}

void print_pfs(context& ctx)
{
	for (const auto& pf : ctx.client().pfs())
		print_line(ctx, pf.name);
}

void complete(context& ctx, const CLI::App& app, const std::string& what,
	      const std::string& command)
{
	if (what == "commands") {
		print_commands(ctx, app);
	} else if (what == "options") {
		print_options(ctx, app);
		for (const CLI::App* sub : all_commands(app)) {
			if (sub->get_name() == command)
				print_options(ctx, *sub);
		}
	} else if (what == "vfs") {
		print_vfs(ctx);
	} else if (what == "pfs") {
		print_pfs(ctx);
	} else {
		throw input_error("complete takes commands, options, vfs or pfs");
	}
}

} // namespace

void add_complete(CLI::App& app, context& ctx)
{
	CLI::App& command = add_command(app, "complete", "Print words for a shell to complete",
					"vfctl complete vfs");
	command.group("");
	struct arguments {
		std::string what;
		std::string command;
	};
	const auto args = std::make_shared<arguments>();
	command.add_option("WHAT", args->what, "commands, options, vfs or pfs")
		->required()
		->option_text(" ");
	command.add_option("COMMAND", args->command, "whose options")->option_text(" ");
	command.callback([&ctx, &app, args] { complete(ctx, app, args->what, args->command); });
}

} // namespace vfctl::tool
