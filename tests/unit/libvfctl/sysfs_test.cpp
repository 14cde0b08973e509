// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <optional>
#include <string>
#include <vector>

#include <vfctl/rate.hpp>

#include "sysfs.hpp"
#include "sysfs_tree.hpp"

using vfctl::rate;
using vfctl::sysfs;

TEST_CASE("sysfs tells of a PF")
{
	const sysfs_tree tree;
	tree.card("eth0", 2, 3);
	const sysfs files(tree.root());

	CHECK(files.index("eth0") == 2U);
	CHECK(files.bus_address("eth0") == "0000:01:00.0");
	CHECK(files.driver("eth0") == "igb");
	CHECK(files.total_vfs("eth0") == 7U);
	CHECK(files.link_speed("eth0") == rate::from_mbits_per_sec(1000));
}

TEST_CASE("sysfs tells of VFs")
{
	const sysfs_tree tree;
	tree.card("eth0", 2, 3);
	const sysfs files(tree.root());

	CHECK(files.vf_address("eth0", 0) == "0000:01:10.0");
	CHECK(files.vf_address("eth0", 2) == "0000:01:10.4");
	CHECK_FALSE(files.vf_address("eth0", 3));
	CHECK(files.has_pci_device("0000:01:10.4"));
	CHECK_FALSE(files.has_pci_device("0000:01:10.6"));
	CHECK(files.pci_driver("0000:01:10.4") == "igbvf");
	CHECK_FALSE(files.pci_driver("0000:01:10.6"));

	const auto place = files.find_vf("0000:01:10.4");
	REQUIRE(place);
	CHECK(place->number == 2);
	CHECK(place->netdevs == std::vector<std::string>{"eth0"});
}

TEST_CASE("a PCI device that is no VF is no VF")
{
	const sysfs_tree tree;
	tree.card("eth0", 2, 1);
	const sysfs files(tree.root());
	CHECK_FALSE(files.find_vf("0000:01:00.0"));
	CHECK_FALSE(files.find_vf("0000:01:10.6"));

	// A PF that has other entries of that name.
	tree.link("devices/pci0000:00/0000:01:10.6/physfn", "../0000:01:00.0");
	tree.link("devices/pci0000:00/0000:01:00.0/virtfnX", "../0000:01:10.6");
	tree.link("bus/pci/devices/0000:01:10.6", tree.root() / "devices/pci0000:00/0000:01:10.6");
	CHECK_FALSE(files.find_vf("0000:01:10.6"));
}

TEST_CASE("a PF may have several network devices, or none")
{
	const sysfs_tree tree;
	tree.card("eth0", 2, 1);
	tree.file("devices/pci0000:00/0000:01:00.0/net/another/ifindex", "9\n");
	const sysfs files(tree.root());
	CHECK(files.find_vf("0000:01:10.0")->netdevs ==
	      std::vector<std::string>{"another", "eth0"});

	std::filesystem::remove_all(tree.root() / "devices/pci0000:00/0000:01:00.0/net");
	CHECK(files.find_vf("0000:01:10.0")->netdevs.empty());
}

TEST_CASE("what is not there is absent")
{
	const sysfs files("/nonexistent");
	CHECK_FALSE(files.index("eth0"));
	CHECK_FALSE(files.bus_address("eth0"));
	CHECK_FALSE(files.driver("eth0"));
	CHECK_FALSE(files.total_vfs("eth0"));
	CHECK_FALSE(files.link_speed("eth0"));
	CHECK_FALSE(files.vf_address("eth0", 0));
	CHECK_FALSE(files.pci_driver("0000:01:10.0"));
	CHECK_FALSE(files.has_pci_device("0000:01:10.0"));
	CHECK_FALSE(files.find_vf("0000:01:10.0"));
}

TEST_CASE("a link without a speed has none")
{
	const sysfs_tree tree;
	tree.card("eth0", 2, 0);
	const sysfs files(tree.root());
	const auto* const text = GENERATE("-1\n", "4294967295\n", "0\n", "", "fast\n", "10 \n");
	tree.file("class/net/eth0/speed", text);
	CHECK_FALSE(files.link_speed("eth0"));
}

TEST_CASE("numbers that are none are absent")
{
	const sysfs_tree tree;
	const sysfs files(tree.root());
	const auto* const text = GENERATE("", "\n", "x\n", "-2\n", "+2\n", " 2\n", "99999999999\n");
	tree.file("class/net/eth0/ifindex", text);
	CHECK_FALSE(files.index("eth0"));
}
