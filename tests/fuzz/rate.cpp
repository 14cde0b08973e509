// SPDX-License-Identifier: GPL-2.0-only
// Text as a rate: it is refused with one of two codes, or means the same after a way out and in.
#include <cstdint>
#include <cstdlib>
#include <string>
#include <string_view>

#include <vfctl/error.hpp>
#include <vfctl/rate.hpp>

#include "require.hpp"

namespace {

// Another reading of a bare number, in binary and so only nearly the same.
void compare_with_strtod(const std::string& text, vfctl::rate rate)
{
	if (text.empty() || text.find_first_not_of("0123456789.eE+-") != std::string::npos)
		return;
	const auto theirs = std::strtod(text.c_str(), nullptr);
	const auto ours = static_cast<double>(rate.bits_per_sec());
	REQUIRE(std::abs(theirs - ours) <= 0.5 + theirs * 1e-15);
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
	const std::string text(data, data + size);
	std::string note;

	try {
		const auto rate = vfctl::rate::parse(text, &note);
		REQUIRE(vfctl::rate::parse(to_string(rate)) == rate);
		REQUIRE(note.empty() || text.size() >= 4);
		compare_with_strtod(text, rate);
	} catch (const vfctl::error& e) {
		REQUIRE(e.code() == std::errc::invalid_argument ||
			e.code() == std::errc::result_out_of_range);
		REQUIRE(!e.message().empty() && note.empty());
	}
	return 0;
}
