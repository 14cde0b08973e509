// SPDX-License-Identifier: GPL-2.0-only
#include "input.hpp"

#include <optional>
#include <stdexcept>
#include <utility>

#include <fmt/core.h>

#include "time_span.hpp"

namespace vfctl::tool {

namespace {

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
	try {
		return parse_time(text);
	} catch (const std::invalid_argument& e) {
		throw input_error(e.what());
	}
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
		return from.vf(vf, vf_presence::any);
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
		return from.vfs(*pf, vf_presence::any);
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
