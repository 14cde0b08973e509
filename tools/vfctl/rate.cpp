// SPDX-License-Identifier: GPL-2.0-only
#include "command.hpp"

#include <array>
#include <memory>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/core.h>

#include <vfctl/error.hpp>

#include "input.hpp"
#include "state.hpp"
#include "table.hpp"
#include "units.hpp"

namespace vfctl::tool {

namespace {

struct kind {
	std::string_view name;
	std::optional<rate> limits::*wanted;
	std::optional<rate> vf_info::*current;
};

constexpr std::array kinds = {
	kind{.name = "hard", .wanted = &limits::hard, .current = &vf_info::hard},
	kind{.name = "soft", .wanted = &limits::soft, .current = &vf_info::soft},
	kind{.name = "min", .wanted = &limits::min, .current = &vf_info::min},
};

struct arguments {
	std::string device;
	std::vector<std::string> rest; // a kind, a rate, or a kind and a rate
};

const kind* kind_named(std::string_view name)
{
	for (const auto& one : kinds) {
		if (one.name == name)
			return &one;
	}
	return nullptr;
}

void print_one(context& ctx, const vf_info& vf, const kind& which)
{
	const auto& limit = vf.*which.current;
	if (!limit) {
		throw error(fmt::format("get the {} limit of {}", which.name, label(vf)),
			    std::make_error_code(std::errc::operation_not_supported),
			    "it has none, or there is no way to know it");
	}
	ctx.print(show_limit(limit, ctx.output.raw) + '\n');
}

void print_all(context& ctx, const vf_info& vf)
{
	const bool raw = ctx.output.raw;
	table lines({{}, {}});
	const auto line = [&](const char* name, cell value) {
		if (!value.text.empty())
			lines.add({name, std::move(value)});
	};
	line("hard", show_limit(vf.hard, raw));
	line("soft", show_limit(vf.soft, raw));
	line("min", show_limit(vf.min, raw));
	line("effective", show_limit(vf.effective, raw));
	line("state", state_in_full(vf));
	ctx.print(lines.render(ctx.output.colour, false));
}

void print_limits(context& ctx, const vf_info& vf, const kind* which)
{
	if (ctx.output.json) {
		const auto driver = vf.bus_address ? ctx.driver_of(*vf.bus_address) : std::nullopt;
		ctx.print_json(to_json(vf, driver));
	} else if (which != nullptr) {
		print_one(ctx, vf, *which);
	} else {
		print_all(ctx, vf);
	}
}

// What is worth saying of a limit that was set.
std::string outcome_note(const set_result& result, const vf_ref& vf)
{
	if (!result.now)
		return unread_note(vf);
	if (result.now->state == limit_state::absent)
		return absent_note(vf);
	return pending_note(*result.now);
}

void set_limit(context& ctx, const vf_ref& vf, const kind& which, const std::string& text)
{
	std::string note;
	limits wanted;
	wanted.*which.wanted = read_rate(text, note);
	if (!note.empty())
		ctx.note(note);
	const auto result = ctx.client().set(vf, wanted, vf_presence::any);
	if (note = outcome_note(result, vf); !note.empty())
		ctx.note(note);
}

// "guest allow", "guest forbid"; without a word what it is now.
void guest_command(context& ctx, const vf_ref& vf, const arguments& args)
{
	if (args.rest.size() == 1) {
		const vf_info now = ctx.client().vf(vf);
		if (!now.guest_soft) {
			throw error(fmt::format("get what the guest of {} may", label(now)),
				    std::make_error_code(std::errc::operation_not_supported),
				    "guests have no way to set a soft limit there");
		}
		if (ctx.output.json)
			print_limits(ctx, now, nullptr);
		else
			ctx.print(*now.guest_soft ? "allow\n" : "forbid\n");
		return;
	}
	const std::string& word = args.rest.back();
	if (word != "allow" && word != "forbid") {
		throw input_error(fmt::format(
			"'{}' is nothing that a guest can be told: allow or forbid", word));
	}
	ctx.client().set_guest_permission(vf, word == "allow" ? guest_permission::allowed
							      : guest_permission::forbidden);
}

void rate_command(context& ctx, const arguments& args)
{
	const vf_ref vf = read_vf(args.device);
	if (!args.rest.empty() && args.rest.front() == "guest") {
		guest_command(ctx, vf, args);
		return;
	}
	const kind* which = args.rest.empty() ? nullptr : kind_named(args.rest.front());
	if (which == nullptr && args.rest.size() > 1) {
		throw input_error(fmt::format("'{}' is no kind of limit: hard, soft, min or guest",
					      args.rest.front()));
	}
	if (args.rest.size() == (which != nullptr ? 1 : 0))
		print_limits(ctx, ctx.client().vf(vf, vf_presence::any), which);
	else
		set_limit(ctx, vf, which != nullptr ? *which : kinds.front(), args.rest.back());
}

} // namespace

void add_rate(CLI::App& app, context& ctx)
{
	CLI::App& command = add_command(app, "rate", "Show or set the transmit-rate limits of a VF",
					"vfctl rate veth0.1\n"
					"vfctl rate veth0.1 500mbit\n"
					"vfctl rate eth0/1 soft 1.5gbit\n"
					"vfctl rate eth0/1 guest forbid\n"
					"vfctl rate 0000:01:10.2 hard none");
	const auto args = std::make_shared<arguments>();
	command.add_option("DEV", args->device, "the VF")->required()->option_text(" ");
	for (const auto& [name, help] :
	     {std::pair("KIND", "hard (where not given), soft, min or guest"),
	      std::pair("RATE", "as tc reads it: 500mbit, 1.5gbit; or none")}) {
		command.add_option_function<std::string>(
			       name,
			       [args](const std::string& text) { args->rest.push_back(text); },
			       help)
			->option_text(" ");
	}
	command.callback([&ctx, args] { rate_command(ctx, *args); });
}

} // namespace vfctl::tool
