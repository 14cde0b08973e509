// SPDX-License-Identifier: GPL-2.0-only
#include "messages.hpp"

#include <array>

#include "mailbox.hpp"

namespace hostile {

namespace {

// Those of the tests' limits, and those of integers.
constexpr std::array<std::uint32_t, 13> edges = {
	0, 1, 39, 40, 41, 1000, 1001, 0xffff, 0x10000, 0x10001, 0x7fffffff, 0x80000000, 0xffffffff};

// The distributions of the standard library are not the same everywhere.
std::uint32_t below(std::mt19937_64& dice, std::uint32_t n)
{
	return static_cast<std::uint32_t>(dice() % n);
}

} // namespace

message soft_limit(std::uint32_t mbit)
{
	return {set_limit, mbit};
}

message any_message(std::mt19937_64& dice)
{
	message words(1 + below(dice, mailbox_words));

	for (std::uint32_t& word : words)
		word = static_cast<std::uint32_t>(dice());
	if (below(dice, 10) < 7) {
		words[0] = below(dice, 0x50);
		// What goes with some numbers, such as how many addresses follow.
		if (below(dice, 3) == 0)
			words[0] |= below(dice, 0x100) << 16U;
	}
	if (words.size() > 1 && below(dice, 2) == 0)
		words[1] = edges[below(dice, edges.size())];
	return words;
}

} // namespace hostile
