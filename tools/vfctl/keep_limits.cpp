// SPDX-License-Identifier: GPL-2.0-only
#include "command.hpp"

#include <memory>
#include <string>

#include <fmt/core.h>

#include "input.hpp"
#include "pf_setting.hpp"

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

std::string word_of(const pf_info& pf, bool /*raw*/)
{
	if (!pf.keep_limits)
		return {};
	return *pf.keep_limits ? "yes" : "no";
}

const pf_setting setting = {
	.title = {.title = "KEEPS LIMITS", .always = true},
	.as_json = keep_json,
	.as_text = word_of,
	.name = "what becomes of limits",
	.unknown = "keeping limits needs the vfctl module, which is not in use",
};

void keep_limits(context& ctx, const arguments& args)
{
	if (args.pf.empty())
		print_setting(ctx, setting, ctx.client().pfs());
	else if (args.word.empty())
		print_setting(ctx, setting, ctx.client().pf(args.pf));
	else if (args.word == "yes" || args.word == "no")
		ctx.client().set_limit_lifetime(
			args.pf, args.word == "yes" ? limit_lifetime::kept : limit_lifetime::of_vf);
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
