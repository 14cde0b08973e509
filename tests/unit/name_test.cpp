// SPDX-License-Identifier: GPL-2.0-only
#include "catch.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <cstddef>
#include <string>
#include <vector>

extern "C" {
#include <linux/if.h>

#include "name.h"
}

namespace {

struct made {
	int result;
	std::string name;
};

made make(const std::string& pf, unsigned int vf)
{
	// Guards on both sides: the name may use IFNAMSIZ bytes, no more.
	std::array<char, IFNAMSIZ + 2> buf{};
	buf.fill('#');
	const int result = vfctl_stub_name(buf.data() + 1, pf.c_str(), vf);
	if (buf.front() != '#' || buf.back() != '#')
		FAIL("written outside of the name");
	if (result < 0)
		return {result, {}};
	return {result, buf.data() + 1};
}

std::string make_short(const std::string& pf, unsigned int vf)
{
	std::array<char, IFNAMSIZ> buf{};
	if (vfctl_stub_short_name(buf.data(), pf.c_str(), vf) != 1)
		FAIL("refused");
	return buf.data();
}

std::string number(int n)
{
	return std::to_string(n);
}

// Ports of cards on every bus, as udev names them; `suffix` makes the port's own part.
template <typename Suffix>
void add_ports(std::vector<std::string>& names, const std::string& prefix, Suffix suffix)
{
	for (int bus = 1; bus < 256; bus++)
		for (int port = 0; port < 8; port++) {
			const auto name =
				prefix + number(bus) + "s0f" + number(port) + suffix(port);
			if (name.size() < IFNAMSIZ)
				names.push_back(name);
		}
}

// What the kernel, udev, biosdevname and administrators call ports. One list is what one
// machine might have: on one card, ports are named in one way.
std::vector<std::vector<std::string>> common_pf_names()
{
	const auto nothing = [](int) {
		return std::string{};
	};
	const auto np = [](int port) {
		return "np" + number(port);
	};
	const auto d = [](int port) {
		return "d" + number(port % 2);
	};
	std::vector<std::vector<std::string>> machines(5);

	add_ports(machines[0], "enp", nothing);
	add_ports(machines[0], "ibp", nothing);
	add_ports(machines[1], "enp", np);
	add_ports(machines[1], "ibp", np);
	add_ports(machines[2], "enp", d);
	add_ports(machines[2], "ibp", d);
	for (int slot = 1; slot <= 64; slot++)
		for (int port = 0; port < 8; port++) {
			const auto at = number(slot) + "f" + number(port);
			machines[3].push_back("ens" + at);
			machines[3].push_back("ens" + at + np(port));
			machines[3].push_back("ibs" + at);
			machines[3].push_back("ibs" + at + np(port));
			machines[3].push_back("p" + number(slot) + "p" + number(port));
			machines[3].push_back("enP1s" + at + np(port));
		}
	for (int i = 0; i < 256; i++) {
		for (const char* kind : {"eth", "ib", "eno", "lan", "sfp"})
			machines[3].push_back(kind + number(i));
		// 15 characters, alike at both ends
		machines[4].push_back("rack" + number(1000 + i) + "-uplink");
	}
	return machines;
}

} // namespace

TEST_CASE("a stub is named after its PF and VF")
{
	CHECK(make("eth0", 1).name == "veth0.1");
	CHECK(make("eth0", 1).result == 0);
	CHECK(make("enp1s0f0", 63).name == "venp1s0f0.63");
	CHECK(make("eth0", 65535).name == "veth0.65535");
	CHECK(make("e", 0).name == "ve.0");
}

TEST_CASE("a name that fills the last byte is not shortened")
{
	CHECK(make("enp1s0f0np0", 7).name == "venp1s0f0np0.7");
	CHECK(make("enp1s0f0np0", 42).name == "venp1s0f0np0.42");
	CHECK(make("enp1s0f0np0", 42).name.size() == IFNAMSIZ - 1);
	CHECK(make("enp1s0f0np0", 42).result == 0);
	CHECK(make("enp1s0f0np0", 100).result == 1);
}

TEST_CASE("a long name keeps the start of the PF's name and a hash of all of it")
{
	// python3 -c 'import binascii; print("%04x" % binascii.crc_hqx(b"enp129s0f1np1", 0xffff))'
	CHECK(make("enp129s0f1np1", 7).name == "venp129s0bbda.7");
	CHECK(make("enp129s0f1np1", 7).result == 1);
	CHECK(make("enp129s0f1np1", 255).name == "venp129bbda.255");
	CHECK(make("enp129s0f1np1", 65535).name == "venp1bbda.65535");
	CHECK(make("enp1s0f0np0", 100).name == "venp1s05e26.100");
}

TEST_CASE("a name that another device has is shortened, though it would fit")
{
	// python3 -c 'import binascii; print("%04x" % binascii.crc_hqx(b"eth0", 0xffff))'
	CHECK(make_short("eth0", 100) == "veth0d14f.100");
	CHECK(make_short("enp1s0f0", 63) == "venp1s0f1d5a.63");
	CHECK(make_short("enp129s0f1np1", 7) == make("enp129s0f1np1", 7).name);
	std::array<char, IFNAMSIZ> buf{};
	CHECK(vfctl_stub_short_name(buf.data(), "eth0", 65536) == -ERANGE);
}

TEST_CASE("the hash is written with four digits, zeros included")
{
	bool seen = false;
	for (int i = 10000; i < 100000 && !seen; i++) {
		const auto name = make("ens1f0np0-" + std::to_string(i), 3).name;
		REQUIRE(name.size() == IFNAMSIZ - 1);
		seen = name.substr(9, 2) == "00";
	}
	CHECK(seen);
}

TEST_CASE("every VF index that PCI knows fits into the longest PF name")
{
	const std::string pf(IFNAMSIZ - 1, 'x');
	for (unsigned int vf = 0; vf <= 65535; vf++) {
		const auto [result, name] = make(pf, vf);
		if (result != 1 || name.size() != IFNAMSIZ - 1 ||
		    name.substr(name.find('.') + 1) != std::to_string(vf))
			FAIL_CHECK("VF " << vf << " is " << name);
	}
}

TEST_CASE("a VF index that PCI does not know is refused")
{
	CHECK(make("eth0", 65536).result == -ERANGE);
	CHECK(make("eth0", ~0U).result == -ERANGE);
}

TEST_CASE("the same PF and VF always get the same name")
{
	for (const auto& pfs : common_pf_names())
		for (const auto& pf : pfs)
			REQUIRE(make(pf, 12).name == make(pf, 12).name);
}

TEST_CASE("no two stubs of a machine with common PF names share a name")
{
	for (const auto& pfs : common_pf_names()) {
		std::vector<std::string> names;
		for (const auto& pf : pfs)
			for (unsigned int vf = 0; vf < 256; vf++)
				names.push_back(make(pf, vf).name);
		std::sort(names.begin(), names.end());
		const auto twice = std::adjacent_find(names.begin(), names.end());
		INFO("first of " << pfs.size() << " PFs: " << pfs.front());
		INFO("taken twice: " << (twice == names.end() ? "nothing" : *twice));
		CHECK(twice == names.end());
	}
}
