// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <cstdio>
#include <cstdlib>
#include <memory>
#include <string>
#include <vector>

#include <unistd.h>

#include "fake_host.hpp"
#include "input.hpp"
#include "monitor_output.hpp"
#include "monitor_text.hpp"
#include "selection.hpp"

using namespace vfctl;
using namespace vfctl::tool;
using namespace std::chrono_literals;

namespace {

constexpr auto mbit = rate::from_mbits_per_sec;

std::optional<std::string> one_process(std::uint32_t pid)
{
	return pid == 1234 ? std::optional<std::string>("ethtool") : std::nullopt;
}

monitor_text words(bool raw = false)
{
	return monitor_text(raw, one_process);
}

vf_info vf(std::uint32_t number = 1)
{
	vf_info v;
	v.pf_index = 2;
	v.pf_name = "eth0";
	v.number = number;
	v.index = 10 + number;
	v.name = "veth0." + std::to_string(number);
	v.bus_address = "0000:01:10." + std::to_string(number * 2);
	v.hard = v.effective = mbit(500);
	v.soft = rate::none();
	v.state = limit_state::in_force;
	return v;
}

pf_info pf()
{
	pf_info p;
	p.index = 2;
	p.name = "eth0";
	p.bus_address = "0000:01:00.0";
	p.driver = "igb";
	p.provider = "82576";
	p.vfs = 2;
	p.total_vfs = 7;
	p.link_speed = mbit(1000);
	p.interval = 1s;
	return p;
}

pf_event about(change what, const pf_info& p)
{
	return {.what = what, .pf = p, .by = {}, .pid = {}};
}

vf_event about(change what, const vf_info& v)
{
	return {.what = what,
		.vf = v,
		.by = {},
		.pid = {},
		.old = {},
		.old_effective = {},
		.old_state = {}};
}

vf_event limited()
{
	auto e = about(change::changed, vf());
	e.by = origin::netlink;
	e.pid = 1234;
	e.old = limits{.hard = rate::none(), .soft = rate::none(), .min = {}};
	e.old_effective = rate::none();
	e.old_state = limit_state::none;
	return e;
}

vf_stats sample(std::chrono::seconds at, std::uint64_t tx_bytes)
{
	vf_stats s;
	s.pf_index = 2;
	s.pf_name = "eth0";
	s.number = 1;
	s.index = 11;
	s.name = "veth0.1";
	s.time = std::chrono::steady_clock::time_point(at);
	s.counters.set(counter::tx_bytes, tx_bytes);
	s.counters.set(counter::tx_packets, tx_bytes / 1000);
	return s;
}

/// An output into memory.
class recorder {
public:
	explicit recorder(std::vector<std::string> devices = {}, bool snapshot = false,
			  bool as_json = false)
	{
		ctx.out = file_;
		ctx.output.json = as_json;
		ctx.now = [] {
			return std::chrono::steady_clock::time_point(100s);
		};
		output = std::make_unique<monitor_output>(ctx, selection(std::move(devices)),
							  snapshot);
	}
	recorder(const recorder&) = delete;
	recorder& operator=(const recorder&) = delete;
	~recorder()
	{
		// The text is the stream's until it is closed.
		static_cast<void>(std::fclose(file_));
		const std::unique_ptr<char, decltype(&std::free)> text(text_, &std::free);
	}

	bool tell(const event& e) const
	{
		return output->tell(e, std::chrono::system_clock::time_point(1500ms));
	}

	std::string text() const { return {text_, size_}; }

	context ctx;
	std::unique_ptr<monitor_output> output;

private:
	char* text_ = nullptr;
	std::size_t size_ = 0;
	std::FILE* file_ = ::open_memstream(&text_, &size_);
};

} // namespace

TEST_CASE("a limit that was set is told with what was before and who did it")
{
	CHECK(words().line(limited()) ==
	      "veth0.1 (eth0/1): hard none -> 500Mbit, effective none -> 500Mbit, in-force "
	      "(by ethtool[1234], netlink)");
	CHECK(words(true).line(limited()) ==
	      "veth0.1 (eth0/1): hard 0 -> 500000000, effective 0 -> 500000000, in-force "
	      "(by ethtool[1234], netlink)");
}

TEST_CASE("who did it may have ended, or be nobody")
{
	auto e = limited();
	e.pid = 99;
	CHECK(words().line(e).ends_with(" (by pid 99, netlink)"));
	e.pid.reset();
	e.by = origin::outside;
	CHECK(words().line(e).ends_with(" (by outside)"));
	e.by.reset();
	CHECK(words().line(e).ends_with("in-force"));
}

TEST_CASE("a state that changed by itself is told with what it was")
{
	auto e = limited();
	e.by = origin::device;
	e.pid.reset();
	e.old = limits{.hard = e.vf.hard, .soft = e.vf.soft, .min = {}};
	e.old_effective = e.vf.effective;
	e.old_state = limit_state::pending;
	CHECK(words().line(e) == "veth0.1 (eth0/1): pending -> in-force (by device)");

	e.vf.state = limit_state::pending;
	e.vf.pending_reason = "the link of eth0 is down";
	e.old_state = limit_state::in_force;
	CHECK(words().line(e) ==
	      "veth0.1 (eth0/1): in-force -> pending: the link of eth0 is down (by device)");
}

TEST_CASE("soft and minimum limits are told")
{
	auto e = limited();
	e.vf.soft = mbit(200);
	e.vf.min = mbit(10);
	e.vf.effective = mbit(200);
	e.old->min = rate::none();
	e.by = origin::guest;
	e.pid.reset();
	CHECK(words().line(e) ==
	      "veth0.1 (eth0/1): hard none -> 500Mbit, soft none -> 200Mbit, min none -> "
	      "10Mbit, effective none -> 200Mbit, in-force (by guest)");
}

TEST_CASE("what a VF was is not always known")
{
	auto e = limited();
	e.old.reset();
	e.old_effective.reset();
	e.old_state.reset();
	CHECK(words().line(e) ==
	      "veth0.1 (eth0/1): hard 500Mbit, soft none, effective 500Mbit, in-force "
	      "(by ethtool[1234], netlink)");
}

TEST_CASE("VFs that come, go and are there")
{
	CHECK(words().line(about(change::added, vf())) ==
	      "veth0.1 (eth0/1): added, 0000:01:10.2, hard 500Mbit, effective 500Mbit, in-force");
	CHECK(words().line(about(change::removed, vf())) == "veth0.1 (eth0/1): removed");
	auto v = vf();
	v.hard = v.effective = rate::none();
	v.state = limit_state::none;
	v.name.reset();
	CHECK(words().line(about(change::present, v)) == "eth0/1: present, 0000:01:10.2, no limit");
}

TEST_CASE("a PF that changed is compared with what it was")
{
	auto text = words();
	CHECK(text.line(about(change::present, pf())) ==
	      "eth0: present, 0000:01:00.0, driver igb, provider 82576, 2 of 7 VFs, link 1Gbit, "
	      "sampled every 1s");
	text.see(about(change::present, pf()));

	auto p = pf();
	p.link_speed.reset();
	p.vfs = 0;
	p.name = "lan0";
	p.interval = 100ms;
	auto e = about(change::changed, p);
	e.by = origin::netlink;
	e.pid = 1234;
	CHECK(text.line(e) == "lan0: name eth0 -> lan0, link 1Gbit -> down, VFs 2 -> 0, sampling "
			      "interval 1s -> 100ms (by ethtool[1234], netlink)");
	text.see(e);
	CHECK(text.line(about(change::changed, p)) == "lan0: changed");
	CHECK(text.line(about(change::removed, p)) == "lan0: removed");

	// Nothing is known of it after events were lost.
	text.see(overrun_event());
	CHECK(text.line(about(change::changed, p)).starts_with("lan0: 0000:01:00.0, driver igb"));
}

TEST_CASE("samples are told with figures where there are any")
{
	traffic figures;
	figures.tx_bits = 482e6;
	CHECK(words().line(stats_event{sample(1s, 2000)}) == "veth0.1: tx 2 packets 2.00k bytes");
	CHECK(words().line(stats_event{sample(1s, 2000)}, figures) ==
	      "veth0.1: tx 2 packets 2.00k bytes 482Mbit/s");
	auto s = sample(1s, 0);
	s.resets = 3;
	s.gaps = 1;
	CHECK(words(true).line(stats_event{s}) ==
	      "veth0.1: tx 0 packets 0 bytes, 3 resets, 1 gaps");
	s = {};
	s.pf_name = "eth0";
	CHECK(words().line(stats_event{s}) == "eth0/0: no counters");
}

TEST_CASE("what becomes of the monitor itself is told")
{
	CHECK(words().line(overrun_event()) == "events were lost; what there is follows");
	CHECK(words().line(gone_event()) == "the module vfctl is unloaded");
	CHECK(words().line(back_event()) == "the module vfctl is loaded; what there is follows");
	CHECK(words().line(synced_event()) == "that is all there is");
}

TEST_CASE("names cannot drive the terminal")
{
	auto v = vf();
	v.name = "v\033[2J";
	CHECK(words().line(about(change::removed, v)) == "v?[2J (eth0/1): removed");
}

TEST_CASE("this process has a name, and one that never was has none")
{
	CHECK(process_name(static_cast<std::uint32_t>(::getpid())));
	CHECK_FALSE(process_name(0));
}

TEST_CASE("the first snapshot is told only if wanted, those after it always")
{
	const std::vector<event> snapshot = {about(change::present, pf()),
					     about(change::present, vf()), synced_event()};
	recorder quiet;
	for (const auto& e : snapshot)
		CHECK_FALSE(quiet.tell(e));
	CHECK(quiet.text().empty());
	CHECK(quiet.tell(overrun_event()));
	for (const auto& e : snapshot)
		CHECK(quiet.tell(e));

	recorder full({}, true);
	for (const auto& e : snapshot)
		CHECK(full.tell(e));

	// What was not told was seen all the same.
	recorder later;
	later.tell(snapshot[0]);
	auto p = pf();
	p.vfs = 3;
	CHECK(later.tell(about(change::changed, p)));
	CHECK(later.text().find("eth0: VFs 2 -> 3") != std::string::npos);
}

TEST_CASE("a selection lets through what it names, and what concerns all")
{
	for (const auto* name : {"veth0.1", "eth0/1", "0000:01:10.2", "01:10.2"}) {
		INFO(name);
		recorder r({name});
		CHECK(r.tell(about(change::added, vf(1))));
		CHECK(r.tell(stats_event{sample(1s, 0)}));
		CHECK_FALSE(r.tell(about(change::added, vf(0))));
		CHECK_FALSE(r.tell(about(change::added, pf())));
		CHECK(r.tell(gone_event()));
	}
	recorder of_pf({"eth0"});
	CHECK(of_pf.tell(about(change::added, vf(0))));
	CHECK(of_pf.tell(about(change::added, pf())));
	recorder other({"eth1", "veth1.1"});
	CHECK_FALSE(other.tell(about(change::added, vf(1))));
	CHECK_FALSE(other.tell(about(change::added, pf())));
	CHECK_FALSE(other.tell(stats_event{sample(1s, 0)}));
	CHECK(recorder().tell(about(change::added, vf(0))));
	CHECK_THROWS_AS(selection({"eth0/x"}), input_error);
}

TEST_CASE("a selection finds what only the kernel can, as soon as it is there")
{
	const auto host = test::make_host();
	auto client = test::connect(host);
	const auto address = host->pfs.front().bus_address.value();
	selection by_address({address, "nothing0"});
	CHECK(by_address.resolve(client) == std::vector<std::string>{"nothing0"});
	CHECK(by_address.has(host->vfs.front()));
	CHECK_FALSE(by_address.has(host->vfs.back()));
	host->vfs.back().name = "nothing0";
	CHECK(by_address.resolve(client).empty());
	CHECK(by_address.has(host->vfs.back()));
}

TEST_CASE("lines begin with the time of day and are pushed out at once")
{
	::setenv("TZ", "UTC", 1);
	recorder r;
	r.tell(about(change::removed, vf()));
	CHECK(r.text() == "00:00:01.500 veth0.1 (eth0/1): removed\n");
}

TEST_CASE("JSON has one object a line, with time, origin and what was before")
{
	recorder r({}, false, true);
	auto e = limited();
	e.pid = static_cast<std::uint32_t>(::getpid());
	r.tell(e);
	r.tell(overrun_event());
	r.tell(stats_event{sample(1s, 1000)});
	r.tell(stats_event{sample(3s, 5000)});
	const auto text = r.text();
	std::vector<json> lines;
	for (std::size_t at = 0; at < text.size(); at = text.find('\n', at) + 1)
		lines.push_back(json::parse(text.substr(at, text.find('\n', at) - at)));
	REQUIRE(lines.size() == 4);
	CHECK(lines[0]["unix_time_ns"] == 1'500'000'000);
	CHECK(lines[0]["event"] == "changed");
	CHECK(lines[0]["object"] == "vf");
	CHECK(lines[0]["hard_bits_per_sec"] == 500'000'000);
	CHECK(lines[0]["old"]["hard_bits_per_sec"] == 0);
	CHECK(lines[0]["by"] == "netlink");
	CHECK(lines[0]["process"] == *process_name(*e.pid));
	CHECK(lines[1]["event"] == "overrun");
	CHECK_FALSE(lines[2].contains("tx_bits_per_sec"));
	CHECK(lines[3]["tx_bits_per_sec"] == 16'000);
	CHECK(lines[3]["period_ns"] == 2'000'000'000);
}
