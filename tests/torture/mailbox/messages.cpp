// SPDX-License-Identifier: GPL-2.0-only
#include "messages.hpp"

#include <array>

#include "mailbox.hpp"

namespace hostile {

namespace {

// Those of the tests' limits, and those of integers.
constexpr std::array<std::uint32_t, 13> edges = {
	0, 1, 39, 40, 41, 1000, 1001, 0xffff, 0x10000, 0x10001, 0x7fffffff, 0x80000000, 0xffffffff};

} // namespace

message soft_limit(std::uint32_t mbit)
{
	return {set_limit, mbit};
}

message any_message(vfctl::test::generator& dice)
{
	message words(dice.between(1, mailbox_words));

	for (std::uint32_t& word : words)
		word = static_cast<std::uint32_t>(dice.next());
	if (dice.between(1, 10) <= 7) {
		words[0] = static_cast<std::uint32_t>(dice.between(0, 0x4f));
		// What goes with some numbers, such as how many addresses follow.
		if (dice.one_in(3))
			words[0] |= static_cast<std::uint32_t>(dice.between(0, 0xff)) << 16U;
	}
	if (words.size() > 1 && dice.one_in(2))
		words[1] = dice.pick(edges);
	return words;
}

} // namespace hostile
