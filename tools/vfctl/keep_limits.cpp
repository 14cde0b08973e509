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

namespace vfctl::tool {

namespace {

struct arguments {
	std::string pf;
	std::string word;
};

json keep_json(const pf_info& pf)
{
	json result = {{"pf", pf.name}};
	if (pf.keep_limits)
		result["keep_limits"] = *pf.keep_limits;
	return result;
}

std::string word_of(const pf_info& pf)
{
	if (!pf.keep_limits)
		return {};
	return *pf.keep_limits ? "yes" : "no";
}

void print(context& ctx, const std::vector<pf_info>& pfs)
{
	json list = json::array();
	table lines({{.title = "PF"}, {.title = "KEEPS LIMITS", .always = true}});
	for (const auto& pf : pfs) {
		list.push_back(keep_json(pf));
		lines.add({pf.name, word_of(pf)});
	}
	if (ctx.output.json)
		ctx.print_json(list);
	else
		ctx.print(lines);
}

void print_one(context& ctx, const pf_info& pf)
{
	if (ctx.output.json) {
		print(ctx, {pf});
		return;
	}
	if (!pf.keep_limits) {
		throw error(fmt::format("get what becomes of limits of {}", pf.name),
			    std::make_error_code(std::errc::operation_not_supported),
			    "keeping limits needs the vfctl module, which is not in use");
	}
	ctx.print(word_of(pf) + '\n');
}

void keep_limits(context& ctx, const arguments& args)
{
	if (args.pf.empty())
		print(ctx, ctx.client().pfs());
	else if (args.word.empty())
		print_one(ctx, ctx.client().pf(args.pf));
	else if (args.word == "yes" || args.word == "no")
		ctx.client().keep_limits(args.pf, args.word == "yes");
	else
		throw input_error(fmt::format("'{}' is neither yes nor no", args.word));
}

} // namespace

void add_keep_limits(CLI::App& app, context& ctx)
{
	CLI::App& command =
		add_command(app, "keep-limits", "Show or set whether limits are kept when VFs go",
			    "vfctl keep-limits\n"
			    "vfctl keep-limits eth0 no");
	const auto args = std::make_shared<arguments>();
	command.add_option("PF", args->pf, "the PF")->option_text(" ");
	command.add_option("WORD", args->word, "yes, or no: limits go with their VFs")
		->option_text(" ");
	command.callback([&ctx, args] { keep_limits(ctx, *args); });
}

} // namespace vfctl::tool
