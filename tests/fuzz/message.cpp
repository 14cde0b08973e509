// SPDX-License-Identifier: GPL-2.0-only
// A datagram of any bytes: it is understood or refused as protocol_error, within its bounds.
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <vfctl/error.hpp>
#include <vfctl/event.hpp>

#include "codec.hpp"
#include "require.hpp"

namespace {

// Strings come from the kernel's attributes, which end at a NUL.
void look_at(const std::optional<std::string>& text)
{
	REQUIRE(!text || text->find('\0') == std::string::npos);
}

void look_at(const vfctl::pf_event& e)
{
	look_at(e.pf.name);
	look_at(e.pf.driver);
	look_at(e.pf.provider);
	REQUIRE(!to_string(e.what).empty());
}

void look_at(const vfctl::vf_event& e)
{
	look_at(e.vf.name);
	look_at(e.vf.bus_address);
	look_at(e.vf.pending_reason);
	if (e.by)
		REQUIRE(!to_string(*e.by).empty());
	if (e.vf.state)
		REQUIRE(!to_string(*e.vf.state).empty());
}

void look_at(const vfctl::stats_event& e)
{
	look_at(e.stats.pf_name);
	look_at(e.stats.name);
}

template <typename Other> void look_at(const Other& /*has nothing in it*/) {}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
	std::vector<vfctl::event> events;

	try {
		vfctl::decode_datagram(std::as_bytes(std::span(data, size)), events);
	} catch (const vfctl::error& e) {
		REQUIRE(e.code() == std::errc::protocol_error);
	}
	for (const auto& event : events)
		std::visit([](const auto& e) { look_at(e); }, event);
	return 0;
}
