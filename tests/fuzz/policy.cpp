// SPDX-License-Identifier: GPL-2.0-only
// Text as a policy of vfctld: it is refused with sentences that name the file, or means something.
#include <cstdint>
#include <string>

#include "policy_file.hpp"
#include "require.hpp"

using namespace vfctl::daemon;

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
	try {
		const policy p = parse_policy({{"F", std::string(data, data + size)}});
		REQUIRE(p.period.count() >= 20 && p.step >= 0 && p.step <= 0.5);
		for (const auto& vf : p.vfs) {
			REQUIRE(vf.weight > 0 && !vf.match.empty());
			REQUIRE(vf.max.is_none() || vf.min.bits_per_sec() <= vf.max.bits_per_sec());
		}
		for (const auto& guest : p.guests)
			REQUIRE(guest.cid >= 3);
	} catch (const policy_error& e) {
		REQUIRE(!e.problems().empty());
		for (const auto& problem : e.problems())
			REQUIRE(problem.rfind("F:", 0) == 0);
	}
	return 0;
}
