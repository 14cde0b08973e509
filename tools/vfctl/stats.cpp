// SPDX-License-Identifier: GPL-2.0-only
#include "command.hpp"

#include <charconv>
#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/core.h>

#include "input.hpp"
#include "stop_signals.hpp"
#include "table.hpp"
#include "traffic.hpp"
#include "units.hpp"

namespace vfctl::tool {

namespace {

struct arguments {
	std::string device;
	std::optional<std::chrono::milliseconds> interval;
	std::optional<std::uint64_t> count;
};

// Which VFs: all, those of a PF, or one.
using target = std::variant<std::monostate, pf_ref, vf_ref>;

target find_target(context& ctx, const std::string& device)
{
	if (device.empty())
		return {};
	const auto found = find_device(ctx.client(), device);
	if (const auto* pf = std::get_if<pf_info>(&found))
		return pf_ref(*pf);
	return vf_ref(std::get<vf_info>(found));
}

void read(client& from, const target& which, std::vector<vf_stats>& into)
{
	if (const auto* pf = std::get_if<pf_ref>(&which))
		from.stats(into, *pf);
	else if (const auto* vf = std::get_if<vf_ref>(&which))
		into.assign(1, from.stats(*vf));
	else
		from.stats(into);
}

column number(const char* title, bool always = false, std::size_t least = 0)
{
	return {.title = title, .side = align::right, .always = always, .least = least};
}

// 0 is as good as nothing: only one that is not is worth a column.
std::string unless_zero(const std::optional<std::uint32_t>& value)
{
	return value.value_or(0) == 0 ? "" : fmt::format("{}", *value);
}

table totals(const context& ctx, const std::vector<vf_stats>& all)
{
	table result({{.title = "DEVICE"},
		      number("RX PKTS", true),
		      number("RX BYTES", true),
		      number("MCAST"),
		      number("BCAST"),
		      number("DROP"),
		      number("TX PKTS", true),
		      number("TX BYTES", true),
		      number("DROP"),
		      number("LOOP RX"),
		      number("LOOP TX"),
		      number("AGE"),
		      number("RESETS"),
		      number("GAPS")});
	const bool raw = ctx.output.raw;
	const auto now = ctx.now();
	for (const auto& one : all) {
		const auto count = [&](counter c) {
			return show_count(one.counters[c], raw);
		};
		const auto age = one.time ? std::optional<std::chrono::nanoseconds>(now - *one.time)
					  : std::nullopt;
		result.add({label(one), count(counter::rx_packets), count(counter::rx_bytes),
			    count(counter::rx_multicast), count(counter::rx_broadcast),
			    count(counter::rx_dropped), count(counter::tx_packets),
			    count(counter::tx_bytes), count(counter::tx_dropped),
			    count(counter::rx_loopback_bytes), count(counter::tx_loopback_bytes),
			    show_age(age, raw), unless_zero(one.resets), unless_zero(one.gaps)});
	}
	return result;
}

void print_totals(context& ctx, const std::vector<vf_stats>& all)
{
	if (!ctx.output.json) {
		ctx.print(totals(ctx, all));
		return;
	}
	const auto now = ctx.now();
	json list = json::array();
	for (const auto& one : all)
		list.push_back(to_json(one, now));
	ctx.print_json(list);
}

// Prints what VFs move per second, again and again.
class rate_report {
public:
	explicit rate_report(context& ctx) : ctx_(ctx) {}

	// The first samples, from which the first figures will count.
	void begin(const std::vector<vf_stats>& all)
	{
		for (const auto& one : all)
			meter_.update(one, ctx_.now());
	}

	void print(const std::vector<vf_stats>& all)
	{
		if (ctx_.output.json)
			print_json(all);
		else
			print_table(all);
		ctx_.flush();
	}

private:
	// Headings come again when the last ones have left a screen of 24 lines.
	static constexpr std::size_t lines_between_headings = 20;

	void print_json(const std::vector<vf_stats>& all)
	{
		const auto now = ctx_.now();
		json list = json::array();
		for (const auto& one : all) {
			list.push_back(to_json(one, now));
			if (const auto figures = meter_.update(one, now))
				add(list.back(), *figures);
		}
		ctx_.print_json(list);
	}

	void print_table(const std::vector<vf_stats>& all)
	{
		const bool raw = ctx_.output.raw;
		const std::size_t width = raw ? 12 : 0; // 100 Gbit/s
		table lines({{.title = "DEVICE"},
			     number("RX BIT/S", true, width),
			     number("TX BIT/S", true, width),
			     number("RX PKT/S", true, width),
			     number("TX PKT/S", true, width)});
		const auto now = ctx_.now();
		for (const auto& one : all) {
			const traffic t = meter_.update(one, now).value_or(traffic{});
			lines.add({label(one), show_per_second(t.rx_bits, raw),
				   show_per_second(t.tx_bits, raw),
				   show_per_second(t.rx_packets, raw),
				   show_per_second(t.tx_packets, raw)});
		}
		const bool several = all.size() > 1;
		if (several && printed_ > 0)
			ctx_.print("\n");
		const bool headings = several || printed_ % lines_between_headings == 0;
		ctx_.print(lines.render(ctx_.output.colour, headings));
		++printed_;
	}

	context& ctx_;
	traffic_meter meter_;
	std::size_t printed_ = 0;
};

// Where the card is read less often than we print, the same figures come again.
void note_slow_sampling(context& ctx, const target& which, std::chrono::milliseconds interval)
{
	if (!std::holds_alternative<pf_ref>(which))
		return;
	const pf_info pf = ctx.client().pf(std::get<pf_ref>(which));
	if (pf.interval && *pf.interval > interval) {
		ctx.note(fmt::format("the counters of {} are read every {}: figures repeat between "
				     "(see vfctl interval)",
				     pf.name, show_time(pf.interval, false)));
	}
}

void repeat(context& ctx, const target& which, const arguments& args)
{
	stop_signals stop;
	std::vector<vf_stats> all;
	rate_report report(ctx);
	note_slow_sampling(ctx, which, *args.interval);
	auto next = context::clock::now();
	read(ctx.client(), which, all);
	report.begin(all);
	for (std::uint64_t done = 0; !args.count || done < *args.count; ++done) {
		next += *args.interval;
		if (!stop.wait_until(next))
			return;
		read(ctx.client(), which, all);
		report.print(all);
	}
}

void stats(context& ctx, const arguments& args)
{
	if (args.count && !args.interval)
		throw input_error("--count needs --interval");
	const target which = find_target(ctx, args.device);
	if (args.interval) {
		repeat(ctx, which, args);
		return;
	}
	std::vector<vf_stats> all;
	read(ctx.client(), which, all);
	print_totals(ctx, all);
}

std::uint64_t read_count(const std::string& text)
{
	std::uint64_t count = 0;
	const char* end = text.data() + text.size();
	const auto [rest, code] = std::from_chars(text.data(), end, count);
	if (code != std::errc() || rest != end || count == 0)
		throw input_error(
			fmt::format("--count takes a whole number above 0, not '{}'", text));
	return count;
}

} // namespace

void add_stats(CLI::App& app, context& ctx)
{
	CLI::App& command = add_command(app, "stats", "Show counters, or traffic per second",
					"vfctl stats\n"
					"vfctl stats eth0 --interval 1s\n"
					"vfctl stats veth0.1 --interval 500ms --count 10 --json");
	const auto args = std::make_shared<arguments>();
	command.add_option("DEV", args->device, "a VF, or a PF for all of its VFs")
		->option_text(" ");
	command.add_option_function<std::string>(
		       "-i,--interval",
		       [args](const std::string& text) { args->interval = read_time(text); },
		       "print bit/s and packets/s so often: 100ms, 1s")
		->option_text("TIME");
	command.add_option_function<std::string>(
		       "-c,--count",
		       [args](const std::string& text) { args->count = read_count(text); },
		       "end after so many times")
		->option_text("N");
	command.callback([&ctx, args] { stats(ctx, *args); });
}

} // namespace vfctl::tool
