// SPDX-License-Identifier: GPL-2.0-only
// Text as the name of a VF: it is refused, or its full form names the same VF.
#include <cstdint>
#include <optional>
#include <string>

#include <vfctl/error.hpp>
#include <vfctl/vf.hpp>

#include "require.hpp"

namespace {

std::optional<vfctl::vf_ref> parse(const std::string& text)
{
	try {
		return vfctl::vf_ref(text);
	} catch (const vfctl::error& e) {
		REQUIRE(e.code() == std::errc::invalid_argument);
		return std::nullopt;
	}
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
	const auto ref = parse(std::string(data, data + size));
	if (!ref)
		return 0;

	const auto full = to_string(*ref);
	const auto again = parse(full);
	REQUIRE(again && again->what().index() == ref->what().index());
	REQUIRE(to_string(*again) == full);
	return 0;
}
