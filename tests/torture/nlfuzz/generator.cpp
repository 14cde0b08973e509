// SPDX-License-Identifier: GPL-2.0-only
#include "generator.hpp"

#include <algorithm>

namespace nlfuzz {

namespace {

// More than a policy of this project nests.
constexpr unsigned deepest = 3;

template <typename T> void shuffle(std::vector<T>& what, dice& luck)
{
	for (auto left = what.size(); left > 1; --left)
		std::swap(what[left - 1], what[luck.below(left)]);
}

} // namespace

generator::generator(const family& of, values& from, dice& luck)
    : family_(of), values_(from), luck_(luck)
{}

draft_attribute generator::make_attribute(const attribute_policy& wanted, const row* of,
					  unsigned depth)
{
	draft_attribute made;

	made.type = wanted.type;
	if (!wanted.nested) {
		made.value = luck_.one_in(8) ? values_.edge(wanted) : values_.fitting(wanted, of);
		return made;
	}
	made.type |= NLA_F_NESTED;
	const auto inside = family_.policies.find(*wanted.nested);
	std::vector<draft_attribute> attributes;
	if (inside != family_.policies.end() && depth < deepest)
		for (const auto& one : inside->second)
			if (luck_.one_in(2))
				attributes.push_back(make_attribute(one, of, depth + 1));
	made.value = render(attributes);
	return made;
}

generator::types generator::choose(const operation& op, bool dump)
{
	const auto known = taken_.find({op.command, dump});
	types chosen;

	if (known != taken_.end() && !luck_.one_in(4))
		chosen = luck_.pick(known->second);
	const bool more = chosen.empty() || luck_.one_in(8);
	for (const auto& one : family_.policy_of(op, dump))
		if (more && luck_.one_in(3))
			chosen.insert(one.type);
	return chosen;
}

// The more an operation takes, the more there is to try.
const operation& generator::choose()
{
	std::size_t all = 0;

	for (const auto& op : family_.operations)
		all += 1 + family_.policy_of(op, !op.can_do()).size();
	auto left = luck_.below(all);
	for (const auto& op : family_.operations) {
		const auto weight = 1 + family_.policy_of(op, !op.can_do()).size();
		if (left < weight)
			return op;
		left -= weight;
	}
	return family_.operations.back();
}

draft generator::make_message()
{
	const auto& op = choose();
	const bool dump = op.can_dump() && (!op.can_do() || luck_.one_in(4));
	const row* object = values_.object();
	draft made;

	made.type = family_.id;
	made.command = op.command;
	made.version = family_.version;
	made.flags = NLM_F_REQUEST;
	if (dump)
		made.flags |= NLM_F_DUMP;
	if (!luck_.one_in(4))
		made.flags |= NLM_F_ACK;
	const auto chosen = choose(op, dump);
	for (const auto& one : family_.policy_of(op, dump))
		if (chosen.contains(one.type))
			made.attributes.push_back(make_attribute(one, object));
	if (luck_.one_in(8))
		shuffle(made.attributes, luck_);
	return made;
}

input generator::make()
{
	input made;

	for (std::size_t count = luck_.one_in(6) ? 2 + luck_.below(4) : 1; count > 0; --count)
		render(make_message(), made.datagram);
	return made;
}

void generator::remember(const draft& what)
{
	auto& known = taken_[{what.command, is_dump(what)}];
	types used;

	for (const auto& attribute : what.attributes)
		used.insert(attribute.type & NLA_TYPE_MASK);
	if (std::find(known.begin(), known.end(), used) == known.end())
		known.push_back(std::move(used));
}

const attribute_policy* generator::find(const draft& in, std::uint16_t type) const
{
	const auto* op = family_.find(in.command);

	if (op == nullptr)
		return nullptr;
	for (const auto& one : family_.policy_of(*op, is_dump(in)))
		if (one.type == (type & NLA_TYPE_MASK))
			return &one;
	return nullptr;
}

} // namespace nlfuzz
