// SPDX-License-Identifier: GPL-2.0-only
// A line to the control socket of vfctld: whatever it is, the answer is a line of JSON.
#include <cstdint>
#include <stdexcept>
#include <string_view>

#include <nlohmann/json.hpp>

#include "control.hpp"
#include "require.hpp"

using namespace vfctl::daemon;

namespace {

control_actions make_actions()
{
	return {
		.view = [] { return snapshot(); },
		.wanted = [] { return policy(); },
		.pause = [](bool) {},
		.reload = [] { throw std::runtime_error("no"); },
		.add_guest =
			[](const std::string& name, const known_guest& guest) {
				REQUIRE(!name.empty() && guest.cid >= 3);
			},
		.remove_guest = [](const std::string&) { return false; },
	};
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
	static const control_actions actions = make_actions();
	const std::string_view line(reinterpret_cast<const char*>(data), size);
	const std::string answer = answer_control(line, actions);
	REQUIRE(answer.find('\n') == std::string::npos);
	const auto json = nlohmann::json::parse(answer);
	REQUIRE(json.at("version") == 1);
	return 0;
}
