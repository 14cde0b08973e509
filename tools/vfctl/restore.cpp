// SPDX-License-Identifier: GPL-2.0-only
#include "command.hpp"

#include <memory>
#include <string>
#include <system_error>
#include <vector>

#include <fmt/core.h>

#include "atomic_file.hpp"
#include "input.hpp"
#include "saved_limits.hpp"

namespace vfctl::tool {

namespace {

struct arguments {
	std::string path;
	bool dry_run = false;
	bool ignore_missing = false;
	bool verbose = false;
};

std::string content_of(const std::string& path)
{
	try {
		return read_file(path);
	} catch (const std::system_error& e) {
		throw input_error(e.what());
	}
}

// All changes, or all reasons why there will be none.
std::vector<limit_change> plan_of(context& ctx, const arguments& args)
{
	std::vector<std::string> problems;
	const auto saved = from_file(content_of(args.path), problems);
	std::vector<limit_change> changes;
	if (!saved.empty())
		changes = plan(saved, ctx.client().vfs(vf_presence::any), args.ignore_missing,
			       problems);
	if (problems.empty())
		return changes;
	for (const auto& problem : problems)
		ctx.note(fmt::format("{}: {}", args.path, problem));
	throw input_error(fmt::format("{} is not restored, nothing was changed", args.path));
}

void print_changes(context& ctx, const std::vector<limit_change>& changes)
{
	json list = json::array();
	for (const auto& change : changes) {
		if (ctx.output.json)
			list.push_back(to_json(change));
		else
			ctx.print(describe(change, ctx.output.raw) + '\n');
	}
	if (ctx.output.json)
		ctx.print_json(list);
}

void restore(context& ctx, const arguments& args)
{
	const auto changes = plan_of(ctx, args);
	if (args.dry_run || args.verbose)
		print_changes(ctx, changes);
	if (!args.dry_run)
		make_changes(ctx, changes, "restored");
}

} // namespace

void add_restore(CLI::App& app, context& ctx)
{
	CLI::App& command = add_command(app, "restore", "Set limits as they stand in a saved file",
					"vfctl restore /etc/vfctl/limits.json\n"
					"vfctl restore --dry-run limits.json");
	const auto args = std::make_shared<arguments>();
	command.add_option("FILE", args->path, "written by vfctl save; - for stdin")
		->required()
		->option_text(" ");
	command.add_flag("-n,--dry-run", args->dry_run, "print what would change, change nothing")
		->disable_flag_override();
	command.add_flag("-f,--force,--ignore-missing", args->ignore_missing,
			 "pass over VFs that do not exist")
		->disable_flag_override();
	command.add_flag("-v,--verbose", args->verbose, "print what changes")
		->disable_flag_override();
	command.callback([&ctx, args] { restore(ctx, *args); });
}

} // namespace vfctl::tool
