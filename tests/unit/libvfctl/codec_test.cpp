// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <chrono>
#include <fstream>
#include <regex>
#include <string>
#include <variant>
#include <vector>

#include <vfctl/error.hpp>

#include "codec.hpp"
#include "wire.hpp"

using namespace vfctl;

namespace {

template <typename T> T only_event(std::uint8_t command, const wire::attrs& attributes)
{
	const auto e = decode_event(command, attributes.all());

	REQUIRE(e);
	REQUIRE(std::holds_alternative<T>(*e));
	return std::get<T>(*e);
}

template <typename Object> std::string problem_of(const wire::attrs& attributes)
{
	Object into;

	try {
		decode(attributes.all(), into);
	} catch (const error& e) {
		CHECK(e.code() == std::errc::protocol_error);
		return e.message();
	}
	return {};
}

/// One of each message that the kernel sends.
std::vector<wire::bytes> specimens()
{
	return {
		wire::concat({wire::part(VFCTL_CMD_PF_GET, wire::pf()), wire::done()}),
		wire::concat({wire::part(VFCTL_CMD_VF_GET, wire::vf(0)),
			      wire::part(VFCTL_CMD_VF_GET, wire::vf(1))}),
		wire::part(VFCTL_CMD_STATS_GET, wire::stats(3, 1000)),
		wire::notification(VFCTL_CMD_VF_CHANGE_NTF, wire::vf_change(2)),
		wire::ack(EINVAL, wire::words("no").u32(NLMSGERR_ATTR_OFFS, 20)),
		wire::uncapped_ack(EINVAL, wire::part(VFCTL_CMD_PF_GET, wire::pf()),
				   wire::words("no")),
		wire::done(ENODEV, wire::words("no such thing")),
		wire::family_reply(wire::vfctl_family()),
	};
}

// Decodes it, or finds it wrong; from memory that ends where the datagram does.
bool decodes(const wire::bytes& datagram)
{
	std::vector<event> events;
	const wire::bytes exact(datagram.begin(), datagram.end());

	try {
		decode_datagram(exact, events);
		return true;
	} catch (const error& e) {
		CHECK(e.code() == std::errc::protocol_error);
		CHECK_FALSE(e.message().empty());
		return false;
	}
}

} // namespace

TEST_CASE("a PF has what its message says")
{
	pf_info pf;
	decode(wire::pf().all(), pf);

	CHECK(pf.index == 2);
	CHECK(pf.name == "eth0");
	CHECK(pf.bus_address == "0000:01:00.0");
	CHECK(pf.driver == "igb");
	CHECK(pf.provider == "82576");
	CHECK(pf.vfs == 7);
	CHECK(pf.total_vfs == 7U);
	CHECK(pf.link_speed == rate::from_mbits_per_sec(1000));
	CHECK(pf.interval == std::chrono::milliseconds(1000));
	REQUIRE(pf.caps);
	CHECK(pf.caps->stats);
	CHECK(pf.caps->max_rate);
	CHECK_FALSE(pf.caps->min_rate);
	CHECK_FALSE(pf.caps->guest_soft);
}

TEST_CASE("a PF says how often it is sampled, and what becomes of limits")
{
	pf_info pf;
	const auto told = [](std::uint32_t keep) {
		return wire::attrs(wire::pf())
			.u32(VFCTL_A_PF_KEEP_LIMITS, keep)
			.u32(VFCTL_A_PF_KEPT_INTERVAL, 1500)
			.u32(VFCTL_A_PF_SAMPLE_TIME, 512'000)
			.u32(VFCTL_A_PF_LOOK_INTERVAL, 26'912)
			.all();
	};

	decode(told(0), pf);
	CHECK(pf.keep_limits == false);
	CHECK(pf.kept_interval == std::chrono::milliseconds(1500));
	CHECK(pf.sample_time == std::chrono::milliseconds(512));
	CHECK(pf.look_interval == std::chrono::milliseconds(26'912));
	decode(told(1), pf);
	CHECK(pf.keep_limits == true);
	decode(wire::pf().all(), pf);
	CHECK_FALSE(pf.keep_limits);
	CHECK_FALSE(pf.kept_interval);
	CHECK_FALSE(pf.sample_time);
	CHECK_FALSE(pf.look_interval);
}

TEST_CASE("what a message does not say is absent, also in an object that is used again")
{
	pf_info pf;
	decode(wire::pf().all(), pf);
	decode(wire::attrs()
		       .u32(VFCTL_A_PF_IFINDEX, 3)
		       .text(VFCTL_A_PF_IFNAME, "eth1")
		       .u32(VFCTL_A_PF_NUM_VFS, 0)
		       .all(),
	       pf);
	CHECK(pf.name == "eth1");
	CHECK_FALSE(pf.bus_address);
	CHECK_FALSE(pf.driver);
	CHECK_FALSE(pf.provider);
	CHECK_FALSE(pf.total_vfs);
	CHECK_FALSE(pf.link_speed);
	CHECK_FALSE(pf.interval);
	CHECK_FALSE(pf.caps);

	vf_info vf;
	const auto bare = wire::attrs()
				  .u32(VFCTL_A_VF_PF_IFINDEX, 3)
				  .text(VFCTL_A_VF_PF_IFNAME, "eth1")
				  .u32(VFCTL_A_VF_VF, 4);
	decode(wire::vf(1).u64(VFCTL_A_VF_MIN_RATE, 5).text(VFCTL_A_VF_PENDING_REASON, "x").all(),
	       vf);
	CHECK(vf.min == rate::from_bits_per_sec(5));
	CHECK(vf.pending_reason == "x");
	CHECK_FALSE(vf.guest_soft);
	for (const bool allowed : {true, false}) {
		decode(wire::vf(1).u32(VFCTL_A_VF_GUEST_SOFT, allowed ? 1 : 0).all(), vf);
		CHECK(vf.guest_soft == allowed);
	}
	decode(wire::vf(1).u64(VFCTL_A_VF_MIN_RATE, 5).text(VFCTL_A_VF_PENDING_REASON, "x").all(),
	       vf);
	CHECK_FALSE(vf.guest_soft);
	decode(bare.all(), vf);
	CHECK(vf.number == 4);
	CHECK_FALSE(vf.index);
	CHECK_FALSE(vf.name);
	CHECK_FALSE(vf.bus_address);
	CHECK_FALSE(vf.mac);
	CHECK_FALSE(vf.link_speed);
	CHECK_FALSE(vf.hard);
	CHECK_FALSE(vf.soft);
	CHECK_FALSE(vf.min);
	CHECK_FALSE(vf.effective);
	CHECK_FALSE(vf.state);
	CHECK_FALSE(vf.pending_reason);

	vf_stats stats;
	decode(wire::stats(1, 100).all(), stats);
	decode(bare.all(), stats);
	CHECK(stats.number == 4);
	CHECK_FALSE(stats.time);
	CHECK_FALSE(stats.resets);
	CHECK_FALSE(stats.gaps);
	CHECK(stats.counters.empty());
}

TEST_CASE("the strings of an object that is used again keep their memory")
{
	const std::string reason(60, 'x');
	vf_info vf;

	decode(wire::vf(1).text(VFCTL_A_VF_PENDING_REASON, reason).all(), vf);
	REQUIRE(vf.pending_reason == reason);
	const auto* const where = vf.pending_reason->data();
	decode(wire::vf(1).text(VFCTL_A_VF_PENDING_REASON, reason.substr(1)).all(), vf);
	REQUIRE(vf.pending_reason == reason.substr(1));
	CHECK(vf.pending_reason->data() == where);
}

TEST_CASE("a VF has what its message says")
{
	vf_info vf;
	decode(wire::vf(1).all(), vf);

	CHECK(vf.pf_index == 2);
	CHECK(vf.pf_name == "eth0");
	CHECK(vf.number == 1);
	CHECK(vf.index == 101U);
	CHECK(vf.name == "veth0.1");
	CHECK(vf.bus_address == "0000:01:10.1");
	CHECK(vf.mac == mac_address{2, 0, 0, 0, 0, 1});
	CHECK(vf.link_speed == rate::from_mbits_per_sec(1000));
	CHECK(vf.hard == rate::from_mbits_per_sec(500));
	CHECK(vf.soft == rate::none());
	CHECK_FALSE(vf.min);
	CHECK(vf.effective == rate::from_mbits_per_sec(500));
	CHECK(vf.state == limit_state::in_force);
	CHECK_FALSE(vf.pending_reason);
}

TEST_CASE("statistics have the counters that the card has")
{
	vf_stats stats;
	decode(wire::stats(1, 100).all(), stats);

	CHECK(stats.pf_index == 2);
	CHECK(stats.pf_name == "eth0");
	CHECK(stats.number == 1);
	CHECK(stats.index == 101U);
	CHECK(stats.name == "veth0.1");
	REQUIRE(stats.time);
	CHECK(stats.time->time_since_epoch() == std::chrono::seconds(5));
	CHECK(stats.resets == 1U);
	CHECK(stats.gaps == 2U);
	CHECK(stats.counters[counter::rx_packets] == 100U + VFCTL_A_STATS_RX_PACKETS);
	CHECK(stats.counters[counter::tx_bytes] == 100U + VFCTL_A_STATS_TX_BYTES);
	CHECK(stats.counters[counter::tx_loopback_bytes] == 100U + VFCTL_A_STATS_TX_LOOPBACK_BYTES);
	CHECK_FALSE(stats.counters[counter::rx_broadcast]);
}

TEST_CASE("what a newer kernel says is kept or passed over")
{
	vf_info vf;
	decode(wire::vf(1).u32(VFCTL_A_VF_STATE, 77).u32(30, 1).text(1000, "new").all(), vf);
	CHECK(vf.state == static_cast<limit_state>(77));

	CHECK(only_event<vf_event>(VFCTL_CMD_VF_CHANGE_NTF, wire::vf(1).u32(VFCTL_A_VF_ORIGIN, 88))
		      .by == static_cast<origin>(88));
	CHECK_FALSE(decode_event(VFCTL_CMD_MAX + 1, {}));
	CHECK_FALSE(decode_event(VFCTL_CMD_VF_SET, {}));
}

TEST_CASE("a MAC address is six bytes, not all zeros")
{
	vf_info vf;

	decode(wire::vf(1).raw(VFCTL_A_VF_MAC, wire::bytes(6)).all(), vf);
	CHECK_FALSE(vf.mac);
	decode(wire::vf(1).raw(VFCTL_A_VF_MAC, wire::bytes(20, std::byte{1})).all(), vf);
	CHECK_FALSE(vf.mac);
	decode(wire::vf(1).raw(VFCTL_A_VF_MAC, {}).all(), vf);
	CHECK_FALSE(vf.mac);
}

TEST_CASE("without what names it, there is no object")
{
	CHECK(problem_of<pf_info>(wire::attrs()) == "the attribute ifindex is missing");
	CHECK(problem_of<pf_info>(wire::attrs().u32(VFCTL_A_PF_IFINDEX, 1)) ==
	      "the attribute ifname is missing");
	CHECK(problem_of<pf_info>(
		      wire::attrs().u32(VFCTL_A_PF_IFINDEX, 1).text(VFCTL_A_PF_IFNAME, "a")) ==
	      "the attribute num-vfs is missing");
	CHECK(problem_of<vf_info>(wire::attrs()) == "the attribute pf-ifindex is missing");
	CHECK(problem_of<vf_stats>(wire::attrs()
					   .u32(VFCTL_A_STATS_PF_IFINDEX, 1)
					   .text(VFCTL_A_STATS_PF_IFNAME, "a")) ==
	      "the attribute vf is missing");
}

TEST_CASE("a time beyond all clocks is refused")
{
	CHECK(problem_of<vf_stats>(wire::stats(1).u64(VFCTL_A_STATS_TIME, ~std::uint64_t{0})) ==
	      "a time is out of range");
}

TEST_CASE("an event tells what happened, who did it, and what was before")
{
	const auto vf = only_event<vf_event>(VFCTL_CMD_VF_CHANGE_NTF, wire::vf_change(2));
	CHECK(vf.what == change::changed);
	CHECK(vf.vf.number == 2);
	CHECK(vf.by == origin::netlink);
	CHECK(vf.pid == 404U);
	REQUIRE(vf.old);
	CHECK(vf.old->hard == rate::from_mbits_per_sec(100));
	CHECK(vf.old->soft == rate::none());
	CHECK_FALSE(vf.old->min);
	CHECK(vf.old_effective == rate::from_mbits_per_sec(100));
	CHECK(vf.old_state == limit_state::pending);

	const auto pf = only_event<pf_event>(
		VFCTL_CMD_PF_CHANGE_NTF,
		wire::pf().u32(VFCTL_A_PF_ORIGIN, VFCTL_ORIGIN_DEVICE).u32(VFCTL_A_PF_PID, 7));
	CHECK(pf.what == change::changed);
	CHECK(pf.pf.name == "eth0");
	CHECK(pf.by == origin::device);
	CHECK(pf.pid == 7U);
}

TEST_CASE("each command is its event")
{
	CHECK(only_event<pf_event>(VFCTL_CMD_PF_GET, wire::pf()).what == change::present);
	CHECK(only_event<pf_event>(VFCTL_CMD_PF_NEW_NTF, wire::pf()).what == change::added);
	CHECK(only_event<pf_event>(VFCTL_CMD_PF_DEL_NTF, wire::pf()).what == change::removed);
	CHECK(only_event<vf_event>(VFCTL_CMD_VF_GET, wire::vf(1)).what == change::present);
	CHECK(only_event<vf_event>(VFCTL_CMD_VF_NEW_NTF, wire::vf(1)).what == change::added);
	const auto gone = only_event<vf_event>(VFCTL_CMD_VF_DEL_NTF, wire::vf(1));
	CHECK(gone.what == change::removed);
	CHECK_FALSE(gone.by);
	CHECK_FALSE(gone.pid);
	CHECK_FALSE(gone.old);
	CHECK(only_event<stats_event>(VFCTL_CMD_STATS_NTF, wire::stats(1)).stats.number == 1);
	CHECK(only_event<stats_event>(VFCTL_CMD_STATS_GET, wire::stats(2)).stats.number == 2);
}

TEST_CASE("attributes of requests have the names of the protocol's description")
{
	std::ifstream file(VFCTL_YAML);
	REQUIRE(file);
	const std::regex set_line("    name-prefix: vfctl-a-(.*)-");
	const std::regex name_line("        name: (.*)");
	std::string line;
	std::string set;
	unsigned type = 0;
	int compared = 0;

	while (std::getline(file, line) && line != "operations:") {
		std::smatch found;
		if (std::regex_match(line, found, set_line)) {
			set = found[1];
			type = 0;
		} else if (!set.empty() && std::regex_match(line, found, name_line)) {
			const auto command = set == "pf"   ? VFCTL_CMD_PF_SET
					     : set == "vf" ? VFCTL_CMD_VF_SET
							   : VFCTL_CMD_STATS_GET;
			const auto last = set == "pf"      ? +VFCTL_A_PF_INTERVAL
					  : set == "vf"    ? +VFCTL_A_VF_MIN_RATE
					  : set == "stats" ? +VFCTL_A_STATS_IFNAME
							   : 0;
			if (++type > unsigned(last))
				continue;
			compared++;
			CHECK(vfctl_protocol.attribute_name(command, type) == found[1].str());
		}
	}
	CHECK(compared == +VFCTL_A_PF_INTERVAL + +VFCTL_A_VF_MIN_RATE + +VFCTL_A_STATS_IFNAME);
}

TEST_CASE("a datagram is decoded as a whole")
{
	std::vector<event> events;

	for (const auto& datagram : specimens())
		decode_datagram(datagram, events);
	REQUIRE(events.size() == 5);
	CHECK(std::get<pf_event>(events[0]).pf.name == "eth0");
	CHECK(std::get<vf_event>(events[2]).vf.number == 1);
	CHECK(std::get<stats_event>(events[3]).stats.number == 3);
	CHECK(std::get<vf_event>(events[4]).what == change::changed);
}

TEST_CASE("every datagram that is cut short is decoded or refused")
{
	for (const auto& datagram : specimens()) {
		std::size_t refused = 0;
		for (std::size_t size = 0; size < datagram.size(); size++)
			refused += !decodes({datagram.begin(),
					     datagram.begin() + static_cast<std::ptrdiff_t>(size)});
		// All but the empty one, those between two messages, and at most three bytes
		// of padding.
		CHECK(refused + 5 >= datagram.size());
	}
}

TEST_CASE("every message whose length says that it was cut short is decoded or refused")
{
	for (auto datagram : specimens()) {
		std::uint32_t whole = 0;
		std::memcpy(&whole, datagram.data(), sizeof(whole));
		for (std::uint32_t length = 0; length < whole; length++) {
			std::memcpy(datagram.data(), &length, sizeof(length));
			decodes(datagram);
		}
		SUCCEED();
	}
}

TEST_CASE("every datagram with one wrong byte is decoded or refused")
{
	for (const auto& datagram : specimens())
		for (std::size_t at = 0; at < datagram.size(); at++)
			for (unsigned value = 0; value < 256; value++) {
				auto wrong = datagram;
				wrong[at] = static_cast<std::byte>(value);
				decodes(wrong);
			}
	SUCCEED();
}
