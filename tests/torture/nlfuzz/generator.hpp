// SPDX-License-Identifier: GPL-2.0-only
// Messages that are meant to be understood, made of the family's own description.
#pragma once

#include <cstdint>
#include <map>
#include <set>
#include <vector>

#include "draft.hpp"
#include "family.hpp"
#include "input.hpp"
#include "random.hpp"
#include "values.hpp"

namespace nlfuzz {

class generator {
public:
	generator(const family& of, values& from, dice& luck);

	input make();
	draft make_message();

	/// An attribute of a policy with a value that fits, or is at the edge.
	draft_attribute make_attribute(const attribute_policy& wanted, const row* of,
				       unsigned depth = 0);

	/// Attributes that were taken together once are tried again.
	void remember(const draft& taken);

	const attribute_policy* find(const draft& in, std::uint16_t type) const;

private:
	using types = std::set<std::uint16_t>;

	const operation& choose();
	types choose(const operation& op, bool dump);
	bool is_dump(const draft& what) const { return (what.flags & NLM_F_DUMP) == NLM_F_DUMP; }

	const family& family_;
	values& values_;
	dice& luck_;
	std::map<std::pair<std::uint8_t, bool>, std::vector<types>> taken_;
};

} // namespace nlfuzz
