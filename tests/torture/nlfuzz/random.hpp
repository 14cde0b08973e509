// SPDX-License-Identifier: GPL-2.0-only
// Choices that can be made again from their seed.
#pragma once

#include <cstddef>
#include <cstdint>

#include "../../unit/random.hpp"

namespace nlfuzz {

class dice {
public:
	explicit dice(std::uint64_t seed) : numbers_(seed) {}

	std::uint64_t next() { return numbers_.next(); }

	/// From 0 to n - 1; n is not 0.
	std::size_t below(std::size_t n) { return static_cast<std::size_t>(next() % n); }

	bool one_in(std::size_t n) { return below(n) == 0; }

	template <typename Range> auto& pick(Range& range) { return range[below(range.size())]; }

private:
	vfctl::test::generator numbers_;
};

} // namespace nlfuzz
