// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <string>
#include <system_error>
#include <utility>
#include <variant>
#include <vector>

#include <vfctl/error.hpp>
#include <vfctl/pf.hpp>
#include <vfctl/vf.hpp>

using vfctl::limit_state;
using vfctl::pf_ref;
using vfctl::vf_ref;

namespace {

std::string refusal_of(const std::string& text)
{
	try {
		const vf_ref vf(text);
		return "taken as " + to_string(vf);
	} catch (const vfctl::error& e) {
		CHECK(e.code() == std::errc::invalid_argument);
		CHECK_FALSE(e.from_kernel());
		return e.message();
	}
}

} // namespace

TEST_CASE("a VF is named by its PF and number")
{
	const vf_ref vf("eth0/1");
	const auto* const numbered = std::get_if<vf_ref::numbered>(&vf.what());
	REQUIRE(numbered);
	CHECK(numbered->pf.name() == "eth0");
	CHECK(numbered->pf.index() == 0);
	CHECK(numbered->number == 1);
	CHECK(to_string(vf) == "eth0/1");
}

TEST_CASE("a VF is named by its device")
{
	const vf_ref vf("veth0.1");
	const auto* const device = std::get_if<vf_ref::device>(&vf.what());
	REQUIRE(device);
	CHECK(device->name == "veth0.1");
	CHECK(to_string(vf) == "veth0.1");
}

TEST_CASE("a VF is named by its PCI address, which is brought to its full form")
{
	const auto [given, full] = GENERATE(table<std::string, std::string>({
		{"0000:01:10.1", "0000:01:10.1"},
		{"01:10.1", "0000:01:10.1"},
		{"0001:AB:1f.7", "0001:ab:1f.7"},
		{"10000:e1:00.2", "10000:e1:00.2"},
		{"00000001:01:10.1", "0001:01:10.1"},
		{"1:2.3", "0000:01:02.3"},
	}));
	const vf_ref vf(given);
	const auto* const address = std::get_if<vf_ref::address>(&vf.what());
	REQUIRE(address);
	CHECK(address->bus_address == full);
	CHECK(to_string(vf) == full);
}

TEST_CASE("a VF is named by what a client told of it")
{
	vfctl::vf_info info;
	info.pf_index = 7;
	info.pf_name = "eth0";
	info.number = 3;
	const vf_ref vf(info);
	REQUIRE(std::holds_alternative<vf_ref::numbered>(vf.what()));
	CHECK(std::get<vf_ref::numbered>(vf.what()).pf.index() == 7);
	CHECK(to_string(vf) == "#7/3");
}

TEST_CASE("the limits of what can be named")
{
	CHECK(refusal_of("eth0/4294967295") == "taken as eth0/4294967295");
	CHECK(refusal_of("fifteen_letters") == "taken as fifteen_letters");
	CHECK(refusal_of("fifteen_letters/0") == "taken as fifteen_letters/0");
	CHECK(refusal_of("eth0/007") == "taken as eth0/7");
}

TEST_CASE("what names no VF is refused with the cause")
{
	const auto [text, cause] = GENERATE(table<std::string, std::string>({
		{"", "veth0.1, eth0/1 or 0000:01:10.1 would"},
		{"eth0/", "after the slash comes its number"},
		{"eth0/x", "after the slash comes its number"},
		{"eth0/1x", "after the slash comes its number"},
		{"eth0/-1", "after the slash comes its number"},
		{"eth0/+1", "after the slash comes its number"},
		{"eth0/ 1", "after the slash comes its number"},
		{"eth0/1/2", "after the slash comes its number"},
		{"eth0/4294967296", "its number is too large"},
		{"eth0/99999999999", "its number is too large"},
		{"/1", "before the slash comes its PF"},
		{"sixteen_letters_", "at most 15 characters"},
		{"sixteen_letters_/1", "at most 15 characters"},
		{".", "no name that a device can have"},
		{"..", "no name that a device can have"},
		{"../1", "no name that a device can have"},
		{"eth 0", "no name that a device can have"},
		{"eth0\n", "no name that a device can have"},
		{std::string("eth\0", 4), "no name that a device can have"},
		{"0000:01:10", "no PCI address"},
		{"01:10.8", "no PCI address"},
		{"01:20.1", "no PCI address"},
		{"100:10.1", "no PCI address"},
		{"0000:01:10.1.1", "no PCI address"},
		{"0:0:0:0.0", "no PCI address"},
		{"100000000:01:10.1", "no PCI address"},
		{"01:.1", "no PCI address"},
		{"01:10.", "no PCI address"},
		{":10.1", "no PCI address"},
		{":", "no PCI address"},
		{".:", "no PCI address"},
		{"gg:10.1", "no PCI address"},
		{"-1:10.1", "no PCI address"},
		{"0x1:10.1", "no PCI address"},
	}));
	const auto said = refusal_of(text);
	INFO(said);
	CHECK(said.find(cause) != std::string::npos);
	CHECK(said.rfind('"' + text + '"', 0) == 0);
}

TEST_CASE("a very long text is shown in part")
{
	const auto said = refusal_of(std::string(100'000, 'x'));
	CHECK(said.size() < 200);
	CHECK(said.find("xxx...\"") != std::string::npos);
}

TEST_CASE("a PF is named by its device or its index")
{
	CHECK(to_string(pf_ref("eth0")) == "eth0");
	CHECK(to_string(pf_ref::by_index(7)) == "#7");
	vfctl::pf_info info;
	info.index = 9;
	CHECK(to_string(pf_ref(info)) == "#9");
}

TEST_CASE("words for a limit's state and a MAC address")
{
	CHECK(to_string(limit_state::none) == "none");
	CHECK(to_string(limit_state::in_force) == "in-force");
	CHECK(to_string(limit_state::pending) == "pending");
	CHECK(to_string(static_cast<limit_state>(77)) == "unknown");
	CHECK(vfctl::to_string(vfctl::mac_address{2, 0, 0xab, 0, 0, 0xff}) == "02:00:ab:00:00:ff");
}

TEST_CASE("no driver is bound to what is not there")
{
	CHECK_FALSE(vfctl::bound_driver("ffff:ff:1f.7"));
	CHECK_FALSE(vfctl::bound_driver("../../../class/net/lo"));
	CHECK_FALSE(vfctl::bound_driver(""));
}
