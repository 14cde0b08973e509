// SPDX-License-Identifier: GPL-2.0-only
#include <vfctl/monitor.hpp>

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>
#include <poll.h>

#include "command.hpp"
#include "input.hpp"
#include "monitor_output.hpp"
#include "selection.hpp"
#include "stop_signals.hpp"

namespace vfctl::tool {
namespace {

using std::chrono::steady_clock;

struct settings {
	std::vector<std::string> devices;
	std::string timeout;
	std::uint64_t count = 0; ///< 0 is no end
	bool stats = false;
	bool snapshot = false;
};

/// Milliseconds for poll(), not less than what is left.
int poll_time(std::optional<steady_clock::time_point> until)
{
	using std::chrono::milliseconds;
	if (!until)
		return -1;
	const auto left = std::chrono::ceil<milliseconds>(*until - steady_clock::now());
	return static_cast<int>(std::clamp(left, milliseconds(0), milliseconds(3'600'000)).count());
}

/// Until there may be an event.
/// \return false where there is to be an end: a signal, the time, or that nobody reads any more
bool wait(const monitor& source, const stop_signals& stop, std::FILE* out,
	  std::optional<steady_clock::time_point> until)
{
	for (;;) {
		// A pipe without a reader is an error of its writing end, whether there is
		// something to write or not.
		std::array<pollfd, 3> of = {{{.fd = source.fd(), .events = POLLIN, .revents = 0},
					     {.fd = stop.fd(), .events = POLLIN, .revents = 0},
					     {.fd = ::fileno(out), .events = 0, .revents = 0}}};
		const int ready = ::poll(of.data(), of.size(), poll_time(until));
		if (ready < 0 && errno != EINTR)
			throw std::system_error(errno, std::generic_category(), "poll");
		if (ready <= 0) {
			if (until && steady_clock::now() >= *until)
				return false;
			continue;
		}
		return of[1].revents == 0 && of[2].revents == 0;
	}
}

void watch(context& ctx, monitor& source, monitor_output& output, const settings& s)
{
	stop_signals stop;
	std::optional<steady_clock::time_point> until;
	if (!s.timeout.empty())
		until = steady_clock::now() + read_time(s.timeout);
	std::uint64_t told = 0;
	do {
		while (const auto e = source.next()) {
			if (output.tell(*e, std::chrono::system_clock::now()) && ++told == s.count)
				return;
		}
	} while (wait(source, stop, ctx.out, until));
}

void run(context& ctx, const settings& s)
{
	if (ctx.backend == backend_type::rtnetlink)
		throw input_error("monitor needs the module vfctl: rtnetlink tells of no changes");
	if (!s.timeout.empty())
		read_time(s.timeout);
	selection wanted(s.devices);
	// A snapshot in any case: it has what a PF was before its first change.
	monitor source({.config = true, .stats = s.stats, .snapshot = true});
	monitor_output output(ctx, std::move(wanted), s.snapshot);
	if (!s.devices.empty()) {
		const auto& unknown = output.resolve(ctx.client());
		if (!unknown.empty())
			ctx.note(fmt::format("there is no PF or VF {} now; waiting for it",
					     fmt::join(unknown, ", ")));
	}
	watch(ctx, source, output, s);
}

} // namespace

void add_monitor(CLI::App& app, context& ctx)
{
	CLI::App& command = add_command(app, "monitor", "Print changes as they happen",
					"vfctl monitor\nvfctl monitor eth0 --json\nvfctl monitor "
					"veth0.1 --stats --timeout 1min");
	const auto s = std::make_shared<settings>();
	command.add_option("DEV", s->devices, "PFs and VFs; all if none is given")
		->option_text("...");
	command.add_flag("--stats", s->stats, "samples of the counters as well");
	command.add_flag("--snapshot", s->snapshot, "begin with what there is");
	command.add_option("-c,--count", s->count, "end after so many events")
		->option_text("N")
		->check(CLI::PositiveNumber);
	command.add_option("--timeout", s->timeout, "end after that time")->option_text("TIME");
	command.callback([&ctx, s] { run(ctx, *s); });
}

} // namespace vfctl::tool
