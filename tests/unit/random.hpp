// SPDX-License-Identifier: GPL-2.0-only
// Random cases that can be repeated. A failure prints the seed of its case:
//   VFCTL_TEST_SEED=<seed> VFCTL_TEST_CASES=1 unit_accum
// VFCTL_TEST_SEED=random looks for new failures.
#pragma once

#include <cstdint>
#include <cstdlib>
#include <random>
#include <string>

namespace vfctl::test {

// splitmix64: the distributions of the standard library are not the same everywhere.
class generator {
public:
	explicit generator(std::uint64_t seed) : state_{seed} {}

	std::uint64_t next()
	{
		state_ += 0x9e3779b97f4a7c15U;
		std::uint64_t z = state_;
		z = (z ^ (z >> 30U)) * 0xbf58476d1ce4e5b9U;
		z = (z ^ (z >> 27U)) * 0x94d049bb133111ebU;
		return z ^ (z >> 31U);
	}

	// Both ends included.
	std::uint64_t between(std::uint64_t low, std::uint64_t high)
	{
		const auto span = high - low + 1;
		return span == 0 ? next() : low + next() % span;
	}

	// Of any order of magnitude up to the limit.
	std::uint64_t up_to(std::uint64_t limit) { return between(0, limit >> between(0, 40)); }

	bool one_in(std::uint64_t n) { return between(1, n) == 1; }

	template <typename Range> auto pick(const Range& range)
	{
		return *(range.begin() + static_cast<std::ptrdiff_t>(between(0, range.size() - 1)));
	}

private:
	std::uint64_t state_;
};

inline std::uint64_t first_seed()
{
	const char* text = std::getenv("VFCTL_TEST_SEED");
	if (text == nullptr)
		return 1;
	if (std::string{text} == "random") {
		std::random_device device;
		return std::uint64_t{device()} << 32U | device();
	}
	return std::stoull(text, nullptr, 0);
}

inline std::uint64_t case_count(std::uint64_t usual)
{
	const char* text = std::getenv("VFCTL_TEST_CASES");
	return text == nullptr ? usual : std::stoull(text, nullptr, 0);
}

} // namespace vfctl::test
