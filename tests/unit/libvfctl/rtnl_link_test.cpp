// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <array>
#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <vfctl/error.hpp>

#include "../random.hpp"
#include "error_of.hpp"
#include "rtnl_link.hpp"
#include "rtnl_replay.hpp"

using replay::acknowledge;
using replay::attribute;
using replay::bytes;
using replay::done;
using replay::make_link;
using replay::make_pf;
using replay::raw;
using vfctl::counter;
using vfctl::error_of;
using vfctl::rtnl_detail;

namespace {

ifinfomsg interface_of(const bytes& request)
{
	ifinfomsg header{};
	std::memcpy(&header, request.data() + sizeof(nlmsghdr), sizeof(header));
	return header;
}

nlmsghdr header_of(const bytes& request)
{
	nlmsghdr header{};
	std::memcpy(&header, request.data(), sizeof(header));
	return header;
}

/// What follows the header of an interface.
bytes attributes_of(const bytes& request)
{
	return {request.begin() + NLMSG_LENGTH(sizeof(ifinfomsg)), request.end()};
}

} // namespace

TEST_CASE("all devices come in several datagrams")
{
	replay::kernel kernel;
	kernel.answer({make_link(1, "lo", {}, NLM_F_MULTI) +
			       make_pf(2, "eth0", {{.number = 0}, {.number = 1}}, NLM_F_MULTI),
		       make_pf(3, "eth1", {{.number = 0, .max = 7}}, NLM_F_MULTI), done()});
	auto links = kernel.links();
	const auto all = links.all(rtnl_detail::limits);

	REQUIRE(all.size() == 3);
	CHECK(all[0].index == 1);
	CHECK(all[0].name == "lo");
	CHECK_FALSE(all[0].num_vfs);
	CHECK_FALSE(all[0].lists_vfs);
	CHECK(all[1].num_vfs == 2U);
	CHECK(all[1].lists_vfs);
	REQUIRE(all[1].vfs.size() == 2);
	CHECK(all[1].vfs[1].number == 1);
	CHECK(all[2].vfs.at(0).rate.max == 7);
}

TEST_CASE("what is asked of the kernel")
{
	replay::kernel kernel;
	auto links = kernel.links();
	const auto mask = [](unsigned m) {
		return attribute(IFLA_EXT_MASK, raw(std::uint32_t{m}));
	};

	SECTION("all devices, without counters")
	{
		kernel.answer({done()});
		links.all(rtnl_detail::limits);
		const auto& sent = kernel.sent.at(0);
		CHECK(header_of(sent).nlmsg_type == RTM_GETLINK);
		CHECK((header_of(sent).nlmsg_flags & NLM_F_DUMP) == NLM_F_DUMP);
		CHECK(attributes_of(sent) == mask(RTEXT_FILTER_VF | RTEXT_FILTER_SKIP_STATS));
	}
	SECTION("one by its index, with counters")
	{
		kernel.answer({make_link(2, "eth0")});
		links.find(2, rtnl_detail::counters);
		const auto& sent = kernel.sent.at(0);
		// An acknowledgement would not fit into the buffer after a long list.
		CHECK(header_of(sent).nlmsg_flags == NLM_F_REQUEST);
		CHECK(interface_of(sent).ifi_index == 2);
		CHECK(attributes_of(sent) == mask(RTEXT_FILTER_VF));
	}
	SECTION("one by its name")
	{
		kernel.answer({make_link(2, "eth0")});
		links.find("eth0", rtnl_detail::counters);
		CHECK(attributes_of(kernel.sent.at(0)) ==
		      attribute(IFLA_IFNAME, replay::text("eth0")) + mask(RTEXT_FILTER_VF));
	}
	SECTION("one by an alternative name")
	{
		kernel.answer({make_link(2, "eth0")});
		CHECK(links.find("the_first_port_of_the_card", rtnl_detail::counters)->name ==
		      "eth0");
		CHECK(attributes_of(kernel.sent.at(0)) ==
		      attribute(IFLA_ALT_IFNAME, replay::text("the_first_port_of_the_card")) +
			      mask(RTEXT_FILTER_VF));
	}
}

TEST_CASE("a VF has its counters, those of 0 being unknown")
{
	replay::kernel kernel;
	kernel.answer({make_pf(2, "eth0",
			       {{.number = 3,
				 .last_of_mac = 5,
				 .min = 10,
				 .max = 20,
				 .stats = {{IFLA_VF_STATS_RX_PACKETS, 1},
					   {IFLA_VF_STATS_TX_PACKETS, 0},
					   {IFLA_VF_STATS_RX_BYTES, UINT64_MAX},
					   {IFLA_VF_STATS_TX_BYTES, 4},
					   {IFLA_VF_STATS_BROADCAST, 5},
					   {IFLA_VF_STATS_MULTICAST, 6},
					   {IFLA_VF_STATS_RX_DROPPED, 7},
					   {IFLA_VF_STATS_TX_DROPPED, 8}}}}),
		       acknowledge()});
	auto links = kernel.links();
	const auto link = links.find(2, rtnl_detail::counters);

	REQUIRE(link);
	REQUIRE(link->vfs.size() == 1);
	const auto& vf = link->vfs[0];
	CHECK(vf.number == 3);
	CHECK(vf.mac == vfctl::mac_address{2, 0, 0, 0, 0, 5});
	CHECK(vf.rate.min == 10);
	CHECK(vf.rate.max == 20);
	CHECK(vf.counters[counter::rx_packets] == 1U);
	CHECK_FALSE(vf.counters[counter::tx_packets]);
	CHECK(vf.counters[counter::rx_bytes] == UINT64_MAX);
	CHECK(vf.counters[counter::tx_bytes] == 4U);
	CHECK(vf.counters[counter::rx_broadcast] == 5U);
	CHECK(vf.counters[counter::rx_multicast] == 6U);
	CHECK(vf.counters[counter::rx_dropped] == 7U);
	CHECK(vf.counters[counter::tx_dropped] == 8U);
	CHECK_FALSE(vf.counters[counter::rx_loopback_packets]);
}

TEST_CASE("a stub tells what it stands for")
{
	replay::kernel kernel;
	kernel.answer({replay::make_stub(9, "veth0.1", 2, "pf0vf1")});
	auto links = kernel.links();
	const auto stub = links.find("veth0.1", rtnl_detail::limits);
	REQUIRE(stub);
	CHECK(stub->kind == "vfctl");
	CHECK(stub->port_name == "pf0vf1");
	CHECK(stub->lower == 2);
}

TEST_CASE("there is no device of that name")
{
	replay::kernel kernel;
	kernel.answer({acknowledge(ENODEV)});
	auto links = kernel.links();
	CHECK_FALSE(links.find("eth0", rtnl_detail::limits));
}

TEST_CASE("setting a rate sends it and nothing else")
{
	replay::kernel kernel;
	kernel.answer({acknowledge()});
	auto links = kernel.links();
	links.set_rate(2, 1, {10, 500});

	const auto& sent = kernel.sent.at(0);
	CHECK(header_of(sent).nlmsg_type == RTM_SETLINK);
	CHECK(header_of(sent).nlmsg_flags == (NLM_F_REQUEST | NLM_F_ACK));
	CHECK(raw(interface_of(sent)) == raw(ifinfomsg{.ifi_family = AF_UNSPEC,
						       .__ifi_pad = 0,
						       .ifi_type = 0,
						       .ifi_index = 2,
						       .ifi_flags = 0,
						       .ifi_change = 0}));
	const auto rate = attribute(IFLA_VF_RATE, raw(ifla_vf_rate{1, 10, 500}));
	const auto want = attribute(IFLA_VFINFO_LIST, attribute(IFLA_VF_INFO, rate));
	auto got = attributes_of(sent);
	// Whether it is marked as nested depends on libnl, and does not matter to the kernel.
	for (const std::size_t type_at : {std::size_t{3}, std::size_t{7}})
		got.at(type_at) &= std::byte{0x7f};
	CHECK(got == want);
}

TEST_CASE("no rate at all is said as such")
{
	replay::kernel kernel;
	kernel.answer({acknowledge()});
	auto links = kernel.links();
	links.set_rate(2, 1, {0, 0});
	const auto rate = attribute(IFLA_VF_RATE, raw(ifla_vf_rate{1, 0, 0}));
	const auto got = attributes_of(kernel.sent.at(0));
	CHECK(bytes(got.begin() + 8, got.end()) == rate);
}

TEST_CASE("a refusal has the kernel's words")
{
	const bool capped = GENERATE(true, false);
	replay::kernel kernel;
	kernel.answer({acknowledge(ERANGE, "steps of 50 Mbit/s, please", capped)});
	auto links = kernel.links();
	const auto e = error_of([&] { links.set_rate(2, 1, {0, 7}); });
	CHECK(e.code() == std::errc::result_out_of_range);
	CHECK(e.message() == "steps of 50 Mbit/s, please");
	CHECK(e.from_kernel());
}

TEST_CASE("a refusal without words has the errno")
{
	const bool capped = GENERATE(true, false);
	replay::kernel kernel;
	// No std::errc and no code of libnl is as precise.
	kernel.answer({acknowledge(EL3HLT, {}, capped)});
	auto links = kernel.links();
	const auto e = error_of([&] { links.set_rate(2, 1, {0, 7}); });
	CHECK(e.code() == std::error_code(EL3HLT, std::generic_category()));
	CHECK(e.message().empty());
	CHECK(e.from_kernel());
}

TEST_CASE("after a refusal the next request is answered")
{
	replay::kernel kernel;
	kernel.answer({acknowledge(EINVAL)});
	kernel.answer({acknowledge()});
	auto links = kernel.links();
	error_of([&] { links.set_rate(2, 1, {0, 7}); });
	links.set_rate(2, 1, {0, 7});
	CHECK(kernel.sent.size() == 2);
}

TEST_CASE("a dump that fails says why")
{
	replay::kernel kernel;
	SECTION("at its end")
	{
		kernel.answer({make_link(1, "lo", {}, NLM_F_MULTI), done(EMSGSIZE, "too long")});
	}
	SECTION("at once")
	{
		kernel.answer({acknowledge(EMSGSIZE, "too long")});
	}
	auto links = kernel.links();
	const auto e = error_of([&] { links.all(rtnl_detail::limits); });
	CHECK(e.code() == std::errc::message_size);
	CHECK(e.message() == "too long");
}

TEST_CASE("a torn dump is repeated")
{
	replay::kernel kernel;
	kernel.answer({make_link(1, "lo", {}, NLM_F_MULTI | NLM_F_DUMP_INTR) +
			       make_link(2, "gone", {}, NLM_F_MULTI),
		       done()});
	kernel.answer(
		{make_link(1, "lo", {}, NLM_F_MULTI), done(0, {}, NLM_F_MULTI | NLM_F_DUMP_INTR)});
	kernel.answer({make_link(1, "lo", {}, NLM_F_MULTI), done()});
	auto links = kernel.links();
	CHECK(links.all(rtnl_detail::limits).size() == 1);
	CHECK(kernel.sent.size() == 3);
}

TEST_CASE("a dump that is torn again and again is given up")
{
	replay::kernel kernel;
	for (int i = 0; i < 100; i++)
		kernel.answer({make_link(1, "lo", {}, NLM_F_MULTI | NLM_F_DUMP_INTR), done()});
	auto links = kernel.links();
	const auto e = error_of([&] { links.all(rtnl_detail::limits); });
	CHECK(e.code() == std::errc::resource_unavailable_try_again);
	CHECK_FALSE(e.from_kernel());
	CHECK(kernel.sent.size() > 1);
	CHECK(kernel.sent.size() < 20);
}

TEST_CASE("the rest of an answer that broke off disturbs nobody")
{
	replay::kernel kernel;
	kernel.answer({make_link(1, "lo", {}, NLM_F_MULTI)});
	auto links = kernel.links();
	CHECK(error_of([&] { links.all(rtnl_detail::limits); }).code() == std::errc::timed_out);

	kernel.leftover(make_link(2, "old") + done());
	kernel.answer({make_link(1, "lo"), done()});
	const auto all = links.all(rtnl_detail::limits);
	REQUIRE(all.size() == 1);
	CHECK(all[0].name == "lo");
}

TEST_CASE("after an answer that cannot be read its rest is thrown away")
{
	replay::kernel kernel;
	kernel.answer({make_link(1, "lo", attribute(IFLA_NUM_VF, bytes(3)), NLM_F_MULTI),
		       make_link(2, "eth0", {}, NLM_F_MULTI), done()});
	auto links = kernel.links();
	CHECK(error_of([&] { links.all(rtnl_detail::limits); }).code() ==
	      std::errc::protocol_error);

	kernel.answer({make_link(1, "lo"), done()});
	CHECK(links.all(rtnl_detail::limits).size() == 1);
}

TEST_CASE("an answer of which something was lost is asked for again")
{
	replay::kernel kernel;
	std::vector<replay::vf> vfs(600, {.last_of_mac = 1});
	for (std::uint32_t i = 0; i < vfs.size(); i++)
		vfs[i].number = i;
	const auto large = make_pf(2, "eth0", vfs);
	// Longer than the buffer is at first.
	REQUIRE(large.size() > 40'000);
	kernel.answer({large});
	auto links = kernel.links();
	const auto link = links.find(2, rtnl_detail::limits);
	REQUIRE(link);
	CHECK(link->vfs.size() == 600);
	CHECK(kernel.sent.size() == 2);
}

TEST_CASE("a change is not sent again where its acknowledgement was lost")
{
	replay::kernel kernel;
	kernel.receive_error = std::errc::no_buffer_space;
	auto links = kernel.links();
	const auto e = error_of([&] { links.set_rate(2, 1, {10, 500}); });
	CHECK(e.code() == std::errc::no_buffer_space);
	CHECK(e.message() == "the kernel's answer was lost, it may have made the change");
	CHECK_FALSE(e.from_kernel());
	CHECK(kernel.sent.size() == 1);
}

TEST_CASE("a dump that is torn is not read again when the time is over")
{
	replay::kernel kernel;
	kernel.answer({make_link(1, "lo", {}, NLM_F_DUMP_INTR), done()});
	auto links = kernel.links();
	links.set_deadline(vfctl::deadline::passed_already());
	CHECK(error_of([&] { links.all(rtnl_detail::limits); }).code() == std::errc::timed_out);
	CHECK(kernel.sent.size() == 1);
}

TEST_CASE("what others than the kernel send is passed over")
{
	replay::kernel kernel;
	kernel.sender = 4711;
	kernel.answer({make_link(1, "evil"), done()});
	auto links = kernel.links();
	CHECK(error_of([&] { links.all(rtnl_detail::limits); }).code() == std::errc::timed_out);
}

TEST_CASE("errors of the socket are given as they are")
{
	replay::kernel kernel;
	SECTION("in receiving")
	{
		kernel.receive_error = std::errc::not_enough_memory;
	}
	SECTION("in sending")
	{
		kernel.send_error = std::errc::not_enough_memory;
	}
	auto links = kernel.links();
	const auto e = error_of([&] { links.all(rtnl_detail::limits); });
	CHECK(e.code() == std::errc::not_enough_memory);
	CHECK_FALSE(e.from_kernel());
}

TEST_CASE("a list of VFs that does not fit is found out")
{
	const auto count = GENERATE(800U, 1000U, 2000U);
	std::vector<replay::vf> vfs;
	for (std::uint32_t i = 0; i < count; i++)
		vfs.push_back({.number = i, .last_of_mac = 1});
	replay::kernel kernel;
	kernel.answer(
		{make_link(1, "lo") + make_pf(2, "eth0", vfs) + make_link(3, "eth1"), done()});
	auto links = kernel.links();
	const auto all = links.all(rtnl_detail::limits);

	REQUIRE(all.size() == 3);
	CHECK(all[1].name == "eth0");
	CHECK(all[1].num_vfs == count);
	CHECK(all[1].too_many);
	CHECK(all[1].lists_vfs);
	CHECK(all[1].vfs.empty());
	CHECK(all[2].name == "eth1");
	CHECK_FALSE(all[2].too_many);
}

TEST_CASE("no length of a list makes VFs up")
{
	// An entry is of 88 bytes here: each way in which a wrapped length can end is met.
	for (std::uint32_t count = 700; count < 900; count++) {
		std::vector<replay::vf> vfs(count, {.last_of_mac = 1});
		for (std::uint32_t i = 0; i < count; i++)
			vfs[i].number = i;
		replay::kernel kernel;
		kernel.answer({make_pf(2, "eth0", vfs)});
		auto links = kernel.links();
		const auto link = links.find(2, rtnl_detail::limits);
		REQUIRE(link);
		const bool fits =
			count * replay::make_vf(vfs[0]).size() + sizeof(nlattr) <= UINT16_MAX;
		CHECK(link->name == "eth0");
		CHECK(link->num_vfs == count);
		CHECK(link->lists_vfs);
		CHECK(link->too_many == !fits);
		CHECK(link->vfs.size() == (fits ? count : 0));
	}
}

TEST_CASE("what the rest of such a list is read as changes nothing")
{
	const auto again = attribute(IFLA_IFNAME, replay::text("evil")) +
			   attribute(IFLA_NUM_VF, raw(std::uint32_t{9})) +
			   attribute(IFLA_VFINFO_LIST, replay::make_vf({.number = 7}));
	replay::kernel kernel;
	kernel.answer({make_link(2, "eth0", replay::pf_part(1, {{.number = 0}}) + again)});
	auto links = kernel.links();
	const auto link = links.find(2, rtnl_detail::limits);
	CHECK(link->name == "eth0");
	CHECK(link->num_vfs == 1U);
	REQUIRE(link->vfs.size() == 1);
	CHECK(link->vfs[0].number == 0);
}

TEST_CASE("VFs that the driver tells nothing of are missing in the list")
{
	replay::kernel kernel;
	kernel.answer({make_link(2, "eth0", replay::pf_part(3, {{.number = 0}, {.number = 2}})),
		       acknowledge()});
	auto links = kernel.links();
	const auto link = links.find(2, rtnl_detail::limits);
	CHECK_FALSE(link->too_many);
	REQUIRE(link->vfs.size() == 2);
	CHECK(link->vfs[1].number == 2);
}

TEST_CASE("malformed attributes are an error")
{
	const auto part = GENERATE(
		as<bytes>(), attribute(IFLA_NUM_VF, bytes(3)), attribute(IFLA_LINK, bytes(2)),
		attribute(IFLA_VFINFO_LIST, bytes(7)),
		attribute(IFLA_VFINFO_LIST, attribute(IFLA_VF_INFO, {})),
		attribute(IFLA_VFINFO_LIST,
			  attribute(IFLA_VF_INFO, attribute(IFLA_VF_MAC, bytes(8)))),
		attribute(IFLA_VFINFO_LIST,
			  attribute(IFLA_VF_INFO, attribute(IFLA_VF_MAC, bytes(36)) +
							  attribute(IFLA_VF_RATE, bytes(11)))),
		attribute(IFLA_VFINFO_LIST,
			  attribute(IFLA_VF_INFO,
				    attribute(IFLA_VF_MAC, bytes(36)) +
					    attribute(IFLA_VF_STATS, attribute(0, bytes(4))))));
	replay::kernel kernel;
	kernel.answer({make_link(2, "eth0", part)});
	auto links = kernel.links();
	CHECK(error_of([&] { links.find(2, rtnl_detail::limits); }).code() ==
	      std::errc::protocol_error);
}

TEST_CASE("messages that are no network device, or none at all")
{
	replay::kernel kernel;
	auto links = kernel.links();
	SECTION("an acknowledgement alone")
	{
		kernel.answer({acknowledge()});
	}
	SECTION("without the header of an interface")
	{
		kernel.answer({replay::message(RTM_NEWLINK, 0, bytes(15))});
	}
	SECTION("of another type")
	{
		kernel.answer({replay::message(RTM_NEWADDR, 0, bytes(16))});
	}
	SECTION("an acknowledgement that is too short")
	{
		kernel.answer({replay::message(NLMSG_ERROR, 0, bytes(3))});
	}
	CHECK(error_of([&] { links.find(2, rtnl_detail::limits); }).code() ==
	      std::errc::protocol_error);
}

namespace {

bytes full_message()
{
	return make_pf(2, "eth0",
		       {{.number = 0,
			 .last_of_mac = 1,
			 .min = 1,
			 .max = 2,
			 .stats = {{IFLA_VF_STATS_RX_PACKETS, 1}, {IFLA_VF_STATS_TX_DROPPED, 2}}},
			{.number = 1}});
}

/// Whatever comes, there is an answer or an error.
void survive(const std::vector<bytes>& datagrams)
{
	replay::kernel kernel;
	kernel.answer(datagrams);
	auto links = kernel.links();
	try {
		links.find(2, rtnl_detail::counters);
	} catch (const vfctl::error& e) {
		CHECK_FALSE(std::string(e.what()).empty());
	}
}

} // namespace

TEST_CASE("messages that are cut anywhere")
{
	const auto whole = full_message();
	for (std::size_t size = 0; size < whole.size(); size++) {
		bytes cut(whole.begin(), whole.begin() + static_cast<std::ptrdiff_t>(size));
		survive({cut});
		if (size < sizeof(nlmsghdr))
			continue;
		auto header = header_of(cut);
		header.nlmsg_len = static_cast<std::uint32_t>(size);
		std::memcpy(cut.data(), &header, sizeof(header));
		survive({cut});
	}
	const auto refusal = acknowledge(EINVAL, "no", false);
	for (std::size_t size = sizeof(nlmsghdr); size < refusal.size(); size++) {
		bytes cut(refusal.begin(), refusal.begin() + static_cast<std::ptrdiff_t>(size));
		auto header = header_of(cut);
		header.nlmsg_len = static_cast<std::uint32_t>(size);
		std::memcpy(cut.data(), &header, sizeof(header));
		survive({cut});
	}
}

TEST_CASE("messages with any byte changed")
{
	const auto whole = full_message() + acknowledge(EINVAL, "no", false);
	for (std::size_t at = 0; at < whole.size(); at++)
		for (const unsigned value : {0x00U, 0x01U, 0x7fU, 0x80U, 0xffU}) {
			auto changed = whole;
			changed[at] = static_cast<std::byte>(value);
			survive({changed});
		}
}
