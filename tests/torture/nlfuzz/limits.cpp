// SPDX-License-Identifier: GPL-2.0-only
#include "limits.hpp"

#include <linux/vfctl.h>

namespace nlfuzz {

namespace {

// Of several of one type the last counts, and the two flags of a type do not (nla_parse()).
const bytes* find(const draft& in, int type)
{
	const bytes* found = nullptr;

	for (const auto& attribute : in.attributes)
		if ((attribute.type & NLA_TYPE_MASK) == type)
			found = &attribute.value;
	return found;
}

template <typename T> std::optional<T> number(const draft& in, int type)
{
	const bytes* value = find(in, type);

	if (value == nullptr || value->size() < sizeof(T))
		return std::nullopt;
	return load<T>(*value);
}

template <typename Map, typename Key>
std::optional<typename Map::mapped_type> at(const Map& in, const Key& key)
{
	const auto found = in.find(key);

	if (found == in.end())
		return std::nullopt;
	return found->second;
}

std::string words(const vf_limits& from)
{
	return "hard " + std::to_string(from.hard) + " soft " + std::to_string(from.soft) +
	       " min " + (from.min ? std::to_string(*from.min) : "none") + " guest-soft " +
	       (from.guest_soft ? std::to_string(*from.guest_soft) : "none");
}

std::string words(const pf_settings& from)
{
	return "interval " + std::to_string(from.interval) + " keep-limits " +
	       std::to_string(from.keep_limits);
}

std::string words(const vf_key& from)
{
	return "VF " + std::to_string(from.second) + " of PF " + std::to_string(from.first);
}

std::string name_of(std::uint32_t pf)
{
	return "PF " + std::to_string(pf);
}

std::string name_of(const vf_key& vf)
{
	return words(vf);
}

template <typename Map> std::string first_difference(const Map& a, const Map& b)
{
	for (const auto& [key, value] : a) {
		const auto other = at(b, key);
		if (!other)
			return name_of(key) + " is gone";
		if (!(*other == value))
			return name_of(key) + ": " + words(value) + ", now " + words(*other);
	}
	return a.size() == b.size() ? "" : "there are more of them";
}

} // namespace

limits limits::read(netlink_socket& socket, const family& of)
{
	limits made;

	for (const auto& one : dump(socket, of, VFCTL_CMD_PF_GET))
		made.learn_pf(one);
	for (const auto& one : dump(socket, of, VFCTL_CMD_VF_GET))
		made.learn_vf(one);
	return made;
}

void limits::learn_pf(const row& from)
{
	const auto pf = from.u32(VFCTL_A_PF_IFINDEX);

	pfs_[pf] = {.interval = from.u32(VFCTL_A_PF_INTERVAL),
		    .keep_limits = from.u32(VFCTL_A_PF_KEEP_LIMITS)};
	pf_names_[from.text(VFCTL_A_PF_IFNAME)] = pf;
}

void limits::learn_vf(const row& from)
{
	const vf_key key(from.u32(VFCTL_A_VF_PF_IFINDEX), from.u32(VFCTL_A_VF_VF));
	vf_limits& one = vfs_[key];

	one.hard = from.u64(VFCTL_A_VF_HARD_RATE);
	one.soft = from.u64(VFCTL_A_VF_SOFT_RATE);
	if (from.has(VFCTL_A_VF_MIN_RATE))
		one.min = from.u64(VFCTL_A_VF_MIN_RATE);
	if (from.has(VFCTL_A_VF_GUEST_SOFT))
		one.guest_soft = from.u32(VFCTL_A_VF_GUEST_SOFT);
	if (from.has(VFCTL_A_VF_IFINDEX)) {
		stub_indices_[from.u32(VFCTL_A_VF_IFINDEX)] = key;
		stub_names_[from.text(VFCTL_A_VF_IFNAME)] = key;
	}
}

// An index goes before a name, where a request has both.
std::optional<std::uint32_t> limits::find_pf(const draft& order, std::uint16_t index,
					     std::uint16_t name) const
{
	if (const auto said = number<std::uint32_t>(order, index))
		return pfs_.contains(*said) ? said : std::nullopt;
	if (const auto* said = find(order, name))
		return at(pf_names_, text_of(*said));
	return std::nullopt;
}

std::optional<vf_key> limits::find_vf(const draft& order) const
{
	if (const auto number_of_vf = number<std::uint32_t>(order, VFCTL_A_VF_VF)) {
		const auto pf = find_pf(order, VFCTL_A_VF_PF_IFINDEX, VFCTL_A_VF_PF_IFNAME);
		if (!pf)
			return std::nullopt;
		return vf_key(*pf, *number_of_vf);
	}
	if (const auto said = number<std::uint32_t>(order, VFCTL_A_VF_IFINDEX))
		return at(stub_indices_, *said);
	if (const auto* said = find(order, VFCTL_A_VF_IFNAME))
		return at(stub_names_, text_of(*said));
	return std::nullopt;
}

bool limits::obey_vf(const draft& order)
{
	const auto key = find_vf(order);

	if (!key || !vfs_.contains(*key))
		return false;
	vf_limits& one = vfs_[*key];
	one.hard = number<std::uint64_t>(order, VFCTL_A_VF_HARD_RATE).value_or(one.hard);
	one.soft = number<std::uint64_t>(order, VFCTL_A_VF_SOFT_RATE).value_or(one.soft);
	// What the driver does not have can be "set" to none.
	if (const auto min = number<std::uint64_t>(order, VFCTL_A_VF_MIN_RATE);
	    min && (one.min || *min))
		one.min = min;
	if (const auto may = number<std::uint32_t>(order, VFCTL_A_VF_GUEST_SOFT))
		one.guest_soft = may;
	return true;
}

bool limits::obey_pf(const draft& order)
{
	const auto pf = find_pf(order, VFCTL_A_PF_IFINDEX, VFCTL_A_PF_IFNAME);
	const auto interval = number<std::uint32_t>(order, VFCTL_A_PF_INTERVAL);
	const auto keep = number<std::uint32_t>(order, VFCTL_A_PF_KEEP_LIMITS);

	if (!pf || (!interval && !keep))
		return false;
	pf_settings& one = pfs_[*pf];
	one.interval = interval.value_or(one.interval);
	one.keep_limits = keep.value_or(one.keep_limits);
	return true;
}

bool limits::obey(const draft& order)
{
	switch (order.command) {
	case VFCTL_CMD_VF_SET:
		return obey_vf(order);
	case VFCTL_CMD_PF_SET:
		return obey_pf(order);
	default:
		return false;
	}
}

std::string limits::difference(const limits& to) const
{
	const auto words_of_vfs = first_difference(vfs_, to.vfs_);

	return words_of_vfs.empty() ? first_difference(pfs_, to.pfs_) : words_of_vfs;
}

bool is_order(const draft& what, const family& of)
{
	const auto* op = of.find(what.command);

	return what.type == of.id && (what.flags & NLM_F_REQUEST) != 0 && op != nullptr &&
	       !op->is_question();
}

} // namespace nlfuzz
