// SPDX-License-Identifier: GPL-2.0-only
#include "run.hpp"

#include <algorithm>
#include <exception>
#include <system_error>
#include <utility>

#include <fmt/core.h>

#include <vfctl/error.hpp>

#include "input.hpp"
#include "usage.hpp"

namespace vfctl::tool {

namespace {

constexpr int status_usage = 1;
constexpr int status_failed = 2;

template <typename T>
T choice(const std::string& option, const std::string& text,
	 std::initializer_list<std::pair<const char*, T>> choices)
{
	std::string all;
	for (const auto& [name, value] : choices) {
		if (text == name)
			return value;
		all += fmt::format("{}{}", all.empty() ? "" : ", ", name);
	}
	throw input_error(fmt::format("{} takes one of {}, not '{}'", option, all, text));
}

void add_global_options(CLI::App& app, context& ctx)
{
	app.add_flag("-j,--json", ctx.output.json, "JSON, in base units; see vfctl(8)")
		->disable_flag_override();
	app.add_flag_callback(
		   "-p,--pretty", [&ctx] { ctx.output.json = ctx.output.pretty = true; },
		   "JSON over several lines")
		->disable_flag_override();
	app.add_flag("--raw", ctx.output.raw, "numbers in base units and in full")
		->disable_flag_override();
	app.add_option_function<std::string>(
		   "--color",
		   [&ctx](const std::string& text) {
			   ctx.output.colour = wants_colour(
				   choice<colour_choice>("--color", text,
							 {{"auto", colour_choice::automatic},
							  {"always", colour_choice::always},
							  {"never", colour_choice::never}}),
				   ctx.out);
		   },
		   "auto, always or never")
		->option_text("WHEN");
	app.add_option_function<std::string>(
		   "--backend",
		   [&ctx](const std::string& text) {
			   ctx.backend =
				   choice<backend_type>("--backend", text,
							{{"auto", backend_type::automatic},
							 {"module", backend_type::module},
							 {"rtnetlink", backend_type::rtnetlink}});
		   },
		   "auto, module or rtnetlink: how to ask the kernel")
		->option_text("WHAT");
	app.set_version_flag("-V,--version", "vfctl " VFCTL_VERSION, "print the version");
}

void add_commands(CLI::App& app, context& ctx)
{
	add_list(app, ctx);
	add_show(app, ctx);
	add_rate(app, ctx);
	add_stats(app, ctx);
	add_top(app, ctx);
	add_monitor(app, ctx);
	add_save(app, ctx);
	add_restore(app, ctx);
	add_reset(app, ctx);
	add_interval(app, ctx);
	add_keep_limits(app, ctx);
	add_controller(app, ctx);
	add_complete(app, ctx);
}

void describe(CLI::App& app)
{
	app.name("vfctl");
	app.description("Counters and transmit-rate limits of SR-IOV Virtual Functions.");
	app.footer(
		"DEV is the device of a VF (veth0.1), a PF and a number (eth0/1), or a PCI\n"
		"address (0000:01:10.2). Where the module vfctl is not loaded, rtnetlink is used,\n"
		"without soft limits, sampled counters and events.\n\n"
		"Examples:\n"
		"  vfctl list\n"
		"  vfctl rate veth0.1 500mbit\n"
		"  vfctl stats eth0 --interval 1s");
	app.get_formatter()->column_width(28);
	app.get_formatter()->label("SUBCOMMAND", "COMMAND");
	app.get_formatter()->label("Positionals", "Arguments");
	// What is given again replaces what was given before.
	app.option_defaults()->multi_option_policy(CLI::MultiOptionPolicy::TakeLast);
	app.require_subcommand(1, 1);
}

std::string with_hint(const error& e)
{
	std::string sentence = e.what();
	if (e.code() == std::errc::operation_not_permitted)
		sentence += " (this needs CAP_NET_ADMIN, as root has it on the host)";
	return sentence;
}

// Whether it is only that nobody reads any more, as after `| head`.
bool is_end_of_reading(const std::exception& e)
{
	const auto* failed = dynamic_cast<const output_error*>(&e);
	return failed != nullptr && failed->code() == std::errc::broken_pipe;
}

int parse_and_run(CLI::App& app, std::vector<std::string> args, context& ctx)
{
	try {
		// It takes them from the end.
		std::reverse(args.begin(), args.end());
		app.parse(std::move(args));
	} catch (const CLI::CallForVersion& version) {
		ctx.print(std::string(version.what()) + '\n');
	} catch (const CLI::Success&) {
		ctx.print(app.help());
	} catch (const CLI::ParseError& e) {
		ctx.note(sentence_for(app, e));
		return status_usage;
	}
	ctx.flush();
	return 0;
}

} // namespace

int run(std::vector<std::string> args, context& ctx)
{
	CLI::App app;
	describe(app);
	add_global_options(app, ctx);
	add_commands(app, ctx);
	ctx.output.colour = wants_colour(colour_choice::automatic, ctx.out);
	try {
		return parse_and_run(app, std::move(args), ctx);
	} catch (const error& e) {
		ctx.note(with_hint(e));
	} catch (const std::exception& e) {
		if (is_end_of_reading(e))
			return 0;
		ctx.note(e.what());
	}
	return status_failed;
}

} // namespace vfctl::tool
