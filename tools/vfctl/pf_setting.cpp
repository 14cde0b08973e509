// SPDX-License-Identifier: GPL-2.0-only
#include "pf_setting.hpp"

#include <system_error>

#include <fmt/core.h>

#include <vfctl/error.hpp>

namespace vfctl::tool {

void print_setting(context& ctx, const pf_setting& what, const std::vector<pf_info>& pfs)
{
	json list = json::array();
	table lines({{.title = "PF"}, what.title});
	for (const auto& pf : pfs) {
		list.push_back(what.as_json(pf));
		lines.add({pf.name, what.as_text(pf, ctx.output.raw)});
	}
	if (ctx.output.json)
		ctx.print_json(list);
	else
		ctx.print(lines);
}

void print_setting(context& ctx, const pf_setting& what, const pf_info& pf)
{
	if (ctx.output.json) {
		print_setting(ctx, what, std::vector{pf});
		return;
	}
	const std::string text = what.as_text(pf, ctx.output.raw);
	if (text.empty()) {
		throw error(fmt::format("get {} of {}", what.name, pf.name),
			    std::make_error_code(std::errc::operation_not_supported), what.unknown);
	}
	ctx.print(text + '\n');
}

} // namespace vfctl::tool
