// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <vfctl/error.hpp>
#include <vfctl/pf.hpp>
#include <vfctl/stats.hpp>
#include <vfctl/vf.hpp>

#include "rtnl_host.hpp"

using replay::make_link;
using replay::make_pf;
using replay::make_stub;
using vfctl::counter;
using vfctl::pf_ref;
using vfctl::rate;
using vfctl::vf_ref;
using namespace rtnl_test;

TEST_CASE("PFs are those devices that list VFs")
{
	host h;
	const auto representor =
		make_link(5, "eth0_0", replay::attribute(IFLA_NUM_VF, replay::raw(2U)));
	h.lists(make_link(1, "lo") + h.eth0() + representor + make_pf(6, "eth1", {}));
	std::vector<vfctl::pf_info> pfs(9);
	h.backend.pfs(pfs);

	REQUIRE(pfs.size() == 1);
	CHECK(pfs[0].index == 2);
	CHECK(pfs[0].name == "eth0");
	CHECK(pfs[0].bus_address == "0000:01:00.0");
	CHECK(pfs[0].driver == "igb");
	CHECK(pfs[0].vfs == 2);
	CHECK(pfs[0].total_vfs == 7U);
	CHECK(pfs[0].link_speed == mbit(1000));
	CHECK_FALSE(pfs[0].provider);
	CHECK_FALSE(pfs[0].interval);
	CHECK_FALSE(pfs[0].caps);
}

TEST_CASE("a PF that has no VFs now is one")
{
	host h;
	h.has(make_pf(2, "eth0", {}));
	const auto pf = h.backend.pf("eth0");
	CHECK(pf.vfs == 0);
	CHECK(pf.total_vfs == 7U);

	h.has(make_pf(2, "eth0", {}));
	const pf_ref eth0("eth0");
	std::vector<vfctl::vf_info> vfs(3);
	h.backend.vfs(vfs, &eth0, existing);
	CHECK(vfs.empty());
}

TEST_CASE("a PF is found by its index")
{
	host h;
	h.has(h.eth0());
	CHECK(h.backend.pf(pf_ref::by_index(2)).name == "eth0");
}

TEST_CASE("what is no PF")
{
	host h;
	SECTION("no device of that name")
	{
		h.has_not();
		const auto no = refused([&] { h.backend.pf("eth7"); });
		CHECK(no.code == std::errc::no_such_device);
		CHECK(no.what == "read eth7: there is no device \"eth7\"");
		CHECK_FALSE(no.from_kernel);
	}
	SECTION("no device of that index")
	{
		h.has_not();
		const auto no = refused([&] { h.backend.pf(pf_ref::by_index(7)); });
		CHECK(no.code == std::errc::no_such_device);
		CHECK(no.what == "read #7: there is no device with index 7");
	}
	SECTION("a device of another kind")
	{
		h.has(make_link(1, "lo"));
		const auto no = refused([&] { h.backend.pf("lo"); });
		CHECK(no.code == std::errc::no_such_device);
		CHECK(no.what == "read lo: lo is no PF: it has no VFs");
	}
	SECTION("a device whose driver could tell of VFs, and whose card has none")
	{
		h.has(make_pf(6, "eth1", {}));
		CHECK(refused([&] { h.backend.pf("eth1"); }).code == std::errc::no_such_device);
	}
}

TEST_CASE("what sysfs tells of another network namespace is not taken")
{
	host h;
	h.lists(make_pf(3, "eth0", h.vfs));
	std::vector<vfctl::pf_info> pfs;
	h.backend.pfs(pfs);
	REQUIRE(pfs.size() == 1);
	CHECK_FALSE(pfs[0].bus_address);
	CHECK_FALSE(pfs[0].driver);
	CHECK_FALSE(pfs[0].total_vfs);
	CHECK_FALSE(pfs[0].link_speed);

	h.lists(make_pf(3, "eth0", h.vfs));
	std::vector<vfctl::vf_info> vfs;
	h.backend.vfs(vfs, nullptr, existing);
	REQUIRE(vfs.size() == 2);
	CHECK_FALSE(vfs[0].bus_address);
	CHECK_FALSE(vfs[0].link_speed);
}

TEST_CASE("VFs have what rtnetlink and sysfs know, and nothing else")
{
	host h;
	h.lists(h.eth0());
	std::vector<vfctl::vf_info> vfs(5);
	vfs[0].soft = mbit(1);
	vfs[0].name = "old";
	h.backend.vfs(vfs, nullptr, existing);

	REQUIRE(vfs.size() == 2);
	CHECK(vfs[0].pf_index == 2);
	CHECK(vfs[0].pf_name == "eth0");
	CHECK(vfs[0].number == 0);
	CHECK(vfs[0].bus_address == "0000:01:10.0");
	CHECK(vfs[0].mac == vfctl::mac_address{2, 0, 0, 0, 0, 5});
	CHECK(vfs[0].link_speed == mbit(1000));
	CHECK(vfs[0].hard == mbit(500));
	CHECK_FALSE(vfs[0].min);
	CHECK_FALSE(vfs[0].index);
	CHECK_FALSE(vfs[0].name);
	CHECK_FALSE(vfs[0].soft);
	CHECK_FALSE(vfs[0].effective);
	CHECK_FALSE(vfs[0].state);
	CHECK_FALSE(vfs[0].pending_reason);
	CHECK(vfs[1].number == 1);
	CHECK_FALSE(vfs[1].mac);
	CHECK(vfs[1].min == mbit(10));
}

TEST_CASE("a VF without a limit has none, which is known")
{
	host h;
	h.vfs = {{.number = 0}};
	h.has(h.eth0());
	CHECK(h.backend.vf("eth0/0", existing).hard == rate::none());
}

TEST_CASE("a VF is found by each of its names")
{
	host h;
	SECTION("PF and number")
	{
		h.has(h.eth0());
		CHECK(h.backend.vf("eth0/1", existing).number == 1);
	}
	SECTION("PCI address")
	{
		h.has(h.eth0());
		CHECK(h.backend.vf("01:10.2", existing).number == 1);
	}
	SECTION("PCI address, below a PF with a representor")
	{
		h.tree.file("devices/pci0000:00/0000:01:00.0/net/a_rep/ifindex", "9\n");
		h.tree.file("devices/pci0000:00/0000:01:00.0/net/b_gone/ifindex", "10\n");
		h.has(make_link(9, "a_rep"));
		h.has_not();
		h.has(h.eth0());
		CHECK(h.backend.vf("01:10.2", existing).number == 1);
	}
	SECTION("stub, where the module is loaded and not in use")
	{
		h.has(make_stub(9, "veth0.1", 2, "pf0vf1"));
		h.has(h.eth0());
		CHECK(h.backend.vf("veth0.1", existing).number == 1);
	}
	SECTION("what was told of it")
	{
		h.has(h.eth0());
		vfctl::vf_info told;
		told.pf_index = 2;
		told.number = 1;
		CHECK(h.backend.vf(vf_ref(told), existing).number == 1);
	}
}

TEST_CASE("what is no VF")
{
	host h;
	const auto code_and_cause = [&](const char* name, std::errc code,
					const std::string& cause) {
		const auto no = refused([&] { h.backend.vf(name, existing); });
		CHECK(no.code == code);
		CHECK(no.what == "read " + to_string(vf_ref(name)) + ": " + cause);
		CHECK_FALSE(no.from_kernel);
	};

	SECTION("no VF of that number")
	{
		h.has(h.eth0());
		code_and_cause("eth0/2", std::errc::no_such_file_or_directory,
			       "eth0 has VFs 0 to 1, there is no VF 2");
	}
	SECTION("no VF at all")
	{
		h.has(make_pf(2, "eth0", {}));
		code_and_cause("eth0/0", std::errc::no_such_file_or_directory,
			       "eth0 has no VFs now");
	}
	SECTION("the driver does not tell of it")
	{
		h.has(make_link(2, "eth0", replay::pf_part(2, {{.number = 0}})));
		code_and_cause("eth0/1", std::errc::operation_not_supported,
			       "the driver of eth0 tells nothing of VF 1");
	}
	SECTION("no such PCI device")
	{
		code_and_cause("01:10.7", std::errc::no_such_device,
			       "there is no PCI device 0000:01:10.7");
	}
	SECTION("another PCI device")
	{
		code_and_cause("01:00.0", std::errc::no_such_device,
			       "the PCI device 0000:01:00.0 is no VF");
	}
	SECTION("its PF is elsewhere")
	{
		h.has_not();
		code_and_cause("01:10.2", std::errc::no_such_device,
			       "the PF of 0000:01:10.2 has no network device in this network "
			       "namespace");
	}
	SECTION("no stub, as there are none")
	{
		h.has_not();
		code_and_cause(
			"veth0.1", std::errc::no_such_device,
			"there is no device \"veth0.1\"; name a VF as eth0/1 where the vfctl "
			"module is not loaded");
	}
	SECTION("a device that is no stub")
	{
		const auto* const port = GENERATE("pf0vf1", "p0");
		h.has(make_stub(9, "eth0_1", 2, port, "vlan"));
		code_and_cause("eth0_1", std::errc::no_such_device,
			       "eth0_1 is no device of a VF, name one as eth0/1");
	}
	SECTION("a stub that does not say of what")
	{
		const auto* const port = GENERATE("", "p0", "pf0", "pf0vf", "pf0vfx", "pf0vf1x",
						  "xvf1", "pf0vf4294967296");
		h.has(make_stub(9, "veth0.1", 2, port));
		code_and_cause("veth0.1", std::errc::no_such_device,
			       "veth0.1 is no device of a VF, name one as eth0/1");
	}
}

TEST_CASE("counters are told where they are not 0")
{
	host h;
	h.vfs[0].stats = {{IFLA_VF_STATS_RX_PACKETS, 7}, {IFLA_VF_STATS_TX_BYTES, 0}};
	h.lists(h.eth0());
	std::vector<vfctl::vf_stats> stats(4);
	stats[1].counters.set(counter::tx_packets, 9);
	stats[0].resets = 1;
	h.backend.stats(stats, nullptr);

	REQUIRE(stats.size() == 2);
	CHECK(stats[0].pf_index == 2);
	CHECK(stats[0].pf_name == "eth0");
	CHECK(stats[0].counters[counter::rx_packets] == 7U);
	CHECK_FALSE(stats[0].counters[counter::tx_bytes]);
	CHECK_FALSE(stats[0].time);
	CHECK_FALSE(stats[0].resets);
	CHECK_FALSE(stats[0].gaps);
	CHECK_FALSE(stats[0].name);
	CHECK(stats[1].number == 1);
	CHECK(stats[1].counters.empty());
}

TEST_CASE("counters of one PF and of one VF")
{
	host h;
	h.vfs[1].stats = {{IFLA_VF_STATS_TX_DROPPED, 3}};
	h.has(h.eth0());
	const pf_ref eth0("eth0");
	std::vector<vfctl::vf_stats> stats;
	h.backend.stats(stats, &eth0);
	REQUIRE(stats.size() == 2);

	h.has(h.eth0());
	CHECK(h.backend.stats("eth0/1").counters[counter::tx_dropped] == 3U);
}

TEST_CASE("more VFs than rtnetlink can carry")
{
	host h;
	h.vfs.assign(1000, {.last_of_mac = 1});
	for (std::uint32_t i = 0; i < 1000; i++)
		h.vfs[i].number = i;
	const std::string cause =
		": rtnetlink cannot carry the 1000 VFs of eth0, that needs the vfctl module";
	const pf_ref eth0("eth0");
	std::vector<vfctl::vf_info> vfs;
	std::vector<vfctl::vf_stats> stats;
	std::vector<vfctl::pf_info> pfs;

	h.lists(h.eth0());
	h.backend.pfs(pfs);
	REQUIRE(pfs.size() == 1);
	CHECK(pfs[0].vfs == 1000);

	h.has(h.eth0());
	const auto no = refused([&] { h.backend.vfs(vfs, &eth0, existing); });
	CHECK(no.code == std::errc::operation_not_supported);
	CHECK(no.what == "read VFs of eth0" + cause);
	h.lists(h.eth0());
	CHECK(refused([&] { h.backend.stats(stats, nullptr); }).what == "read counters" + cause);
	h.has(h.eth0());
	CHECK(refused([&] { h.backend.vf("eth0/1", existing); }).what == "read eth0/1" + cause);
	h.has(h.eth0());
	CHECK(refused([&] { h.backend.set("eth0/1", hard(mbit(1)), existing); }).what ==
	      "set limits of eth0/1" + cause);
}

TEST_CASE("there is no guest to forbid anything")
{
	host h;
	const auto no = refused([&] {
		h.backend.set_guest_permission("eth0/1", vfctl::guest_permission::allowed);
	});
	CHECK(no.code == std::errc::operation_not_supported);
	CHECK(no.what == "set who limits eth0/1: limits of guests need the vfctl module, which is "
			 "not in use");
}

TEST_CASE("there is no sampling to set")
{
	host h;
	const auto no =
		refused([&] { h.backend.set_interval("eth0", std::chrono::milliseconds(10)); });
	CHECK(no.code == std::errc::operation_not_supported);
	CHECK(no.what == "set the sampling interval of eth0: a sampling interval needs the vfctl "
			 "module, which is not in use");
}

TEST_CASE("this machine's own kernel answers")
{
	const auto backend = vfctl::make_rtnl_backend();
	CHECK(backend->type() == vfctl::backend_type::rtnetlink);
	std::vector<vfctl::pf_info> pfs;
	backend->pfs(pfs);
	const auto no = refused([&] { backend->vf("no_such_device", existing); });
	CHECK(no.code == std::errc::no_such_device);
}
