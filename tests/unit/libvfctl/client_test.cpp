// SPDX-License-Identifier: GPL-2.0-only
// A client over the module's family.
#include "../catch.hpp"

#include <cerrno>
#include <functional>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <vfctl/client.hpp>
#include <vfctl/error.hpp>

#include "client_access.hpp"
#include "error_of.hpp"
#include "fake_socket.hpp"
#include "module_backend.hpp"

using namespace vfctl;

namespace {

struct fake_client {
	std::shared_ptr<fake_kernel> kernel = std::make_shared<fake_kernel>();
	vfctl::client client = client_access::make(
		std::make_unique<module_backend>(std::make_unique<fake_socket>(kernel)));

	fake_client() { kernel->answer({wire::family_reply(wire::vfctl_family()), wire::ack()}); }

	/// Limits that are set, and the VF as it is read then.
	void answer_set(const wire::attrs& after) const
	{
		kernel->answer({wire::ack()});
		kernel->answer({wire::genl(VFCTL_CMD_VF_GET, after), wire::ack()});
	}

	/// What the last request had, or one that so many came after.
	wire::bytes attributes(std::size_t before_last = 0) const
	{
		return kernel->attributes_sent(kernel->sent.size() - 1 - before_last);
	}

	std::uint8_t command(std::size_t before_last = 0) const
	{
		return std::to_integer<std::uint8_t>(
			kernel->sent.at(kernel->sent.size() - 1 - before_last).at(NLMSG_HDRLEN));
	}

	bool is_dump() const
	{
		const auto flags = kernel->header_sent(kernel->sent.size() - 1).nlmsg_flags;

		return (flags & NLM_F_DUMP) == NLM_F_DUMP;
	}
};

wire::bytes vf_reply(const wire::attrs& attributes)
{
	return wire::genl(VFCTL_CMD_VF_GET, attributes);
}

wire::bytes vf_part(const wire::attrs& attributes)
{
	return wire::part(VFCTL_CMD_VF_GET, attributes);
}

wire::bytes stats_part(const wire::attrs& attributes)
{
	return wire::part(VFCTL_CMD_STATS_GET, attributes);
}

} // namespace

TEST_CASE("a client over the family says so")
{
	fake_client c;

	CHECK(c.client.backend() == backend_type::module);
	vfctl::client other = std::move(c.client);
	CHECK(other.backend() == backend_type::module);
	c.client = std::move(other);
	CHECK(c.client.backend() == backend_type::module);
}

TEST_CASE("PFs come in the order of their index")
{
	fake_client c;

	c.kernel->answer({wire::part(VFCTL_CMD_PF_GET, wire::pf(9, "eth1")),
			  wire::part(VFCTL_CMD_PF_GET, wire::pf(2, "eth0")), wire::done()});
	const auto pfs = c.client.pfs();
	REQUIRE(pfs.size() == 2);
	CHECK(pfs[0].name == "eth0");
	CHECK(pfs[1].name == "eth1");
	CHECK(c.command() == VFCTL_CMD_PF_GET);
	CHECK(c.is_dump());
	CHECK(c.attributes().empty());
}

TEST_CASE("VFs come in the order of PF and number")
{
	fake_client c;

	c.kernel->answer({vf_part(wire::vf(1, 9, "eth1")), vf_part(wire::vf(0, 9, "eth1")),
			  vf_part(wire::vf(10)), vf_part(wire::vf(9)), wire::done()});
	const auto vfs = c.client.vfs();
	REQUIRE(vfs.size() == 4);
	CHECK(vfs[0].name == "veth0.9");
	CHECK(vfs[1].name == "veth0.10");
	CHECK(vfs[2].name == "veth1.0");
	CHECK(vfs[3].name == "veth1.1");
}

TEST_CASE("a list can be narrowed to a PF, by name or index")
{
	fake_client c;

	c.kernel->answer({vf_part(wire::vf(1)), wire::done()});
	CHECK(c.client.vfs("eth0").size() == 1);
	CHECK(c.attributes() == wire::attrs().text(VFCTL_A_VF_PF_IFNAME, "eth0").all());
	CHECK(c.is_dump());
	c.kernel->answer({stats_part(wire::stats(1)), wire::done()});
	CHECK(c.client.stats_of(pf_ref::by_index(2)).size() == 1);
	CHECK(c.attributes() == wire::attrs().u32(VFCTL_A_STATS_PF_IFINDEX, 2).all());
	CHECK(c.command() == VFCTL_CMD_STATS_GET);
}

TEST_CASE("a PF is asked for by name or index")
{
	fake_client c;

	c.kernel->answer({wire::genl(VFCTL_CMD_PF_GET, wire::pf()), wire::ack()});
	CHECK(c.client.pf("eth0").driver == "igb");
	CHECK(c.attributes() == wire::attrs().text(VFCTL_A_PF_IFNAME, "eth0").all());
	CHECK_FALSE(c.is_dump());
	c.kernel->answer({wire::genl(VFCTL_CMD_PF_GET, wire::pf()), wire::ack()});
	CHECK(c.client.pf(pf_ref::by_index(2)).name == "eth0");
	CHECK(c.attributes() == wire::attrs().u32(VFCTL_A_PF_IFINDEX, 2).all());
}

TEST_CASE("a VF is asked for by its device, or by its PF and number")
{
	fake_client c;

	c.kernel->answer({vf_reply(wire::vf(1)), wire::ack()});
	CHECK(c.client.vf("veth0.1").number == 1);
	CHECK(c.attributes() == wire::attrs().text(VFCTL_A_VF_IFNAME, "veth0.1").all());
	c.kernel->answer({vf_reply(wire::vf(1)), wire::ack()});
	CHECK(c.client.vf("eth0/1").number == 1);
	CHECK(c.attributes() ==
	      wire::attrs().text(VFCTL_A_VF_PF_IFNAME, "eth0").u32(VFCTL_A_VF_VF, 1).all());
	c.kernel->answer({wire::genl(VFCTL_CMD_STATS_GET, wire::stats(1)), wire::ack()});
	CHECK(c.client.stats(vf_ref(pf_ref::by_index(2), 1)).number == 1);
	CHECK(c.attributes() ==
	      wire::attrs().u32(VFCTL_A_STATS_PF_IFINDEX, 2).u32(VFCTL_A_STATS_VF, 1).all());
}

TEST_CASE("a VF is found by its bus address")
{
	fake_client c;

	c.kernel->answer({vf_part(wire::vf(0)), vf_part(wire::vf(3)), wire::done()});
	SECTION("and asked for")
	{
		c.kernel->answer({vf_reply(wire::vf(3)), wire::ack()});
		CHECK(c.client.vf("0000:01:10.3").name == "veth0.3");
		CHECK(c.attributes() ==
		      wire::attrs().u32(VFCTL_A_VF_PF_IFINDEX, 2).u32(VFCTL_A_VF_VF, 3).all());
	}
	SECTION("or not")
	{
		const auto e = error_of([&] { c.client.vf("0000:01:10.7"); });
		CHECK(e.code() == std::errc::no_such_device);
		CHECK(std::string(e.what()) ==
		      "read 0000:01:10.7: there is no VF at the address 0000:01:10.7");
	}
}

TEST_CASE("limits that are given are set, the others left alone")
{
	fake_client c;
	const auto name = wire::attrs().text(VFCTL_A_VF_IFNAME, "veth0.1");

	c.answer_set(wire::vf(1));
	c.client.set("veth0.1",
		     {.hard = rate::none(), .soft = {}, .min = rate::from_mbits_per_sec(3)});
	CHECK(c.command(1) == VFCTL_CMD_VF_SET);
	CHECK(c.attributes(1) == wire::attrs(name)
					 .u64(VFCTL_A_VF_HARD_RATE, 0)
					 .u64(VFCTL_A_VF_MIN_RATE, 3'000'000)
					 .all());
	c.answer_set(wire::vf(1));
	c.client.set("veth0.1", {.hard = {}, .soft = rate::from_mbits_per_sec(5), .min = {}});
	CHECK(c.attributes(1) == wire::attrs(name).u64(VFCTL_A_VF_SOFT_RATE, 5'000'000).all());
}

TEST_CASE("a guest is allowed to set its soft limit, or forbidden to")
{
	fake_client c;
	const auto name = wire::attrs().text(VFCTL_A_VF_IFNAME, "veth0.1");

	for (const bool allowed : {false, true}) {
		c.kernel->answer({wire::ack()});
		c.client.set_guest_permission("veth0.1", allowed ? guest_permission::allowed
								 : guest_permission::forbidden);
		CHECK(c.command() == VFCTL_CMD_VF_SET);
		CHECK(c.attributes() ==
		      wire::attrs(name).u32(VFCTL_A_VF_GUEST_SOFT, allowed ? 1 : 0).all());
	}
}

TEST_CASE("an interval is set; one that the protocol has no number for is refused by the kernel")
{
	fake_client c;
	const auto name = wire::attrs().text(VFCTL_A_PF_IFNAME, "eth0");
	using std::chrono::milliseconds;

	for (const auto& [interval, sent] :
	     {std::pair(milliseconds(100), 100U), std::pair(milliseconds(-5), 0U),
	      std::pair(milliseconds::max(), ~0U)}) {
		c.kernel->answer({wire::ack()});
		c.client.set_interval("eth0", interval);
		CHECK(c.command() == VFCTL_CMD_PF_SET);
		CHECK(c.attributes() == wire::attrs(name).u32(VFCTL_A_PF_INTERVAL, sent).all());
	}
}

TEST_CASE("VFs that do not exist now are asked for by a flag")
{
	fake_client c;
	const auto flag = wire::attrs().raw(VFCTL_A_VF_ABSENT, {}).all();

	c.kernel->answer({wire::done()});
	CHECK(c.client.vfs(vf_presence::any).empty());
	CHECK(c.attributes() == flag);
	c.kernel->answer({wire::done()});
	CHECK(c.client.vfs().empty());
	CHECK(c.attributes().empty());
	c.answer_set(wire::vf(1));
	c.client.set("veth0.1", {.hard = rate::none(), .soft = {}, .min = {}}, vf_presence::any);
	CHECK(c.attributes() ==
	      wire::attrs().text(VFCTL_A_VF_IFNAME, "veth0.1").raw(VFCTL_A_VF_ABSENT, {}).all());
	CHECK(c.attributes(1) == wire::attrs()
					 .text(VFCTL_A_VF_IFNAME, "veth0.1")
					 .raw(VFCTL_A_VF_ABSENT, {})
					 .u64(VFCTL_A_VF_HARD_RATE, 0)
					 .all());
}

TEST_CASE("limits are kept, or go with their VFs")
{
	fake_client c;

	for (const bool kept : {true, false}) {
		c.kernel->answer({wire::ack()});
		c.client.set_limit_lifetime("eth0",
					    kept ? limit_lifetime::kept : limit_lifetime::of_vf);
		CHECK(c.command() == VFCTL_CMD_PF_SET);
		CHECK(c.attributes() == wire::attrs()
						.text(VFCTL_A_PF_IFNAME, "eth0")
						.u32(VFCTL_A_PF_KEEP_LIMITS, kept ? 1 : 0)
						.all());
	}
}

TEST_CASE("an error says what was attempted")
{
	fake_client c;
	auto& client = c.client;
	std::vector<vf_stats> into;

	const std::vector<std::pair<std::string, std::function<void()>>> calls = {
		{"read PFs",
		 [&] {
			 client.pfs();
		 }},
		{"read eth0",
		 [&] {
			 client.pf("eth0");
		 }},
		{"read VFs",
		 [&] {
			 client.vfs();
		 }},
		{"read VFs of eth0",
		 [&] {
			 client.vfs("eth0");
		 }},
		{"read veth0.1",
		 [&] {
			 client.vf("veth0.1");
		 }},
		{"read counters",
		 [&] {
			 client.stats();
		 }},
		{"read counters",
		 [&] {
			 client.stats(into);
		 }},
		{"read counters of eth0",
		 [&] {
			 client.stats(into, "eth0");
		 }},
		{"read counters of #2",
		 [&] {
			 client.stats_of(pf_ref::by_index(2));
		 }},
		{"read counters of eth0/1",
		 [&] {
			 client.stats("eth0/1");
		 }},
		{"set limits of eth0/1",
		 [&] {
			 // The VF is read in the same system call.
			 c.kernel->answer({wire::ack(EBUSY, wire::words("not now"))});
			 client.set("eth0/1", {});
		 }},
		{"set who limits eth0/1",
		 [&] {
			 client.set_guest_permission("eth0/1", guest_permission::allowed);
		 }},
		{"set the sampling interval of eth0",
		 [&] {
			 client.set_interval("eth0", std::chrono::milliseconds(1));
		 }},
	};
	for (const auto& [operation, call] : calls) {
		c.kernel->answer({wire::ack(EBUSY, wire::words("not now"))});
		const auto e = error_of(call);
		CHECK(e.operation() == operation);
		CHECK(e.message() == "not now");
		CHECK(e.from_kernel());
		CHECK(c.kernel->quiet());
	}
}

TEST_CASE("a name that no device can have is not asked for")
{
	fake_client c;

	for (const auto& name : {std::string("averyverylongname"), std::string("et\0h0", 5)}) {
		const auto e = error_of([&] { c.client.pf(name); });
		CHECK(e.code() == std::errc::no_such_device);
		CHECK_FALSE(e.from_kernel());
	}
	CHECK(c.kernel->sent.empty());
}

TEST_CASE("an acknowledgement without the object that was asked for is an error")
{
	fake_client c;

	c.kernel->answer({wire::ack()});
	const auto e = error_of([&] { c.client.vf("veth0.1"); });
	CHECK(e.code() == std::errc::protocol_error);
	CHECK(std::string(e.what()) == "read veth0.1: the kernel's answer is empty");
}

TEST_CASE("a vector that is used again has exactly what there is now")
{
	fake_client c;
	std::vector<vf_stats> into;

	c.kernel->answer({stats_part(wire::stats(0, 1)), stats_part(wire::stats(1, 1)),
			  stats_part(wire::stats(2, 1)), wire::done()});
	c.client.stats(into);
	REQUIRE(into.size() == 3);
	const auto* const where = into.data();

	c.kernel->answer({stats_part(wire::stats(0, 1000)), wire::done()});
	c.client.stats(into);
	REQUIRE(into.size() == 1);
	CHECK(into[0].counters[counter::rx_packets] == 1000U + VFCTL_A_STATS_RX_PACKETS);
	CHECK(into.data() == where);

	c.kernel->answer({stats_part(wire::stats(0)),
			  wire::part(VFCTL_CMD_STATS_GET, wire::stats(1), NLM_F_DUMP_INTR),
			  wire::done()});
	c.kernel->answer({stats_part(wire::stats(5)), wire::done()});
	c.client.stats(into);
	REQUIRE(into.size() == 1);
	CHECK(into[0].number == 5);
}
