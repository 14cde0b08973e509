// SPDX-License-Identifier: GPL-2.0-only
#include "top_printed.hpp"

#include <chrono>
#include <string>

#include <sys/ioctl.h>
#include <unistd.h>

#include "stop_signals.hpp"
#include "time_of_day.hpp"
#include "top_bar.hpp"
#include "top_json.hpp"
#include "top_layout.hpp"

namespace vfctl::tool {
namespace {

/// Of a terminal that scrolls; nothing where it is a pipe or file.
std::optional<std::size_t> columns_of(std::FILE* file)
{
	winsize size{};
	if (::ioctl(::fileno(file), TIOCGWINSZ, &size) != 0 || size.ws_col == 0)
		return std::nullopt;
	return size.ws_col;
}

std::string as_text(const top_frame& frame)
{
	std::string out;
	for (const auto& line : frame.lines)
		out += line.text() + '\n';
	return out;
}

void print_frame(context& ctx, top_model& model, const top_view& view, bool first)
{
	const auto at = std::chrono::system_clock::now();
	sort_rows(model.rows, view);
	if (ctx.output.json) {
		ctx.print_json(to_json(model, at));
	} else {
		const top_surface on{.columns = columns_of(ctx.out),
				     .lines = std::nullopt,
				     .unicode = is_unicode(),
				     .raw = ctx.output.raw,
				     .time = date_and_time(at)};
		ctx.print((first ? "" : "\n") + as_text(render(model, view, on)));
	}
	ctx.flush();
}

} // namespace

void print_top(context& ctx, top_source& source, top_view view, std::uint64_t count)
{
	stop_signals stop;
	auto next = std::chrono::steady_clock::now();
	source.read();
	for (std::uint64_t frame = 0; count == 0 || frame < count; ++frame) {
		next += view.interval;
		if (!stop.wait_until(next))
			return;
		auto model = source.read();
		print_frame(ctx, model, view, frame == 0);
	}
}

} // namespace vfctl::tool
