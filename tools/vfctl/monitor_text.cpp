// SPDX-License-Identifier: GPL-2.0-only
#include "monitor_text.hpp"

#include <fstream>
#include <string_view>
#include <utility>
#include <variant>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "input.hpp"
#include "state.hpp"
#include "text.hpp"
#include "units.hpp"

namespace vfctl::tool {
namespace {

using parts = std::vector<std::string>;

/// "hard 500Mbit", or "hard none -> 500Mbit" where it was another; nothing where it is not known.
void add_rate(parts& to, std::string_view what, std::optional<rate> old, std::optional<rate> now,
	      bool raw)
{
	if (!now)
		return;
	if (!old)
		to.push_back(fmt::format("{} {}", what, show_limit(now, raw)));
	else if (*old != *now)
		to.push_back(fmt::format("{} {} -> {}", what, show_limit(old, raw),
					 show_limit(now, raw)));
}

/// The same of what is no rate, and may have come or gone.
void add_text(parts& to, std::string_view what, const std::string& old, const std::string& now)
{
	if (old != now)
		to.push_back(fmt::format("{} {} -> {}", what, old, now));
}

/// A limit that is not there in a VF that is told of as a whole is not worth a word.
std::optional<rate> if_set(std::optional<rate> limit)
{
	return limit && !limit->is_none() ? limit : std::nullopt;
}

parts whole_vf(const vf_info& vf, bool raw)
{
	parts out;
	if (vf.bus_address)
		out.push_back(*vf.bus_address);
	add_rate(out, "hard", std::nullopt, if_set(vf.hard), raw);
	add_rate(out, "soft", std::nullopt, if_set(vf.soft), raw);
	add_rate(out, "min", std::nullopt, if_set(vf.min), raw);
	add_rate(out, "effective", std::nullopt, if_set(vf.effective), raw);
	if (vf.state == limit_state::none)
		out.emplace_back("no limit");
	else if (vf.state)
		out.push_back(state_in_full(vf).text);
	return out;
}

parts changed_vf(const vf_event& e, bool raw)
{
	parts out;
	const auto old = e.old.value_or(limits());
	add_rate(out, "hard", old.hard, e.vf.hard, raw);
	add_rate(out, "soft", old.soft, e.vf.soft, raw);
	add_rate(out, "min", old.min, e.vf.min, raw);
	add_rate(out, "effective", e.old_effective, e.vf.effective, raw);
	if (e.vf.guest_soft == false)
		out.emplace_back("guest may not set its soft limit");
	if (e.vf.state) {
		const bool alone = out.empty() && e.old_state && *e.old_state != *e.vf.state;
		const auto before = alone ? fmt::format("{} -> ", to_string(*e.old_state)) : "";
		out.push_back(before + state_in_full(e.vf).text);
	}
	return out;
}

std::string link_text(const pf_info& pf, bool raw)
{
	return pf.link_speed ? show_limit(pf.link_speed, raw) : "down";
}

std::string vfs_text(const pf_info& pf)
{
	return pf.total_vfs ? fmt::format("{} of {} VFs", pf.vfs, *pf.total_vfs)
			    : fmt::format("{} {}", pf.vfs, pf.vfs == 1 ? "VF" : "VFs");
}

parts whole_pf(const pf_info& pf, bool raw)
{
	parts out;
	if (pf.bus_address)
		out.push_back(*pf.bus_address);
	if (pf.driver)
		out.push_back(fmt::format("driver {}", *pf.driver));
	if (pf.provider)
		out.push_back(fmt::format("provider {}", *pf.provider));
	out.push_back(vfs_text(pf));
	out.push_back("link " + link_text(pf, raw));
	if (pf.interval)
		out.push_back(fmt::format("sampled every {}", show_time(pf.interval, raw)));
	return out;
}

parts changed_pf(const pf_info& old, const pf_info& now, bool raw)
{
	parts out;
	add_text(out, "name", old.name, now.name);
	add_text(out, "link", link_text(old, raw), link_text(now, raw));
	add_text(out, "VFs", std::to_string(old.vfs), std::to_string(now.vfs));
	add_text(out, "sampling interval", show_time(old.interval, raw),
		 show_time(now.interval, raw));
	add_text(out, "driver", old.driver.value_or("none"), now.driver.value_or("none"));
	add_text(out, "provider", old.provider.value_or("none"), now.provider.value_or("none"));
	return out;
}

/// "added, X, Y"; what changed needs no word for that if it is known.
std::string sentence(change what, const parts& of)
{
	const auto list = fmt::format("{}", fmt::join(of, ", "));
	if (what == change::removed || list.empty())
		return std::string(to_string(what));
	return what == change::changed ? list : fmt::format("{}, {}", to_string(what), list);
}

std::string object(const vf_info& vf)
{
	const auto number = numbered(vf.pf_name, vf.number);
	return vf.name ? fmt::format("{} ({})", *vf.name, number) : number;
}

template <typename... Functions> struct overloaded : Functions... {
	using Functions::operator()...;
};
template <typename... Functions> overloaded(Functions...) -> overloaded<Functions...>;

} // namespace

std::optional<std::string> process_name(std::uint32_t pid)
{
	std::ifstream file(fmt::format("/proc/{}/comm", pid));
	std::string name;
	if (!std::getline(file, name) || name.empty())
		return std::nullopt;
	return name;
}

monitor_text::monitor_text(bool raw,
			   std::function<std::optional<std::string>(std::uint32_t)> name_of)
    : raw_(raw), name_of_(std::move(name_of))
{}

std::string monitor_text::who(const std::optional<origin>& by,
			      const std::optional<std::uint32_t>& pid) const
{
	if (!by)
		return {};
	if (!pid)
		return fmt::format(" (by {})", to_string(*by));
	if (const auto name = name_of_(*pid))
		return fmt::format(" (by {}[{}], {})", *name, *pid, to_string(*by));
	return fmt::format(" (by pid {}, {})", *pid, to_string(*by));
}

std::string monitor_text::words(const pf_event& e) const
{
	const auto before = pfs_.find(e.pf.index);
	const bool compare = e.what == change::changed && before != pfs_.end();
	const auto of = compare ? changed_pf(before->second, e.pf, raw_) : whole_pf(e.pf, raw_);
	return fmt::format("{}: {}{}", e.pf.name, sentence(e.what, of), who(e.by, e.pid));
}

std::string monitor_text::words(const vf_event& e) const
{
	const auto of = e.what == change::changed ? changed_vf(e, raw_) : whole_vf(e.vf, raw_);
	return fmt::format("{}: {}{}", object(e.vf), sentence(e.what, of), who(e.by, e.pid));
}

std::string monitor_text::words(const stats_event& e, const traffic& now) const
{
	const auto& s = e.stats;
	parts of;
	const auto add = [&](std::string_view direction, counter packets, counter bytes,
			     std::optional<double> bits) {
		if (!s.counters[packets] && !s.counters[bytes])
			return;
		auto text = std::string(direction);
		if (s.counters[packets])
			text += fmt::format(" {} packets", show_count(s.counters[packets], raw_));
		if (s.counters[bytes])
			text += fmt::format(" {} bytes", show_count(s.counters[bytes], raw_));
		if (bits)
			text += fmt::format(" {}/s", show_bits(bits, raw_));
		of.push_back(std::move(text));
	};
	add("rx", counter::rx_packets, counter::rx_bytes, now.rx_bits);
	add("tx", counter::tx_packets, counter::tx_bytes, now.tx_bits);
	if (s.resets.value_or(0) > 0)
		of.push_back(fmt::format("{} resets", *s.resets));
	if (s.gaps.value_or(0) > 0)
		of.push_back(fmt::format("{} gaps", *s.gaps));
	if (of.empty())
		of.emplace_back("no counters");
	return fmt::format("{}: {}", label(s), fmt::join(of, ", "));
}

std::string monitor_text::line(const event& what, const traffic& figures) const
{
	return printable(std::visit(
		overloaded{
			[this](const auto& e) { return words(e); },
			[&](const stats_event& e) { return words(e, figures); },
			[](const overrun_event&) {
				return std::string("events were lost; what there is follows");
			},
			[](const gone_event&) {
				return std::string("the module vfctl is unloaded");
			},
			[](const back_event&) {
				return std::string(
					"the module vfctl is loaded; what there is follows");
			},
			[](const synced_event&) { return std::string("that is all there is"); },
		},
		what));
}

void monitor_text::see(const event& what)
{
	if (const auto* e = std::get_if<pf_event>(&what)) {
		if (e->what == change::removed)
			pfs_.erase(e->pf.index);
		else
			pfs_[e->pf.index] = e->pf;
	}
	if (std::holds_alternative<overrun_event>(what) || std::holds_alternative<gone_event>(what))
		pfs_.clear();
}

} // namespace vfctl::tool
