// SPDX-License-Identifier: GPL-2.0-only
#include "json.hpp"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>
#include <utility>

#include "traffic.hpp"

namespace vfctl::tool {

namespace {

template <typename T> void put(json& to, const char* key, const std::optional<T>& value)
{
	if (value)
		to[key] = *value;
}

void put(json& to, const char* key, const std::optional<rate>& value)
{
	if (value)
		to[key] = value->bits_per_sec();
}

void put_whole(json& to, const char* key, const std::optional<double>& value)
{
	if (value)
		to[key] = static_cast<std::uint64_t>(std::llround(*value));
}

std::int64_t in_ns(std::chrono::nanoseconds t)
{
	return t.count();
}

json names_of(const capabilities& caps)
{
	json names = json::array();
	const std::array<std::pair<bool, const char*>, 4> all = {{
		{caps.stats, "stats"},
		{caps.max_rate, "max_rate"},
		{caps.min_rate, "min_rate"},
		{caps.guest_soft, "guest_soft"},
	}};
	for (const auto& [has, name] : all) {
		if (has)
			names.push_back(name);
	}
	return names;
}

void put_who(json& to, const std::optional<origin>& by, const std::optional<std::uint32_t>& pid)
{
	if (by)
		to["by"] = to_string(*by);
	put(to, "pid", pid);
}

// Event first, then the object's own keys.
json begin(std::string_view event, const char* object, const json& fields)
{
	json result = {{"event", event}, {"object", object}};
	result.update(fields);
	return result;
}

json old_of(const vf_event& e)
{
	json old = json::object();
	if (e.old)
		add(old, *e.old);
	put(old, "effective_bits_per_sec", e.old_effective);
	if (e.old_state)
		old["state"] = to_string(*e.old_state);
	return old;
}

struct event_writer {
	std::chrono::steady_clock::time_point now;

	json operator()(const pf_event& e) const
	{
		json result = begin(to_string(e.what), "pf", to_json(e.pf));
		put_who(result, e.by, e.pid);
		return result;
	}
	json operator()(const vf_event& e) const
	{
		json result = begin(to_string(e.what), "vf", to_json(e.vf, std::nullopt));
		put_who(result, e.by, e.pid);
		if (json old = old_of(e); !old.empty())
			result["old"] = std::move(old);
		return result;
	}
	json operator()(const stats_event& e) const
	{
		json result = {{"event", "stats"}};
		result.update(to_json(e.stats, now));
		return result;
	}
	json operator()(const overrun_event& /*e*/) const { return {{"event", "overrun"}}; }
	json operator()(const gone_event& /*e*/) const { return {{"event", "gone"}}; }
	json operator()(const back_event& /*e*/) const { return {{"event", "back"}}; }
	json operator()(const synced_event& /*e*/) const { return {{"event", "synced"}}; }
};

} // namespace

json to_json(const vf_info& vf, const std::optional<std::string>& driver)
{
	json result = {{"pf", vf.pf_name}, {"vf", vf.number}};
	put(result, "ifname", vf.name);
	put(result, "pci_address", vf.bus_address);
	if (vf.mac)
		result["mac"] = to_string(*vf.mac);
	put(result, "driver", driver);
	put(result, "link_bits_per_sec", vf.link_speed);
	add(result, limits{.hard = vf.hard, .soft = vf.soft, .min = vf.min});
	put(result, "effective_bits_per_sec", vf.effective);
	if (vf.state)
		result["state"] = to_string(*vf.state);
	put(result, "pending_reason", vf.pending_reason);
	if (vf.guest_soft)
		result["guest_soft"] = *vf.guest_soft;
	return result;
}

json to_json(const pf_info& pf)
{
	json result = {{"pf", pf.name}};
	put(result, "pci_address", pf.bus_address);
	put(result, "driver", pf.driver);
	put(result, "provider", pf.provider);
	result["vfs"] = pf.vfs;
	put(result, "total_vfs", pf.total_vfs);
	put(result, "link_bits_per_sec", pf.link_speed);
	if (pf.interval)
		result["interval_ms"] = pf.interval->count();
	if (pf.kept_interval)
		result["kept_interval_ms"] = pf.kept_interval->count();
	if (pf.sample_time)
		result["sample_time_us"] = pf.sample_time->count();
	if (pf.look_interval)
		result["look_interval_ms"] = pf.look_interval->count();
	if (pf.keep_limits)
		result["keep_limits"] = *pf.keep_limits;
	if (pf.caps)
		result["capabilities"] = names_of(*pf.caps);
	return result;
}

json to_json(const vf_stats& stats, std::chrono::steady_clock::time_point now)
{
	json result = {{"pf", stats.pf_name}, {"vf", stats.number}};
	put(result, "ifname", stats.name);
	if (stats.time) {
		result["time_ns"] = in_ns(stats.time->time_since_epoch());
		const auto age = std::max(now - *stats.time, std::chrono::nanoseconds(0));
		result["age_ms"] =
			std::chrono::duration_cast<std::chrono::milliseconds>(age).count();
	}
	put(result, "resets", stats.resets);
	put(result, "gaps", stats.gaps);
	for (const counter c : all_counters) {
		if (const auto value = stats.counters[c])
			result[std::string(to_string(c))] = *value;
	}
	return result;
}

void add(json& to, const limits& what)
{
	put(to, "hard_bits_per_sec", what.hard);
	put(to, "soft_bits_per_sec", what.soft);
	put(to, "min_bits_per_sec", what.min);
}

void add(json& to, const traffic& what)
{
	to["period_ns"] = in_ns(what.period);
	put_whole(to, "rx_bits_per_sec", what.rx_bits);
	put_whole(to, "tx_bits_per_sec", what.tx_bits);
	put_whole(to, "rx_packets_per_sec", what.rx_packets);
	put_whole(to, "tx_packets_per_sec", what.tx_packets);
}

json to_json(const event& what, std::chrono::steady_clock::time_point now)
{
	return std::visit(event_writer{now}, what);
}

std::string to_text(const json& value, bool pretty)
{
	return value.dump(pretty ? 2 : -1, ' ', false, json::error_handler_t::replace);
}

} // namespace vfctl::tool
