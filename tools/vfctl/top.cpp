// SPDX-License-Identifier: GPL-2.0-only
#include "command.hpp"

#include <cstdint>
#include <cstdlib>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <unistd.h>

#include "input.hpp"
#include "selection.hpp"
#include "top_live.hpp"
#include "top_printed.hpp"

namespace vfctl::tool {
namespace {

struct settings {
	std::vector<std::string> devices;
	std::string interval = "1s";
	std::uint64_t count = 0;
	bool batch = false;
};

/// Whether there is somebody to look at a screen and to press keys.
bool is_interactive(const context& ctx)
{
	const char* term = std::getenv("TERM");
	return ::isatty(::fileno(ctx.out)) != 0 && ::isatty(STDIN_FILENO) != 0 && term && *term &&
	       std::string_view(term) != "dumb";
}

void top(context& ctx, const settings& s)
{
	top_view view;
	view.interval = read_time(s.interval);
	if (view.interval < top_view::shortest || view.interval > top_view::longest)
		throw input_error("the interval of top is from 100ms to 1min, not " + s.interval);
	top_source source(ctx, selection(s.devices));
	if (s.batch || ctx.output.json || !is_interactive(ctx))
		print_top(ctx, source, view, s.count);
	else
		show_top(ctx, source, view, s.count);
}

} // namespace

void add_top(CLI::App& app, context& ctx)
{
	CLI::App& command = add_command(
		app, "top", "Show live what VFs send and receive",
		"vfctl top\nvfctl top eth0 --interval 500ms\nvfctl top --batch --count 1");
	const auto s = std::make_shared<settings>();
	command.add_option("DEV", s->devices, "VFs, or PFs for all of theirs; all if none is given")
		->option_text("...");
	command.add_option("-i,--interval", s->interval, "between frames, 100ms to 1min; 1s")
		->option_text("TIME");
	command.add_option("-c,--count", s->count, "end after so many frames")
		->option_text("N")
		->check(CLI::PositiveNumber);
	command.add_flag("-b,--batch", s->batch, "print frames as text, as into a pipe");
	command.callback([&ctx, s] { top(ctx, *s); });
}

} // namespace vfctl::tool
