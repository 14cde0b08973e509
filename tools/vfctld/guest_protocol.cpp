// SPDX-License-Identifier: GPL-2.0-only
#include "guest_protocol.hpp"

#include <algorithm>
#include <optional>

#include <fmt/core.h>
#include <nlohmann/json.hpp>

#include <vfctl/error.hpp>

#include "json.hpp"

namespace vfctl::daemon {

namespace {

using tool::json;

constexpr int version = 1;
constexpr int deepest = 4;

struct refusal {
	const char* code;
	std::string sentence;
	guest_outcome outcome = guest_outcome::refused;
};

refusal malformed(std::string sentence)
{
	return {"malformed", std::move(sentence), guest_outcome::malformed};
}

json parse(std::string_view line)
{
	bool too_deep = false;
	const auto watch = [&](int depth, json::parse_event_t, json&) {
		too_deep = too_deep || depth > deepest;
		return depth <= deepest;
	};
	json request = json::parse(line, watch, false);
	if (request.is_discarded() || too_deep || !request.is_object())
		throw malformed("a request is a JSON object in one line");
	const auto given = request.find("version");
	if (given == request.end() || !given->is_number_integer())
		throw malformed("a request has a version");
	if (*given != version)
		throw refusal{"unsupported-version",
			      fmt::format("version {} is what is understood here", version)};
	return request;
}

std::string text_of(const json& request, const char* key)
{
	const auto found = request.find(key);
	if (found == request.end() || !found->is_string())
		throw malformed(fmt::format("\"{}\" is missing, or is no text", key));
	return found->get<std::string>();
}

rate rate_of(const json& request)
{
	const auto found = request.find("rate");
	if (found != request.end() && found->is_number_unsigned())
		return rate::from_bits_per_sec(found->get<std::uint64_t>());
	try {
		return rate::parse(text_of(request, "rate"));
	} catch (const error& e) {
		throw refusal{"refused", e.what()};
	}
}

vf_info chosen(const json& request, const std::vector<vf_info>& vfs)
{
	if (vfs.empty())
		throw refusal{"no-vf", "no VF of this machine is known"};
	if (!request.contains("vf")) {
		if (vfs.size() > 1)
			throw refusal{"which-vf",
				      "this machine has several VFs: name one by its MAC "
				      "address"};
		return vfs.front();
	}
	const std::string mac = text_of(request, "vf");
	const auto found = std::find_if(vfs.begin(), vfs.end(), [&](const vf_info& vf) {
		return vf.mac && vfctl::to_string(*vf.mac) == mac;
	});
	if (found == vfs.end())
		throw refusal{"no-vf", "no VF of this machine has this MAC address"};
	return *found;
}

void put(json& to, const char* key, const std::optional<rate>& value)
{
	if (value)
		to[key] = value->bits_per_sec();
}

// Where a VF is in the host is no matter of its guest.
json to_json(const vf_info& vf)
{
	json one = json::object();
	if (vf.mac)
		one["mac"] = vfctl::to_string(*vf.mac);
	put(one, "link_bits_per_sec", vf.link_speed);
	put(one, "hard_bits_per_sec", vf.hard);
	put(one, "soft_bits_per_sec", vf.soft);
	put(one, "effective_bits_per_sec", vf.effective);
	if (vf.state)
		one["state"] = vfctl::to_string(*vf.state);
	return one;
}

json show(std::uint32_t cid, guest_host& host)
{
	json vfs = json::array();
	for (const auto& vf : host.vfs_of(cid))
		vfs.push_back(to_json(vf));
	return {{"version", version}, {"vfs", std::move(vfs)}};
}

void set_soft(std::uint32_t cid, const json& request, guest_host& host)
{
	const rate limit = rate_of(request);
	const vf_info vf = chosen(request, host.vfs_of(cid));
	if (!host.may_set_soft(vf))
		throw refusal{"forbidden", "the host does not let this machine limit its VF"};
	try {
		host.set_soft(vf, limit);
	} catch (const error& e) {
		throw refusal{"refused", e.message().empty() ? e.what() : e.message()};
	}
}

json answer(std::uint32_t cid, std::string_view line, guest_host& host)
{
	const json request = parse(line);
	const std::string what = text_of(request, "request");
	if (what == "set-soft")
		set_soft(cid, request, host);
	else if (what != "show")
		throw refusal{"unknown-request", "there are the requests show and set-soft"};
	return show(cid, host);
}

} // namespace

std::string guest_error(std::string_view code, std::string_view sentence)
{
	return tool::to_text(json{{"version", version}, {"error", sentence}, {"code", code}});
}

guest_answer answer_guest(std::uint32_t cid, std::string_view line, guest_host& host)
{
	try {
		return {tool::to_text(answer(cid, line, host)), guest_outcome::granted};
	} catch (const refusal& r) {
		return {guest_error(r.code, r.sentence), r.outcome};
	} catch (const std::exception& e) {
		return {guest_error("refused", e.what()), guest_outcome::refused};
	}
}

} // namespace vfctl::daemon
