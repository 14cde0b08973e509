// SPDX-License-Identifier: GPL-2.0-only
#include "reply.hpp"

#include <algorithm>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <vector>

#include <linux/genetlink.h>
#include <linux/vfctl.h>

#include "bytes.hpp"

namespace nlfuzz {

namespace {

enum class kind { u32, u64, text, binary, nest, pad };

struct expected {
	kind what = kind::u32;
	bool always = false;
	std::uint64_t most = UINT64_MAX;
};

using expectation = std::map<int, expected>;

constexpr std::uint64_t flags_of_caps =
	VFCTL_CAP_STATS | VFCTL_CAP_MAX_RATE | VFCTL_CAP_MIN_RATE | VFCTL_CAP_GUEST_SOFT;

const expectation pf_reply = {
	{VFCTL_A_PF_IFINDEX, {kind::u32, true}},
	{VFCTL_A_PF_IFNAME, {kind::text, true}},
	{VFCTL_A_PF_BUS_INFO, {kind::text, true}},
	{VFCTL_A_PF_DRIVER, {kind::text, true}},
	{VFCTL_A_PF_PROVIDER, {kind::text}},
	{VFCTL_A_PF_NUM_VFS, {kind::u32, true}},
	{VFCTL_A_PF_TOTAL_VFS, {kind::u32}},
	{VFCTL_A_PF_LINK_SPEED, {kind::u64}},
	{VFCTL_A_PF_INTERVAL, {kind::u32, true, 10000}},
	{VFCTL_A_PF_CAPS, {kind::u32, true, flags_of_caps}},
	{VFCTL_A_PF_ORIGIN, {kind::u32, false, VFCTL_ORIGIN_GUEST}},
	{VFCTL_A_PF_PID, {kind::u32}},
	{VFCTL_A_PF_PAD, {kind::pad}},
	{VFCTL_A_PF_KEEP_LIMITS, {kind::u32, true, 1}},
	{VFCTL_A_PF_KEPT_INTERVAL, {kind::u32}},
	{VFCTL_A_PF_SAMPLE_TIME, {kind::u32}},
	{VFCTL_A_PF_LOOK_INTERVAL, {kind::u32}},
};

const expectation vf_reply = {
	{VFCTL_A_VF_PF_IFINDEX, {kind::u32, true}},
	{VFCTL_A_VF_PF_IFNAME, {kind::text, true}},
	{VFCTL_A_VF_VF, {kind::u32, true, 1023}},
	{VFCTL_A_VF_IFINDEX, {kind::u32}},
	{VFCTL_A_VF_IFNAME, {kind::text}},
	{VFCTL_A_VF_BUS_INFO, {kind::text}},
	{VFCTL_A_VF_MAC, {kind::binary}},
	{VFCTL_A_VF_LINK_SPEED, {kind::u64}},
	{VFCTL_A_VF_HARD_RATE, {kind::u64, true}},
	{VFCTL_A_VF_SOFT_RATE, {kind::u64, true}},
	{VFCTL_A_VF_MIN_RATE, {kind::u64}},
	{VFCTL_A_VF_EFFECTIVE_RATE, {kind::u64, true}},
	{VFCTL_A_VF_STATE, {kind::u32, true, VFCTL_LIMIT_ABSENT}},
	{VFCTL_A_VF_PENDING_REASON, {kind::text}},
	{VFCTL_A_VF_ORIGIN, {kind::u32, false, VFCTL_ORIGIN_GUEST}},
	{VFCTL_A_VF_PID, {kind::u32}},
	{VFCTL_A_VF_OLD, {kind::nest}},
	{VFCTL_A_VF_PAD, {kind::pad}},
	{VFCTL_A_VF_GUEST_SOFT, {kind::u32, false, 1}},
};

const expectation old_limit = {
	{VFCTL_A_OLD_LIMIT_HARD_RATE, {kind::u64, true}},
	{VFCTL_A_OLD_LIMIT_SOFT_RATE, {kind::u64, true}},
	{VFCTL_A_OLD_LIMIT_MIN_RATE, {kind::u64}},
	{VFCTL_A_OLD_LIMIT_EFFECTIVE_RATE, {kind::u64, true}},
	{VFCTL_A_OLD_LIMIT_STATE, {kind::u32, true, VFCTL_LIMIT_PENDING}},
	{VFCTL_A_OLD_LIMIT_PAD, {kind::pad}},
};

expectation make_stats_reply()
{
	expectation made = {
		{VFCTL_A_STATS_PF_IFINDEX, {kind::u32, true}},
		{VFCTL_A_STATS_PF_IFNAME, {kind::text, true}},
		{VFCTL_A_STATS_VF, {kind::u32, true, 1023}},
		{VFCTL_A_STATS_IFINDEX, {kind::u32}},
		{VFCTL_A_STATS_IFNAME, {kind::text}},
		{VFCTL_A_STATS_TIME, {kind::u64}},
		{VFCTL_A_STATS_RESETS, {kind::u32}},
		{VFCTL_A_STATS_GAPS, {kind::u32}},
		{VFCTL_A_STATS_PAD, {kind::pad}},
	};

	for (int type = VFCTL_A_STATS_RX_PACKETS; type < VFCTL_A_STATS_PAD; ++type)
		made[type] = {kind::u64};
	return made;
}

const expectation* expectation_of(std::uint8_t command)
{
	static const expectation stats_reply = make_stats_reply();

	switch (command) {
	case VFCTL_CMD_PF_GET:
	case VFCTL_CMD_PF_NEW_NTF:
	case VFCTL_CMD_PF_DEL_NTF:
	case VFCTL_CMD_PF_CHANGE_NTF:
		return &pf_reply;
	case VFCTL_CMD_VF_GET:
	case VFCTL_CMD_VF_NEW_NTF:
	case VFCTL_CMD_VF_DEL_NTF:
	case VFCTL_CMD_VF_CHANGE_NTF:
		return &vf_reply;
	case VFCTL_CMD_STATS_GET:
	case VFCTL_CMD_STATS_NTF:
		return &stats_reply;
	default:
		return nullptr;
	}
}

// One attribute; views into its message.
struct part {
	int type = 0;
	view value;
};

// What stands between the end of an attribute and the next is nobody's memory.
bool is_zero(view bytes_between)
{
	return std::all_of(bytes_between.begin(), bytes_between.end(),
			   [](std::uint8_t byte) { return byte == 0; });
}

// Nothing where there is something that is no attribute.
std::optional<std::vector<part>> split(view rest)
{
	std::vector<part> parts;

	while (!rest.empty()) {
		if (rest.size() < NLA_HDRLEN)
			return std::nullopt;
		const auto header = load<nlattr>(rest);
		const auto whole = std::min<std::size_t>(NLA_ALIGN(header.nla_len), rest.size());
		if (header.nla_len < NLA_HDRLEN || header.nla_len > rest.size() ||
		    !is_zero(rest.subspan(header.nla_len, whole - header.nla_len)))
			return std::nullopt;
		parts.push_back({header.nla_type & NLA_TYPE_MASK,
				 rest.subspan(NLA_HDRLEN, header.nla_len - NLA_HDRLEN)});
		rest = rest.subspan(whole);
	}
	return parts;
}

std::string fault_of(view attributes, const expectation& wanted);

std::string fault_of(const part& one, const expected& wanted)
{
	switch (wanted.what) {
	case kind::u32:
		if (one.value.size() != sizeof(std::uint32_t))
			return "is no u32";
		return load<std::uint32_t>(one.value) > wanted.most ? "is too large" : "";
	case kind::u64:
		return one.value.size() != sizeof(std::uint64_t) ? "is no u64" : "";
	case kind::text:
		if (one.value.empty() || one.value.back() != 0)
			return "does not end with a NUL";
		return fault_of_text(text_of(one.value));
	case kind::binary:
		return one.value.size() != 6 ? "is no MAC address" : "";
	case kind::nest:
		return fault_of(one.value, old_limit);
	case kind::pad:
		return one.value.empty() ? "" : "is not empty";
	}
	return "";
}

std::string fault_of(view attributes, const expectation& wanted)
{
	const auto parts = split(attributes);
	std::set<int> seen;

	if (!parts)
		return "there is something that is no attribute";
	for (const auto& one : *parts) {
		const auto found = wanted.find(one.type);
		const auto name = "attribute " + std::to_string(one.type) + " ";
		if (found == wanted.end())
			return name + "has no business there";
		if (!seen.insert(one.type).second && found->second.what != kind::pad)
			return name + "is there twice";
		const auto fault = fault_of(one, found->second);
		if (!fault.empty())
			return name + fault;
	}
	for (const auto& [type, one] : wanted)
		if (one.always && !seen.contains(type))
			return "attribute " + std::to_string(type) + " is missing";
	return "";
}

view payload_of(const nlmsghdr* message)
{
	return {static_cast<const std::uint8_t*>(mnl_nlmsg_get_payload(message)),
		mnl_nlmsg_get_payload_len(message)};
}

std::string fault_of_word(const part& one, std::size_t request_length)
{
	switch (one.type) {
	case NLMSGERR_ATTR_MSG:
		if (one.value.empty() || one.value.back() != 0)
			return "the kernel's words do not end";
		return fault_of_text(text_of(one.value));
	case NLMSGERR_ATTR_OFFS:
		if (one.value.size() != sizeof(std::uint32_t) ||
		    load<std::uint32_t>(one.value) + NLA_HDRLEN > request_length)
			return "the fault is said to be outside the request";
		return "";
	case NLMSGERR_ATTR_POLICY:
	case NLMSGERR_ATTR_MISS_TYPE:
	case NLMSGERR_ATTR_MISS_NEST:
		return "";
	default:
		return "an error has an attribute " + std::to_string(one.type);
	}
}

} // namespace

// A name that somebody else has made up stands in quotes: it may hold anything.
std::string fault_of_text(std::string text)
{
	const auto first = text.find('"');
	const auto last = text.rfind('"');

	if (first != last)
		text.erase(first, last - first + 1);
	if (text.empty())
		return "says nothing";
	if (text.find('%') != std::string::npos)
		return "has a format in it: " + text;
	for (const char c : text)
		if (c < ' ' || c > '~')
			return "is no text: " + text;
	return "";
}

std::string fault_of_reply(const nlmsghdr* message)
{
	const auto payload = payload_of(message);

	if (payload.size() < GENL_HDRLEN)
		return "there is no header";
	const auto header = load<genlmsghdr>(payload);
	const auto* wanted = expectation_of(header.cmd);
	if (wanted == nullptr)
		return "command " + std::to_string(header.cmd) + " is no answer";
	if (header.version != VFCTL_FAMILY_VERSION || header.reserved != 0)
		return "the header is of another version";
	return fault_of(payload.subspan(GENL_HDRLEN), *wanted);
}

std::string fault_of_words(const nlmsghdr* message, std::size_t behind, std::size_t request_length)
{
	const auto payload = payload_of(message);

	if (payload.size() < behind)
		return "it is too short for what it says to be";
	const auto parts = split(payload.subspan(behind));
	if (!parts)
		return "there is something that is no attribute";
	if ((message->nlmsg_flags & NLM_F_ACK_TLVS) == 0 && !parts->empty())
		return "there are attributes that the header does not tell of";
	for (const auto& one : *parts) {
		const auto fault = fault_of_word(one, request_length);
		if (!fault.empty())
			return fault;
	}
	return "";
}

} // namespace nlfuzz
