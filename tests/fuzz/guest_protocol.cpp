// SPDX-License-Identifier: GPL-2.0-only
// A line of a guest: whatever it is, the answer is a line of JSON, and nothing is set but the guest's
// own VF, below its hard limit.
#include <cstdint>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include <vfctl/error.hpp>

#include "guest_protocol.hpp"
#include "require.hpp"

using namespace vfctl;
using namespace vfctl::daemon;

namespace {

class one_guest : public guest_host {
public:
	std::vector<vf_info> vfs_of(std::uint32_t cid) override
	{
		REQUIRE(cid == 3);
		vf_info vf;
		vf.number = 7;
		vf.mac = mac_address{2, 0, 0, 0, 0, 1};
		vf.hard = rate::from_mbits_per_sec(100);
		return {vf};
	}

	bool may_set_soft(const vf_info& /*unused*/) override { return true; }

	void set_soft(const vf_info& vf, rate limit) override
	{
		REQUIRE(vf.number == 7);
		if (limit.bits_per_sec() > 100'000'000)
			throw error("set", std::make_error_code(std::errc::invalid_argument), "no");
	}
};

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
	one_guest host;
	const std::string_view line(reinterpret_cast<const char*>(data), size);
	const guest_answer made = answer_guest(3, line, host);
	REQUIRE(made.line.find('\n') == std::string::npos);
	const auto json = nlohmann::json::parse(made.line);
	REQUIRE(json.at("version") == 1);
	REQUIRE(json.contains("error") == (made.outcome != guest_outcome::granted));
	return 0;
}
