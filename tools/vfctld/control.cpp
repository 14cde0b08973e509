// SPDX-License-Identifier: GPL-2.0-only
#include "control.hpp"

#include <cmath>
#include <cstdint>
#include <map>
#include <optional>
#include <stdexcept>

#include <fmt/core.h>

#include <vfctl/error.hpp>

#include "json.hpp"

namespace vfctl::daemon {

namespace {

using tool::json;

constexpr int version = 1;

// As deep as a request can be. nlohmann's parser does not recurse, but what prints and frees
// values does.
constexpr int deepest = 8;

class request_error : public std::runtime_error {
	using runtime_error::runtime_error;
};

void put_bits(json& to, const char* key, const std::optional<double>& value)
{
	if (value && std::isfinite(*value))
		to[key] = static_cast<std::uint64_t>(std::llround(*value));
}

void put_limit(json& to, const char* key, rate value)
{
	if (!value.is_none())
		to[key] = value.bits_per_sec();
}

json to_json(const pf_view& pf)
{
	json one = tool::to_json(pf.info);
	if (pf.capacity)
		one["capacity_bits_per_sec"] = pf.capacity->bits_per_sec();
	put_bits(one, "use_bits_per_sec", pf.use);
	return one;
}

json to_json(const vf_view& vf, std::chrono::steady_clock::time_point now)
{
	json one = tool::to_json(vf.info, std::nullopt);
	one["mode"] = to_string(vf.mode);
	if (!vf.group.empty())
		one["group"] = vf.group;
	one["weight"] = vf.weight;
	put_limit(one, "policy_min_bits_per_sec", vf.min);
	put_limit(one, "policy_max_bits_per_sec", vf.max);
	put_limit(one, "adopted_max_bits_per_sec", vf.adopted);
	put_bits(one, "use_bits_per_sec", vf.use);
	put_bits(one, "demand_bits_per_sec", vf.demand);
	put_bits(one, "share_bits_per_sec", vf.share);
	if (vf.limit)
		one["limit_bits_per_sec"] = vf.limit->bits_per_sec();
	if (vf.stats.time)
		one["age_ns"] = (now - *vf.stats.time).count();
	one["lost"] = vf.lost;
	one["writes"] = vf.writes;
	one["failures"] = vf.failures;
	one["corrections"] = vf.corrections;
	one["acceptances"] = vf.acceptances;
	if (!vf.last_failure.empty())
		one["last_failure"] = vf.last_failure;
	return one;
}

std::string_view key_of(match_kind kind)
{
	switch (kind) {
	case match_kind::device:
		return "device";
	case match_kind::mac:
		return "mac";
	case match_kind::address:
		return "address";
	case match_kind::name:
		break;
	}
	return "name";
}

json to_json(const vf_rule& rule)
{
	json one = {{key_of(rule.kind), rule.match},
		    {"mode", to_string(rule.mode)},
		    {"weight", rule.weight}};
	put_limit(one, "min_bits_per_sec", rule.min);
	put_limit(one, "max_bits_per_sec", rule.max);
	if (!rule.group.empty())
		one["group"] = rule.group;
	one["guest_soft"] = rule.guest_soft;
	return one;
}

json parse(std::string_view request)
{
	int too_deep = 0;
	const auto watch = [&](int depth, json::parse_event_t, json&) {
		too_deep += depth > deepest;
		return depth <= deepest;
	};
	json what = json::parse(request, watch, false);
	if (what.is_discarded() || too_deep != 0 || !what.is_object())
		throw request_error("the request is no JSON object in one line");
	const auto given = what.find("version");
	if (given == what.end() || *given != version)
		throw request_error(fmt::format("the request has not \"version\":{}", version));
	return what;
}

template <typename T> T get(const json& from, const char* key, const char* kind)
{
	try {
		return from.at(key).get<T>();
	} catch (const json::exception&) {
		throw request_error(fmt::format("\"{}\" is missing, or is not {}", key, kind));
	}
}

std::uint32_t cid_of(const json& from)
{
	const auto cid = get<std::int64_t>(from, "cid", "a number");
	if (cid < 3 || cid > 0xfffffffe)
		throw request_error(fmt::format("{} is no CID of a guest", cid));
	return static_cast<std::uint32_t>(cid);
}

json do_status(const json& /*request*/, const control_actions& actions)
{
	return to_json(actions.view());
}

json do_policy(const json& /*request*/, const control_actions& actions)
{
	return to_json(actions.wanted());
}

json do_pause(const json& /*request*/, const control_actions& actions)
{
	actions.pause(true);
	return json::object();
}

json do_resume(const json& /*request*/, const control_actions& actions)
{
	actions.pause(false);
	return json::object();
}

json do_reload(const json& /*request*/, const control_actions& actions)
{
	actions.reload();
	return json::object();
}

json do_guest_add(const json& request, const control_actions& actions)
{
	const auto name = get<std::string>(request, "name", "a text");
	if (name.empty() || name.size() > 255)
		throw request_error("\"name\" has 1 to 255 characters");
	actions.add_guest(name, {cid_of(request),
				 get<std::vector<std::string>>(request, "vfs", "a list of texts")});
	return json::object();
}

json do_guest_remove(const json& request, const control_actions& actions)
{
	return {{"known", actions.remove_guest(get<std::string>(request, "name", "a text"))}};
}

using command = json (*)(const json&, const control_actions&);

const std::map<std::string_view, command> commands = {
	{"status", do_status},
	{"policy", do_policy},
	{"pause", do_pause},
	{"resume", do_resume},
	{"reload", do_reload},
	{"guest-add", do_guest_add},
	{"guest-remove", do_guest_remove},
};

json answer(std::string_view text, const control_actions& actions)
{
	const json request = parse(text);
	const auto name = get<std::string>(request, "command", "a text");
	const auto found = commands.find(name);
	if (found == commands.end())
		throw request_error(fmt::format("there is no command \"{}\"", name));
	json result = {{"version", version}};
	result.update(found->second(request, actions));
	return result;
}

} // namespace

std::string answer_control(std::string_view request, const control_actions& actions)
{
	try {
		return tool::to_text(answer(request, actions));
	} catch (const std::exception& e) {
		return tool::to_text(json{{"version", version}, {"error", e.what()}});
	}
}

json to_json(const snapshot& what)
{
	json all = {{"paused", what.paused},
		    {"module", what.module_present},
		    {"periods", what.periods},
		    {"last_period_s", what.last_period_seconds},
		    {"reloads", what.reloads},
		    {"failed_reloads", what.failed_reloads},
		    {"guest_requests", what.guest_requests},
		    {"guest_refusals", what.guest_refusals},
		    {"guest_cut_offs", what.guest_cut_offs},
		    {"pfs", json::array()},
		    {"vfs", json::array()}};
	for (const auto& pf : what.pfs)
		all["pfs"].push_back(to_json(pf));
	for (const auto& vf : what.vfs)
		all["vfs"].push_back(to_json(vf, what.time));
	return all;
}

json to_json(const policy& what)
{
	json all = {{"period_ms", what.period.count()},
		    {"step", what.step},
		    {"lost_after_ms", what.lost_after.count()},
		    {"on_lost", what.on_lost == lost_action::safe ? "safe" : "hold"},
		    {"metrics_listen", what.metrics_listen},
		    {"guest_channel", what.guest_channel},
		    {"guest_port", what.guest_port},
		    {"pfs", json::array()},
		    {"groups", json::array()},
		    {"vfs", json::array()},
		    {"guests", json::array()}};
	put_limit(all, "safe_limit_bits_per_sec", what.safe_limit);
	for (const auto& pf : what.pfs) {
		json one = {{"device", pf.device}};
		put_limit(one, "capacity_bits_per_sec", pf.capacity);
		all["pfs"].push_back(std::move(one));
	}
	for (const auto& group : what.groups) {
		json one = {{"name", group.name}, {"weight", group.weight}};
		put_limit(one, "max_bits_per_sec", group.max);
		all["groups"].push_back(std::move(one));
	}
	for (const auto& vf : what.vfs)
		all["vfs"].push_back(to_json(vf));
	for (const auto& guest : what.guests)
		all["guests"].push_back({{"cid", guest.cid}, {"vfs", guest.vfs}});
	return all;
}

} // namespace vfctl::daemon
