// SPDX-License-Identifier: GPL-2.0-only
#include "top_layout.hpp"

#include <algorithm>
#include <array>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "text.hpp"
#include "top_bar.hpp"
#include "top_table.hpp"
#include "units.hpp"

namespace vfctl::tool {
namespace {

std::string_view text_or_dash(std::string_view text)
{
	return text.empty() ? "-" : text;
}

/// Cuts a frame together, line by line.
class composer {
public:
	composer(const top_model& model, const top_view& view, const top_surface& on)
	    : model_(model), view_(view), on_(on)
	{}

	top_frame compose();

private:
	void add(top_line line);
	void title();
	void pfs();
	void pf_line(const top_pf& pf, std::size_t name_width);
	void more_pfs(std::size_t from);
	void body();
	void help();
	void foot();
	void keys();
	std::size_t room() const;

	const top_model& model_;
	const top_view& view_;
	const top_surface& on_;
	top_frame frame_;
};

void composer::add(top_line line)
{
	if (on_.columns)
		line.clip(*on_.columns);
	frame_.lines.push_back(std::move(line));
}

/// Lines left for the body.
std::size_t composer::room() const
{
	if (!on_.lines)
		return SIZE_MAX;
	const std::size_t foot = 1 + (model_.status.empty() ? 0 : 1);
	const auto used = frame_.lines.size() + foot;
	return *on_.lines - std::min(*on_.lines, used);
}

void composer::title()
{
	top_line line;
	line.add("vfctl top", top_role::title);
	line.add("  " + on_.time);
	if (view_.paused)
		line.add("  ").add("PAUSED", top_role::warning);
	line.add(fmt::format("  every {}  {}  {} {}", show_time(view_.interval, false),
			     to_string(model_.backend), model_.rows.size(),
			     model_.rows.size() == 1 ? "VF" : "VFs"));
	if (!view_.help && frame_.visible < model_.rows.size())
		line.add(fmt::format(" ({}-{})", frame_.first + 1, frame_.first + frame_.visible));
	line.add(fmt::format("  by {}{}", to_string(view_.by), view_.reverse ? ", reversed" : ""));
	if (on_.columns)
		line.clip(*on_.columns);
	frame_.lines.front() = std::move(line);
}

void composer::pfs()
{
	// The VFs are what this is about: they have three quarters of a terminal.
	const auto most = on_.lines ? std::max<std::size_t>(*on_.lines / 6, 1) : model_.pfs.size();
	const bool all = model_.pfs.size() <= most;
	const auto shown = all ? model_.pfs.size() : most - 1;
	std::size_t name_width = 0;
	for (std::size_t i = 0; i < shown; ++i)
		name_width = std::max(name_width, display_width(printable(model_.pfs[i].pf.name)));
	for (std::size_t i = 0; i < shown; ++i)
		pf_line(model_.pfs[i], name_width);
	if (!all)
		more_pfs(shown);
}

void composer::pf_line(const top_pf& pf, std::size_t name_width)
{
	constexpr std::size_t bar = 8;
	top_line line;
	line.add(printable(pf.pf.name)).pad(name_width);
	const auto link = pf.pf.link_speed ? show_limit(pf.pf.link_speed, false) : "no link";
	line.add(fmt::format(" {:>7}", link),
		 pf.pf.link_speed ? top_role::plain : top_role::warning);
	line.add(fmt::format("  tx {:>8} ", text_or_dash(show_bits(pf.now.tx_bits, false))));
	add_bar(line, use_of(pf), bar, on_.unicode);
	line.add(fmt::format(" {:>4}", percent(use_of(pf))));
	line.add(fmt::format("  rx {:>8}", text_or_dash(show_bits(pf.now.rx_bits, false))));
	if (pf.pf.interval && *pf.pf.interval > view_.interval)
		line.add(fmt::format("  sampled every {}", show_time(pf.pf.interval, false)),
			 top_role::dim);
	line.add(fmt::format("  {:>3} {}", pf.vfs, pf.vfs == 1 ? "VF" : "VFs"));
	add(std::move(line));
}

void composer::more_pfs(std::size_t from)
{
	const auto sum = total(model_.pfs, from);
	const auto count = model_.pfs.size() - from;
	top_line line;
	line.add(fmt::format("{}{} {}  tx {}  rx {}  {} VFs", count, from == 0 ? "" : " more",
			     count == 1 ? "PF" : "PFs",
			     text_or_dash(show_bits(sum.now.tx_bits, false)),
			     text_or_dash(show_bits(sum.now.rx_bits, false)), sum.vfs));
	add(std::move(line));
}

void composer::body()
{
	const top_table table(model_.rows, on_.columns, on_.unicode, on_.raw);
	auto heading = table.heading();
	if (on_.columns)
		heading.pad(*on_.columns, top_role::heading);
	add(std::move(heading));
	frame_.visible = std::min(model_.rows.size(), room());
	frame_.first = std::min(view_.first, model_.rows.size() - frame_.visible);
	for (std::size_t i = 0; i < frame_.visible; ++i)
		add(table.line(model_.rows[frame_.first + i]));
	if (model_.rows.empty() && room() > 0)
		add(std::move(top_line().add(model_.nothing, top_role::dim)));
}

void composer::help()
{
	frame_.first = view_.first;
	static constexpr std::array<std::string_view, 15> text = {
		"t r d l      sort by tx, rx, device, or use of the limit",
		"R            the other way round",
		"+ -          longer, shorter interval between frames",
		"p, space     pause, and go on",
		"arrows, PgUp, PgDn, Home, End   scroll",
		"? h          this help, and back",
		"q            quit",
		"",
		"tx is what a VF sends, rx what it receives; PKT/s is the sum of both.",
		"OF LIMIT is tx as a part of the limit, where there is none of the PF's link.",
		"A limit is pending while the card does not apply it yet.",
		"The lines at the top are sums over the VFs of a PF, against its link.",
		"",
		"A PF is sampled by the module at an interval of its own: see vfctl interval.",
		"Until there is a new sample, the figures of the last one stay.",
	};
	for (const auto line : text) {
		if (room() == 0)
			break;
		add(std::move(top_line().add(line)));
	}
}

void composer::foot()
{
	if (on_.lines) {
		const auto foot = std::min(*on_.lines, std::size_t{1} + !model_.status.empty());
		frame_.lines.resize(*on_.lines - foot);
	}
	if (!model_.status.empty())
		add(std::move(top_line().add(printable(model_.status), top_role::error)));
	if (on_.lines && frame_.lines.size() < *on_.lines)
		keys();
}

void composer::keys()
{
	// The most useful first: those that do not fit are in the help.
	static constexpr std::array<std::string_view, 9> all = {
		"q quit",  "? help",    "t tx",    "r rx",        "d device",
		"l limit", "R reverse", "p pause", "+/- interval"};
	top_line line;
	for (const auto key : all) {
		const auto gap = line.width() > 0 ? 2U : 0U;
		if (line.width() + gap + key.size() > on_.columns.value_or(SIZE_MAX))
			break;
		line.add(std::string(gap, ' ')).add(key.substr(0, key.find(' ')), top_role::title);
		line.add(key.substr(key.find(' ')), top_role::dim);
	}
	add(std::move(line));
}

top_frame composer::compose()
{
	frame_.lines.emplace_back(); // the title's, which tells of the rest
	pfs();
	if (view_.help)
		help();
	else
		body();
	title();
	foot();
	return std::move(frame_);
}

} // namespace

top_frame render(const top_model& model, const top_view& view, const top_surface& on)
{
	return composer(model, view, on).compose();
}

} // namespace vfctl::tool
