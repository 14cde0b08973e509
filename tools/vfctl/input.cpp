// SPDX-License-Identifier: GPL-2.0-only
#include "input.hpp"

#include <array>
#include <charconv>
#include <cmath>
#include <cstdint>
#include <limits>
#include <optional>
#include <utility>

#include <fmt/core.h>

namespace vfctl::tool {

namespace {

struct time_unit {
	std::string_view name;
	double ms;
};

constexpr std::array time_units = {
	time_unit{.name = "ms", .ms = 1},
	time_unit{.name = "s", .ms = 1000},
	time_unit{.name = "min", .ms = 60'000},
};

std::optional<double> ms_in(std::string_view unit)
{
	for (const auto& known : time_units) {
		if (known.name == unit)
			return known.ms;
	}
	return std::nullopt;
}

bool is_pf(const pf_info& pf, const vf_ref& named)
{
	if (const auto* address = std::get_if<vf_ref::address>(&named.what()))
		return pf.bus_address == address->bus_address;
	const auto* device = std::get_if<vf_ref::device>(&named.what());
	return device != nullptr && pf.name == device->name;
}

// A PF by the name that it is listed with. An alternative name is left to the kernel.
std::optional<pf_info> listed_pf(client& from, const vf_ref& named)
{
	for (auto& pf : from.pfs()) {
		if (is_pf(pf, named))
			return std::move(pf);
	}
	return std::nullopt;
}

std::optional<pf_info> asked_pf(client& from, const std::string& text)
{
	try {
		return from.pf(text);
	} catch (const error&) {
		return std::nullopt;
	}
}

} // namespace

rate read_rate(const std::string& text, std::string& note)
{
	try {
		return rate::parse(text, &note);
	} catch (const error& e) {
		throw input_error(e.what());
	}
}

std::chrono::milliseconds read_time(std::string_view text)
{
	const auto wrong = [&](std::string_view why) {
		return input_error(fmt::format("'{}' is not a time: {}", text, why));
	};
	double value = 0;
	const char* end = text.data() + text.size();
	const auto [rest, code] =
		std::from_chars(text.data(), end, value, std::chars_format::fixed);
	if (code != std::errc() || !std::isfinite(value))
		throw wrong("a number and a unit are expected, as in 100ms or 1.5s");
	if (rest == end)
		throw wrong(fmt::format("it has no unit; did you mean {}s or {}ms?", text, text));
	const auto unit = ms_in(std::string_view(rest, static_cast<std::size_t>(end - rest)));
	if (!unit)
		throw wrong("the unit is one of ms, s, min");
	const double ms = value * *unit;
	// A year: beyond what anybody waits, and far from overflow.
	if (!(ms > 0) || ms > 366.0 * 24 * 60 * 60 * 1000)
		throw wrong("it is out of range");
	// 0.3 s is 299.99999999999997 ms.
	const double whole = std::round(ms);
	if (std::abs(ms - whole) > 1e-6 * whole || whole < 1)
		throw wrong("it is not a whole number of milliseconds");
	return std::chrono::milliseconds(static_cast<std::int64_t>(whole));
}

vf_ref read_vf(const std::string& text)
{
	try {
		return {text};
	} catch (const error& e) {
		// The sentence alone: what was attempted is plain to who typed it.
		throw input_error(e.message());
	}
}

std::variant<vf_info, pf_info> find_device(client& from, const std::string& text)
{
	const vf_ref vf = read_vf(text);
	if (!std::holds_alternative<vf_ref::numbered>(vf.what())) {
		if (auto pf = listed_pf(from, vf))
			return *std::move(pf);
	}
	try {
		return from.vf(vf);
	} catch (const error&) {
		if (std::holds_alternative<vf_ref::device>(vf.what())) {
			if (auto pf = asked_pf(from, text))
				return *std::move(pf);
		}
		throw;
	}
}

std::vector<vf_info> find_vfs(client& from, const std::string& text)
{
	auto device = find_device(from, text);
	if (const auto* pf = std::get_if<pf_info>(&device))
		return from.vfs(*pf);
	return {std::get<vf_info>(std::move(device))};
}

std::string label(const vf_info& vf)
{
	return vf.name ? *vf.name : numbered(vf.pf_name, vf.number);
}

std::string label(const vf_stats& stats)
{
	return stats.name ? *stats.name : numbered(stats.pf_name, stats.number);
}

std::string numbered(std::string_view pf, std::uint32_t vf)
{
	return fmt::format("{}/{}", pf, vf);
}

} // namespace vfctl::tool
