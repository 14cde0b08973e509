// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include "fake_host.hpp"
#include "json.hpp"
#include "traffic.hpp"

using namespace vfctl;
using namespace vfctl::test;
using namespace vfctl::tool;
using namespace std::chrono_literals;

namespace {

constexpr std::chrono::steady_clock::time_point now{2000s};

} // namespace

TEST_CASE("a VF, with all that the module tells")
{
	const auto host = make_host();
	vf_info vf = host->vf("eth0", 1);
	CHECK(to_text(to_json(vf, "vfio-pci")) ==
	      R"({"pf":"eth0","vf":1,"ifname":"veth0.1","pci_address":"0000:01:10.2",)"
	      R"("mac":"02:00:00:00:02:01","driver":"vfio-pci","link_bits_per_sec":1000000000,)"
	      R"("hard_bits_per_sec":500000000,"soft_bits_per_sec":0,)"
	      R"("effective_bits_per_sec":500000000,"state":"in-force"})");
	vf.state = limit_state::pending;
	vf.pending_reason = "the link is down";
	vf.link_speed.reset();
	const json pending = to_json(vf, std::nullopt);
	CHECK(pending["state"] == "pending");
	CHECK(pending["pending_reason"] == "the link is down");
	CHECK_FALSE(pending.contains("link_bits_per_sec"));
	CHECK_FALSE(pending.contains("driver"));
}

TEST_CASE("what is not known of a VF has no key")
{
	vf_info vf;
	vf.pf_name = "eth0";
	vf.number = 3;
	CHECK(to_text(to_json(vf, std::nullopt)) == R"({"pf":"eth0","vf":3})");
}

TEST_CASE("a PF")
{
	const auto host = make_host();
	CHECK(to_text(to_json(host->pf("ens1f1"))) ==
	      R"({"pf":"ens1f1","pci_address":"0000:02:00.1","driver":"igb","provider":"82576",)"
	      R"("vfs":1,"total_vfs":7,"link_bits_per_sec":1000000000,"interval_ms":1000,)"
	      R"("capabilities":["stats","max_rate","min_rate"]})");
	pf_info bare;
	bare.name = "eth9";
	CHECK(to_text(to_json(bare)) == R"({"pf":"eth9","vfs":0})");
}

TEST_CASE("counters: those that are known, 0 too")
{
	vf_stats stats;
	stats.pf_name = "eth0";
	stats.number = 1;
	stats.time = now - 1500ms;
	stats.resets = 0;
	stats.counters.set(counter::rx_bytes, 0);
	stats.counters.set(counter::tx_bytes, 18'446'744'073'709'551'615U);
	CHECK(to_text(to_json(stats, now)) ==
	      R"({"pf":"eth0","vf":1,"time_ns":1998500000000,"age_ms":1500,"resets":0,)"
	      R"("rx_bytes":0,"tx_bytes":18446744073709551615})");
}

TEST_CASE("a sample from the future has no negative age")
{
	vf_stats stats;
	stats.time = now + 1ms;
	CHECK(to_json(stats, now)["age_ms"] == 0);
}

TEST_CASE("figures per second are whole numbers")
{
	json to;
	add(to, traffic{.period = 1s,
			.rx_bits = 0.4,
			.tx_bits = 999.5,
			.rx_packets = std::nullopt,
			.tx_packets = 0.0});
	CHECK(to_text(to) ==
	      R"({"period_ns":1000000000,"rx_bits_per_sec":0,"tx_bits_per_sec":1000,)"
	      R"("tx_packets_per_sec":0})");
}

TEST_CASE("events")
{
	const auto host = make_host();
	CHECK(to_text(to_json(event(overrun_event{}), now)) == R"({"event":"overrun"})");
	CHECK(to_text(to_json(event(gone_event{}), now)) == R"({"event":"gone"})");
	CHECK(to_text(to_json(event(back_event{}), now)) == R"({"event":"back"})");
	CHECK(to_text(to_json(event(synced_event{}), now)) == R"({"event":"synced"})");

	vf_event changed;
	changed.what = change::changed;
	changed.vf = host->vf("eth0", 1);
	changed.by = origin::netlink;
	changed.pid = 123;
	changed.old = limits{.hard = rate::none(), .soft = std::nullopt, .min = std::nullopt};
	changed.old_state = limit_state::none;
	const json e = to_json(event(changed), now);
	CHECK(e["event"] == "changed");
	CHECK(e["object"] == "vf");
	CHECK(e["hard_bits_per_sec"] == 500'000'000);
	CHECK(e["by"] == "netlink");
	CHECK(e["pid"] == 123);
	CHECK(to_text(e["old"]) == R"({"hard_bits_per_sec":0,"state":"none"})");
	CHECK(e.begin().key() == "event");

	pf_event present;
	present.pf = host->pf("eth0");
	const json p = to_json(event(present), now);
	CHECK(p["event"] == "present");
	CHECK(p["object"] == "pf");
	CHECK_FALSE(p.contains("by"));
	CHECK_FALSE(p.contains("old"));
}

TEST_CASE("a name that is not UTF-8 does not break the output")
{
	vf_info vf;
	vf.pf_name = "e\xfft\033h";
	CHECK(to_text(to_json(vf, std::nullopt)) == "{\"pf\":\"e\xef\xbf\xbdt\\u001bh\",\"vf\":0}");
}
