// SPDX-License-Identifier: LGPL-2.1-or-later
#include "codec.hpp"

#include <algorithm>
#include <array>
#include <chrono>
#include <limits>
#include <string>
#include <string_view>
#include <variant>

#include <linux/genetlink.h>
#include <linux/vfctl.h>

namespace vfctl {

namespace {

static_assert(VFCTL_A_PF_MAX < attribute_table::capacity);
static_assert(VFCTL_A_VF_MAX < attribute_table::capacity);
static_assert(VFCTL_A_OLD_LIMIT_MAX < attribute_table::capacity);
static_assert(VFCTL_A_STATS_MAX < attribute_table::capacity);

// Of those that a request can have, by type.
constexpr std::array<std::string_view, VFCTL_A_PF_KEEP_LIMITS + 1> pf_names = {
	"",         "ifindex", "ifname",    "bus-info",   "driver",
	"provider", "num-vfs", "total-vfs", "link-speed", "interval",
	"caps",     "origin",  "pid",       "pad",        "keep-limits",
};

constexpr std::array<std::string_view, VFCTL_A_VF_ABSENT + 1> vf_names = {
	"",
	"pf-ifindex",
	"pf-ifname",
	"vf",
	"ifindex",
	"ifname",
	"bus-info",
	"mac",
	"link-speed",
	"hard-rate",
	"soft-rate",
	"min-rate",
	"effective-rate",
	"state",
	"pending-reason",
	"origin",
	"pid",
	"old",
	"pad",
	"guest-soft",
	"absent",
};

// Requests for statistics have the first five attributes of their set, which are those of "vf".
std::string_view attribute_name(std::uint8_t command, std::uint32_t type)
{
	const bool of_pf = command == VFCTL_CMD_PF_GET || command == VFCTL_CMD_PF_SET;
	const std::span<const std::string_view> names =
		of_pf ? std::span<const std::string_view>(pf_names) : vf_names;

	return type < names.size() ? names[type] : std::string_view();
}

template <typename T> T required(std::optional<T> value, const char* name, message_check& check)
{
	if (!value)
		check.fail(std::string("the attribute ") + name + " is missing");
	return value.value_or(T());
}

std::optional<rate> to_rate(std::optional<std::uint64_t> bits)
{
	if (!bits)
		return std::nullopt;
	return rate::from_bits_per_sec(*bits);
}

template <typename Enum> std::optional<Enum> to_enum(std::optional<std::uint32_t> value)
{
	if (!value)
		return std::nullopt;
	return static_cast<Enum>(*value);
}

std::optional<bool> to_bool(std::optional<std::uint32_t> value)
{
	if (!value)
		return std::nullopt;
	return *value != 0;
}

// Into the memory of the string that is there.
void refill(std::optional<std::string>& into, std::optional<std::string_view> text)
{
	if (!text)
		into.reset();
	else if (into)
		into->assign(*text);
	else
		into.emplace(*text);
}

std::optional<capabilities> to_capabilities(std::optional<std::uint32_t> bits)
{
	if (!bits)
		return std::nullopt;
	return capabilities{.stats = (*bits & VFCTL_CAP_STATS) != 0,
			    .max_rate = (*bits & VFCTL_CAP_MAX_RATE) != 0,
			    .min_rate = (*bits & VFCTL_CAP_MIN_RATE) != 0,
			    .guest_soft = (*bits & VFCTL_CAP_GUEST_SOFT) != 0};
}

// The kernel has room for longer ones, of other kinds of links.
std::optional<mac_address> to_mac(std::optional<std::span<const std::byte>> bytes)
{
	mac_address mac = {};

	if (!bytes || bytes->size() != mac.bytes.size())
		return std::nullopt;
	std::transform(bytes->begin(), bytes->end(), mac.bytes.begin(),
		       [](std::byte b) { return std::to_integer<std::uint8_t>(b); });
	if (mac == mac_address{})
		return std::nullopt;
	return mac;
}

void fill(const attribute_table& from, pf_info& into, message_check& check)
{
	into.index = required(from.u32(VFCTL_A_PF_IFINDEX), "ifindex", check);
	into.name = required(from.string(VFCTL_A_PF_IFNAME), "ifname", check);
	refill(into.bus_address, from.string(VFCTL_A_PF_BUS_INFO));
	refill(into.driver, from.string(VFCTL_A_PF_DRIVER));
	refill(into.provider, from.string(VFCTL_A_PF_PROVIDER));
	into.vfs = required(from.u32(VFCTL_A_PF_NUM_VFS), "num-vfs", check);
	into.total_vfs = from.u32(VFCTL_A_PF_TOTAL_VFS);
	into.link_speed = to_rate(from.u64(VFCTL_A_PF_LINK_SPEED));
	into.interval.reset();
	if (const auto ms = from.u32(VFCTL_A_PF_INTERVAL))
		into.interval = std::chrono::milliseconds(*ms);
	into.caps = to_capabilities(from.u32(VFCTL_A_PF_CAPS));
	into.kept_interval.reset();
	if (const auto ms = from.u32(VFCTL_A_PF_KEPT_INTERVAL))
		into.kept_interval = std::chrono::milliseconds(*ms);
	into.sample_time.reset();
	if (const auto us = from.u32(VFCTL_A_PF_SAMPLE_TIME))
		into.sample_time = std::chrono::microseconds(*us);
	into.look_interval.reset();
	if (const auto ms = from.u32(VFCTL_A_PF_LOOK_INTERVAL))
		into.look_interval = std::chrono::milliseconds(*ms);
	into.keep_limits = to_bool(from.u32(VFCTL_A_PF_KEEP_LIMITS));
}

// By what a VF is known. The sets "vf" and "stats" begin alike.
static_assert(int{VFCTL_A_VF_PF_IFINDEX} == int{VFCTL_A_STATS_PF_IFINDEX});
static_assert(int{VFCTL_A_VF_PF_IFNAME} == int{VFCTL_A_STATS_PF_IFNAME});
static_assert(int{VFCTL_A_VF_VF} == int{VFCTL_A_STATS_VF});
static_assert(int{VFCTL_A_VF_IFINDEX} == int{VFCTL_A_STATS_IFINDEX});
static_assert(int{VFCTL_A_VF_IFNAME} == int{VFCTL_A_STATS_IFNAME});

template <typename Object>
void fill_names(const attribute_table& from, Object& into, message_check& check)
{
	into.pf_index = required(from.u32(VFCTL_A_VF_PF_IFINDEX), "pf-ifindex", check);
	into.pf_name = required(from.string(VFCTL_A_VF_PF_IFNAME), "pf-ifname", check);
	into.number = required(from.u32(VFCTL_A_VF_VF), "vf", check);
	into.index = from.u32(VFCTL_A_VF_IFINDEX);
	refill(into.name, from.string(VFCTL_A_VF_IFNAME));
}

void fill(const attribute_table& from, vf_info& into, message_check& check)
{
	fill_names(from, into, check);
	refill(into.bus_address, from.string(VFCTL_A_VF_BUS_INFO));
	into.mac = to_mac(from.bytes(VFCTL_A_VF_MAC));
	into.link_speed = to_rate(from.u64(VFCTL_A_VF_LINK_SPEED));
	into.hard = to_rate(from.u64(VFCTL_A_VF_HARD_RATE));
	into.soft = to_rate(from.u64(VFCTL_A_VF_SOFT_RATE));
	into.min = to_rate(from.u64(VFCTL_A_VF_MIN_RATE));
	into.effective = to_rate(from.u64(VFCTL_A_VF_EFFECTIVE_RATE));
	into.state = to_enum<limit_state>(from.u32(VFCTL_A_VF_STATE));
	refill(into.pending_reason, from.string(VFCTL_A_VF_PENDING_REASON));
	into.guest_soft = to_bool(from.u32(VFCTL_A_VF_GUEST_SOFT));
}

std::optional<std::chrono::steady_clock::time_point> to_time(std::optional<std::uint64_t> ns,
							     message_check& check)
{
	using nanoseconds = std::chrono::nanoseconds;

	if (!ns)
		return std::nullopt;
	if (*ns > static_cast<std::uint64_t>(std::numeric_limits<nanoseconds::rep>::max()))
		check.fail("a time is out of range");
	return std::chrono::steady_clock::time_point(
		nanoseconds(static_cast<nanoseconds::rep>(*ns)));
}

// Counters stand in the order of their attributes.
static_assert(VFCTL_A_STATS_TX_LOOPBACK_BYTES - VFCTL_A_STATS_RX_PACKETS + 1 == counter_count);

void fill(const attribute_table& from, vf_stats& into, message_check& check)
{
	fill_names(from, into, check);
	into.time = to_time(from.u64(VFCTL_A_STATS_TIME), check);
	into.resets = from.u32(VFCTL_A_STATS_RESETS);
	into.gaps = from.u32(VFCTL_A_STATS_GAPS);
	into.counters.clear();
	for (const auto c : all_counters)
		if (const auto v = from.u64(VFCTL_A_STATS_RX_PACKETS + static_cast<unsigned>(c)))
			into.counters.set(c, *v);
}

void fill_old(std::span<const std::byte> attributes, vf_event& into, message_check& check)
{
	const attribute_table from(attributes, check);

	into.old = limits{.hard = to_rate(from.u64(VFCTL_A_OLD_LIMIT_HARD_RATE)),
			  .soft = to_rate(from.u64(VFCTL_A_OLD_LIMIT_SOFT_RATE)),
			  .min = to_rate(from.u64(VFCTL_A_OLD_LIMIT_MIN_RATE))};
	into.old_effective = to_rate(from.u64(VFCTL_A_OLD_LIMIT_EFFECTIVE_RATE));
	into.old_state = to_enum<limit_state>(from.u32(VFCTL_A_OLD_LIMIT_STATE));
}

pf_event decode_pf_event(change what, std::span<const std::byte> attributes)
{
	message_check check;
	const attribute_table from(attributes, check);
	pf_event e;

	e.what = what;
	fill(from, e.pf, check);
	e.by = to_enum<origin>(from.u32(VFCTL_A_PF_ORIGIN));
	e.pid = from.u32(VFCTL_A_PF_PID);
	check.finish();
	return e;
}

vf_event decode_vf_event(change what, std::span<const std::byte> attributes)
{
	message_check check;
	const attribute_table from(attributes, check);
	vf_event e;

	e.what = what;
	fill(from, e.vf, check);
	e.by = to_enum<origin>(from.u32(VFCTL_A_VF_ORIGIN));
	e.pid = from.u32(VFCTL_A_VF_PID);
	if (const auto old = from.bytes(VFCTL_A_VF_OLD))
		fill_old(*old, e, check);
	check.finish();
	return e;
}

template <typename Object> void decode_object(std::span<const std::byte> attributes, Object& into)
{
	message_check check;
	const attribute_table from(attributes, check);

	fill(from, into, check);
	check.finish();
}

stats_event decode_stats_event(std::span<const std::byte> attributes)
{
	stats_event e;

	decode(attributes, e.stats);
	return e;
}

} // namespace

const genl_protocol vfctl_protocol = {.name = VFCTL_FAMILY_NAME,
				      .version = VFCTL_FAMILY_VERSION,
				      .attribute_name = attribute_name};

void decode(std::span<const std::byte> attributes, pf_info& into)
{
	decode_object(attributes, into);
}

void decode(std::span<const std::byte> attributes, vf_info& into)
{
	decode_object(attributes, into);
}

void decode(std::span<const std::byte> attributes, vf_stats& into)
{
	decode_object(attributes, into);
}

std::optional<event> decode_event(std::uint8_t command, std::span<const std::byte> attributes)
{
	switch (command) {
	case VFCTL_CMD_PF_GET:
		return decode_pf_event(change::present, attributes);
	case VFCTL_CMD_PF_NEW_NTF:
		return decode_pf_event(change::added, attributes);
	case VFCTL_CMD_PF_DEL_NTF:
		return decode_pf_event(change::removed, attributes);
	case VFCTL_CMD_PF_CHANGE_NTF:
		return decode_pf_event(change::changed, attributes);
	case VFCTL_CMD_VF_GET:
		return decode_vf_event(change::present, attributes);
	case VFCTL_CMD_VF_NEW_NTF:
		return decode_vf_event(change::added, attributes);
	case VFCTL_CMD_VF_DEL_NTF:
		return decode_vf_event(change::removed, attributes);
	case VFCTL_CMD_VF_CHANGE_NTF:
		return decode_vf_event(change::changed, attributes);
	case VFCTL_CMD_STATS_GET:
	case VFCTL_CMD_STATS_NTF:
		return decode_stats_event(attributes);
	default:
		return std::nullopt;
	}
}

void decode_datagram(std::span<const std::byte> datagram, std::vector<event>& into)
{
	message_check check;
	message_walker walker(datagram);

	while (const auto m = walker.next(check)) {
		if (m->type == NLMSG_ERROR || m->type == NLMSG_DONE) {
			read_acknowledgement(*m, check);
			continue;
		}
		const auto payload = split_genl(m->payload, check);
		check.finish();
		if (m->type == GENL_ID_CTRL)
			decode_family(payload.attributes);
		else if (auto e = decode_event(payload.command, payload.attributes))
			into.push_back(std::move(*e));
	}
	check.finish();
}

} // namespace vfctl
