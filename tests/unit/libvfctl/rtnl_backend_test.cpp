// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <cerrno>
#include <cstdint>
#include <functional>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <vfctl/error.hpp>
#include <vfctl/pf.hpp>
#include <vfctl/stats.hpp>
#include <vfctl/vf.hpp>

#include "rtnl_backend.hpp"
#include "rtnl_replay.hpp"
#include "sysfs_tree.hpp"

using replay::acknowledge;
using replay::bytes;
using replay::done;
using replay::make_link;
using replay::make_pf;
using replay::make_stub;
using vfctl::counter;
using vfctl::pf_ref;
using vfctl::rate;
using vfctl::vf_ref;

namespace {

constexpr auto existing = vfctl::vf_presence::existing;

/// A host with eth0, an 82576 with two VFs.
struct host {
	sysfs_tree tree;
	replay::kernel kernel;
	vfctl::rtnl_backend backend{kernel.links(), vfctl::sysfs(tree.root())};
	std::vector<replay::vf> vfs = {{.number = 0, .last_of_mac = 5, .max = 500},
				       {.number = 1, .min = 10, .max = 20}};

	host() { tree.card("eth0", 2, 2); }

	bytes eth0() const { return make_pf(2, "eth0", vfs); }

	/// One device is asked for, and there.
	void has(const bytes& link) { kernel.answer({link}); }
	void has_not() { kernel.answer({acknowledge(ENODEV)}); }
	void lists(const bytes& links) { kernel.answer({links, done()}); }

	/// The rates in the last request.
	ifla_vf_rate last_set() const
	{
		const auto& sent = kernel.sent.back();
		ifla_vf_rate set{};
		REQUIRE(sent.size() == NLMSG_LENGTH(sizeof(ifinfomsg)) + 12 + sizeof(set));
		std::memcpy(&set, sent.data() + sent.size() - sizeof(set), sizeof(set));
		return set;
	}
};

struct refusal {
	std::error_code code;
	std::string what;
	bool from_kernel = false;
};

refusal refused(const std::function<void()>& call)
{
	try {
		call();
	} catch (const vfctl::error& e) {
		CHECK(e.attribute().empty());
		return {e.code(), e.what(), e.from_kernel()};
	}
	return {};
}

vfctl::limits hard(rate r)
{
	return {.hard = r, .soft = {}, .min = {}};
}

vfctl::limits minimum(rate r)
{
	return {.hard = {}, .soft = {}, .min = r};
}

rate mbit(std::uint32_t n)
{
	return rate::from_mbits_per_sec(n);
}

} // namespace

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

TEST_CASE("setting one rate keeps the other")
{
	host h;
	h.has(h.eth0());
	h.kernel.answer({acknowledge()});
	SECTION("hard")
	{
		h.backend.set("eth0/1", hard(mbit(400)), existing);
		CHECK(h.last_set().vf == 1);
		CHECK(h.last_set().min_tx_rate == 10);
		CHECK(h.last_set().max_tx_rate == 400);
	}
	SECTION("min")
	{
		h.backend.set("eth0/1", minimum(mbit(20)), existing);
		CHECK(h.last_set().min_tx_rate == 20);
		CHECK(h.last_set().max_tx_rate == 20);
	}
	SECTION("both")
	{
		h.backend.set("eth0/1", {.hard = mbit(7), .soft = {}, .min = mbit(6)}, existing);
		CHECK(h.last_set().min_tx_rate == 6);
		CHECK(h.last_set().max_tx_rate == 7);
	}
	SECTION("none")
	{
		h.backend.set("eth0/1", hard(rate::none()), existing);
		CHECK(h.last_set().min_tx_rate == 10);
		CHECK(h.last_set().max_tx_rate == 0);
	}
	SECTION("rounded down")
	{
		h.backend.set("eth0/1", hard(rate::from_bits_per_sec(99'999'999)), existing);
		CHECK(h.last_set().max_tx_rate == 99);
	}
	SECTION("the most")
	{
		h.backend.set("eth0/1", hard(mbit(INT32_MAX)), existing);
		CHECK(h.last_set().max_tx_rate == INT32_MAX);
	}
	CHECK(h.kernel.sent.size() == 2);
}

TEST_CASE("what came of it is known without asking the driver again")
{
	host h;
	h.has(h.eth0());
	h.kernel.answer({acknowledge()});
	const auto result = h.backend.set("eth0/1", hard(mbit(400)), existing);
	CHECK(result.outcome == vfctl::set_outcome::set);
	REQUIRE(result.now);
	CHECK(result.now->hard == mbit(400));
	CHECK(result.now->min == mbit(10));
	CHECK(result.now->pf_name == "eth0");
	CHECK_FALSE(result.now->state);
	CHECK(h.kernel.sent.size() == 2);
}

TEST_CASE("a limit is set if it is still what was read")
{
	host h;
	h.has(h.eth0());
	const auto read = h.backend.vf("eth0/1", existing);
	SECTION("it is")
	{
		h.has(h.eth0());
		h.kernel.answer({acknowledge()});
		const auto result = h.backend.set_if_unchanged(read, hard(mbit(400)), existing);
		CHECK(result.outcome == vfctl::set_outcome::set);
		CHECK(result.before->hard == mbit(20));
		CHECK(result.now->hard == mbit(400));
		CHECK(h.last_set().max_tx_rate == 400);
	}
	SECTION("it is not")
	{
		h.vfs[1].max = 30;
		h.has(h.eth0());
		const auto result = h.backend.set_if_unchanged(read, hard(mbit(400)), existing);
		CHECK(result.outcome == vfctl::set_outcome::differs);
		CHECK(result.now->hard == mbit(30));
		CHECK(h.kernel.sent.size() == 2);
	}
	SECTION("it is, and the driver refuses")
	{
		h.has(h.eth0());
		h.kernel.answer({acknowledge(EINVAL, "no")});
		const auto no = refused(
			[&] { h.backend.set_if_unchanged(read, hard(mbit(400)), existing); });
		CHECK(no.what == "set limits of eth0/1: no");
	}
}

TEST_CASE("what cannot be set is refused before anything is asked")
{
	host h;
	const auto [wanted, code, cause] = GENERATE(table<vfctl::limits, std::errc, std::string>({
		{{.hard = mbit(5), .soft = mbit(1), .min = {}},
		 std::errc::operation_not_supported,
		 "a soft limit needs the vfctl module, which is not in use"},
		{{}, std::errc::invalid_argument, "nothing to set, give a hard or min rate"},
		{hard(rate::from_bits_per_sec(999'999)), std::errc::invalid_argument,
		 "999999 bit/s is below 1 Mbit/s, the least; 0 is no limit"},
		{minimum(rate::from_bits_per_sec(1)), std::errc::invalid_argument,
		 "1 bit/s is below 1 Mbit/s, the least; 0 is no limit"},
		{hard(rate::from_bits_per_sec(UINT64_MAX)), std::errc::invalid_argument,
		 "18446744073709551615bit is more than a driver can take"},
		{hard(mbit(INT32_MAX + 1U)), std::errc::invalid_argument,
		 "2147483648Mbit is more than a driver can take"},
		{{.hard = mbit(5), .soft = {}, .min = mbit(6)},
		 std::errc::invalid_argument,
		 "minimum 6Mbit is above limit 5Mbit"},
	}));
	const auto no = refused([&, w = wanted] { h.backend.set("eth0/1", w, existing); });
	CHECK(no.code == code);
	CHECK(no.what == "set limits of eth0/1: " + cause);
	CHECK_FALSE(no.from_kernel);
	CHECK(h.kernel.sent.empty());
}

TEST_CASE("a limit below the minimum that there is")
{
	host h;
	h.has(h.eth0());
	const auto no = refused([&] { h.backend.set("eth0/1", hard(mbit(9)), existing); });
	CHECK(no.code == std::errc::invalid_argument);
	CHECK(no.what == "set limits of eth0/1: minimum 10Mbit is above limit 9Mbit");
	CHECK(h.kernel.sent.size() == 1);
}

TEST_CASE("a refusal in the kernel's words")
{
	host h;
	h.has(h.eth0());
	h.kernel.answer({acknowledge(EBUSY, "the moon is full")});
	const auto no = refused([&] { h.backend.set("eth0/0", hard(mbit(5)), existing); });
	CHECK(no.code == std::errc::device_or_resource_busy);
	CHECK(no.what == "set limits of eth0/0: the moon is full");
	CHECK(no.from_kernel);
}

TEST_CASE("a refusal without words tells what is known")
{
	host h;
	bytes eth0 = h.eth0();
	int error = EINVAL;
	rate wanted = mbit(5);
	std::string cause;

	SECTION("the rate is above the link's")
	{
		wanted = mbit(2000);
		cause = "igb refuses it and does not say why (Invalid argument); the link speed of "
			"eth0 "
			"is 1Gbit";
	}
	SECTION("there is no link")
	{
		h.tree.file("class/net/eth0/speed", "-1\n");
		eth0 = replay::without_carrier(std::move(eth0));
		cause = "igb refuses it and does not say why (Invalid argument); eth0 has no link";
	}
	SECTION("the speed of the link is not known")
	{
		h.tree.file("class/net/eth0/speed", "-1\n");
		cause = "igb refuses it and does not say why (Invalid argument)";
	}
	SECTION("nothing is known")
	{
		cause = "igb refuses it and does not say why (Invalid argument)";
	}
	SECTION("not even the driver")
	{
		h.tree.file("class/net/eth0/ifindex", "9\n");
		cause = "the driver of eth0 refuses it and does not say why (Invalid argument)";
	}
	SECTION("no driver has it")
	{
		error = EOPNOTSUPP;
		cause = "igb has no such limit for VFs";
	}
	SECTION("no privilege")
	{
		error = EPERM;
		cause = "setting a limit needs CAP_NET_ADMIN";
	}
	h.has(eth0);
	h.kernel.answer({acknowledge(error)});
	const auto no = refused([&] { h.backend.set("eth0/0", hard(wanted), existing); });
	CHECK(no.code == std::error_code(error, std::generic_category()));
	CHECK(no.what == "set limits of eth0/0: " + cause);
	CHECK_FALSE(no.from_kernel);
}

TEST_CASE("a socket that fails is not taken for a refusal")
{
	host h;
	h.has(h.eth0());
	h.kernel.receive_error = std::errc::not_enough_memory;
	const auto no = refused([&] { h.backend.set("eth0/0", hard(mbit(5)), existing); });
	CHECK(no.code == std::errc::not_enough_memory);
	CHECK(no.what == "set limits of eth0/0: " +
				 std::make_error_code(std::errc::not_enough_memory).message());
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
