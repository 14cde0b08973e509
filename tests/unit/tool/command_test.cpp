// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <nlohmann/json.hpp>

#include "text.hpp"
#include "tool_run.hpp"

using namespace vfctl;
using namespace vfctl::test;

namespace {

using nlohmann::json;

std::vector<std::string> lines_of(const std::string& text)
{
	std::vector<std::string> lines;
	for (std::size_t begin = 0; begin < text.size();) {
		const auto end = text.find('\n', begin);
		lines.push_back(text.substr(begin, end - begin));
		begin = end + 1;
	}
	return lines;
}

bool has(const std::string& text, const std::string& part)
{
	return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("list: a table in 100 columns, without what nobody has")
{
	const auto all = run_tool(make_host(), {"list"});
	CHECK(all.status == 0);
	CHECK(all.err.empty());
	const auto lines = lines_of(all.out);
	REQUIRE(lines.size() == 5);
	CHECK(lines[2].find("eth0     1  veth0.1    0000:01:10.2  02:00:00:00:02:01  vfio-pci  "
			    "500Mbit") == 0);
	const auto one = run_tool(make_host(), {"list", "eth0"});
	CHECK(lines_of(one.out).size() == 4);
	for (const auto& line : lines_of(one.out))
		CHECK(tool::display_width(line) <= 100);
	CHECK_FALSE(has(one.out, "MIN"));
	CHECK(has(all.out, "MIN"));
}

TEST_CASE("list without the module has fewer columns")
{
	const auto r = run_tool(make_host_without_module(), {"list", "eth0"});
	CHECK(r.out == "PF    VF  PCI ADDRESS   MAC                DRIVER       HARD\n"
		       "eth0   0  0000:01:10.0  02:00:00:00:02:00  -            none\n"
		       "eth0   1  0000:01:10.2  02:00:00:00:02:01  vfio-pci  500Mbit\n"
		       "eth0   2  0000:01:10.4  02:00:00:00:02:02  igbvf        none\n");
}

TEST_CASE("options are taken before and after the command")
{
	const auto before = run_tool(make_host(), {"-j", "list", "eth0"});
	const auto after = run_tool(make_host(), {"list", "eth0", "--json"});
	CHECK(before.status == 0);
	CHECK(before.out == after.out);
	CHECK(json::parse(before.out).size() == 3);
	CHECK(lines_of(before.out).size() == 1);
	const auto pretty = run_tool(make_host(), {"list", "eth0", "-p"});
	CHECK(json::parse(pretty.out) == json::parse(before.out));
	CHECK(lines_of(pretty.out).size() > 20);
}

TEST_CASE("list of no VFs")
{
	const auto host = make_host();
	host->vfs.clear();
	CHECK(run_tool(host, {"list"}).out.empty());
	CHECK(run_tool(host, {"list", "-j"}).out == "[]\n");
}

TEST_CASE("show: a VF by each of its names")
{
	const auto named = run_tool(make_host(), {"show", "veth0.1"});
	CHECK(named.status == 0);
	CHECK(named.out == R"(veth0.1
  VF           1 of eth0
  PCI address  0000:01:10.2
  MAC          02:00:00:00:02:01
  driver       vfio-pci
  link         1Gbit
  hard limit   500Mbit
  soft limit   none
  effective    500Mbit
  state        in-force
  sampled      0.4s ago
  COUNTER       RX     TX
  packets    1.23M  2.47M
  bytes      3.70M  4.94M
  multicast  6.17M      -
)");
	CHECK(run_tool(make_host(), {"show", "eth0/1"}).out == named.out);
	CHECK(run_tool(make_host(), {"show", "0000:01:10.2"}).out == named.out);
	CHECK(run_tool(make_host(), {"show", "01:10.2"}).out == named.out);
}

TEST_CASE("show: a pending limit with its reason, numbers in full")
{
	const auto host = make_host();
	host->vf("eth0", 1).state = limit_state::pending;
	host->vf("eth0", 1).pending_reason = "the link of eth0 is down";
	host->vf("eth0", 1).link_speed.reset();
	const auto r = run_tool(host, {"show", "eth0/1", "--raw"});
	CHECK(has(r.out, "state        pending: the link of eth0 is down\n"));
	CHECK(has(r.out, "hard limit   500000000\n"));
	CHECK(has(r.out, "link         down or unknown\n"));
	CHECK(has(r.out, "packets    1234567  2469134\n"));
	CHECK(has(r.out, "sampled      400 ms ago\n"));
}

TEST_CASE("show: a PF, by name or address")
{
	const auto r = run_tool(make_host(), {"show", "eth0"});
	CHECK(r.status == 0);
	CHECK(has(r.out, "VFs          3 of 7\n"));
	CHECK(has(r.out, "can do       counters, limits\n"));
	CHECK(run_tool(make_host(), {"show", "0000:01:00.0"}).out == r.out);
	CHECK(json::parse(run_tool(make_host(), {"show", "eth0", "-j"}).out)["total_vfs"] == 7);
}

TEST_CASE("rate shows all limits, or one that can be typed again")
{
	const auto host = make_host();
	CHECK(run_tool(host, {"rate", "veth0.1"}).out == "hard       500Mbit\n"
							 "soft       none\n"
							 "effective  500Mbit\n"
							 "state      in-force\n");
	CHECK(run_tool(host, {"rate", "veth0.1", "hard"}).out == "500Mbit\n");
	CHECK(run_tool(host, {"rate", "veth0.1", "hard", "--raw"}).out == "500000000\n");
	CHECK(run_tool(host, {"rate", "veth0.1", "soft"}).out == "none\n");
	const auto min = run_tool(host, {"rate", "veth0.1", "min"});
	CHECK(min.status == 2);
	CHECK(has(min.err, "vfctl: get the min limit of veth0.1: "));
	CHECK(host->requests.empty());
}

TEST_CASE("rate sets, and says nothing")
{
	const auto host = make_host();
	const auto r = run_tool(host, {"rate", "veth0.0", "300mbit"});
	CHECK(r.status == 0);
	CHECK(r.out.empty());
	CHECK(r.err.empty());
	run_tool(host, {"rate", "eth0/0", "soft", "1.5gbit"});
	run_tool(host, {"rate", "0000:02:10.1", "min", "5mbit"});
	run_tool(host, {"rate", "eth0/0", "hard", "none"});
	CHECK(host->requests == std::vector<std::string>{"eth0/0 hard=300Mbit",
							 "eth0/0 soft=1500Mbit",
							 "ens1f1/0 min=5Mbit", "eth0/0 hard=none"});
}

TEST_CASE("a guest may set its soft limit, or may not")
{
	const auto host = make_host();
	CHECK(run_tool(host, {"rate", "veth0.1", "guest"}).status == 2);
	CHECK(run_tool(host, {"rate", "veth0.1", "guest", "forbid"}).status == 2);
	host->vfs.at(1).guest_soft = true;
	CHECK(run_tool(host, {"rate", "veth0.1", "guest"}).out == "allow\n");
	CHECK(run_tool(host, {"rate", "veth0.1", "guest", "forbid"}).out.empty());
	CHECK(run_tool(host, {"rate", "veth0.1", "guest"}).out == "forbid\n");
	CHECK(run_tool(host, {"show", "veth0.1"}).out.find("may not set its soft limit") !=
	      std::string::npos);
	CHECK(run_tool(host, {"rate", "veth0.1", "-j", "guest"}).out.find("\"guest_soft\":false") !=
	      std::string::npos);
	const auto wrong = run_tool(host, {"rate", "veth0.1", "guest", "maybe"});
	CHECK(wrong.status == 1);
	CHECK(wrong.err.find("'maybe' is nothing that a guest can be told: allow or forbid") !=
	      std::string::npos);
}

TEST_CASE("rate says when a limit is pending, and what bytes are in bits")
{
	const auto host = make_host();
	host->vf("eth0", 0).state = limit_state::pending;
	host->vf("eth0", 0).pending_reason = "the link of eth0 is down";
	auto r = run_tool(host, {"rate", "eth0/0", "300mbit"});
	CHECK(r.status == 0);
	CHECK(r.err == "vfctl: the limit of veth0.0 is pending: the link of eth0 is down\n");
	r = run_tool(host, {"rate", "eth0/1", "10mbps"});
	CHECK(r.status == 0);
	CHECK(has(r.err, "bytes"));
	CHECK(host->requests.back() == "eth0/1 hard=80Mbit");
}

TEST_CASE("what was typed wrongly ends with 1 and changes nothing")
{
	const auto host = make_host();
	using args = std::vector<std::string>;
	for (const auto& [line, part] : std::vector<std::pair<args, std::string>>{
		     {{"rate", "eth0/0", "5foo"}, "5foo"},
		     {{"rate", "eth0/0", ""}, ""},
		     {{"rate", "eth0/x", "5mbit"}, "eth0/x"},
		     {{"rate", "eth0/0", "sift", "5mbit"}, "'sift' is no kind of limit"},
		     {{"rate", "eth0/0", "hard", "5mbit", "x"},
		      "'x' is one argument too many; see vfctl "
		      "rate --help"},
		     {{"rate"}, "DEV is missing; see vfctl rate --help"},
		     {{}, "a command is missing; see vfctl --help"},
		     {{"lst"}, "there is no command 'lst'; did you mean 'list'? see vfctl --help"},
		     {{"frobnicate", "x"}, "there is no command 'frobnicate'; see vfctl --help"},
		     {{"list", "--foo=3"}, "there is no option '--foo'; see vfctl list --help"},
		     {{"-x", "list"}, "there is no option '-x'"},
		     {{"list", "--color"}, "--color needs a value"},
		     {{"--color", "red", "list"},
		      "--color takes one of auto, always, never, not 'red'"},
		     {{"--backend", "x", "list"}, "--backend takes one of auto, module, rtnetlink"},
		     {{"stats", "--interval", "1"}, "it has no unit; did you mean 1s or 1ms?"},
		     {{"stats", "--count", "3"}, "--count needs --interval"},
		     {{"stats", "-i", "1s", "-c", "0"},
		      "--count takes a whole number above 0, not '0'"},
		     {{"stats", "-i", "1s", "-c", "-1"}, "--count"},
		     {{"interval", "eth0", "5"}, "it has no unit"},
		     {{"reset"}, "reset takes devices, or --all"},
		     {{"reset", "--all", "eth0/1"}, "reset takes devices, or --all"},
		     {{"restore"}, "FILE is missing"},
		     {{"restore", "/nonexistent"},
		      "cannot read /nonexistent: No such file or directory"},
		     {{"show", ""}, ""},
	     }) {
		const auto r = run_tool(host, line);
		INFO(r.err << r.out);
		CHECK(r.status == 1);
		CHECK(r.out.empty());
		CHECK(r.err.find("vfctl: ") == 0);
		CHECK(lines_of(r.err).size() == 1);
		CHECK(has(r.err, part));
	}
	CHECK(host->requests.empty());
}

TEST_CASE("what the kernel refuses ends with 2, in its words")
{
	const auto host = make_host();
	host->refuse = [](const vf_info&, const limits&) {
		refuse("set limits of eth0/1", std::errc::invalid_argument,
		       "2000 Mbit/s is above the link speed of eth0, 1000 Mbit/s");
	};
	auto r = run_tool(host, {"rate", "eth0/1", "2gbit"});
	CHECK(r.status == 2);
	CHECK(r.err == "vfctl: set limits of eth0/1: 2000 Mbit/s is above the link speed of eth0, "
		       "1000 Mbit/s\n");
	r = run_tool(host, {"show", "veth9.9"});
	CHECK(r.status == 2);
	CHECK(r.err == "vfctl: get veth9.9: there is no such VF\n");
	host->refuse = [](const vf_info&, const limits&) {
		refuse("set limits of eth0/1", std::errc::operation_not_permitted, "");
	};
	r = run_tool(host, {"rate", "eth0/1", "2gbit"});
	CHECK(r.status == 2);
	CHECK(has(r.err, "CAP_NET_ADMIN"));
}

TEST_CASE("stats: totals")
{
	const auto r = run_tool(make_host(), {"stats", "eth0"});
	CHECK(r.out == "DEVICE   RX PKTS  RX BYTES  MCAST  TX PKTS  TX BYTES   AGE\n"
		       "veth0.0    1.23M     3.70M  6.17M    2.47M     4.94M  0.4s\n"
		       "veth0.1    1.23M     3.70M  6.17M    2.47M     4.94M  0.4s\n"
		       "veth0.2    1.23M     3.70M  6.17M    2.47M     4.94M  0.4s\n");
	CHECK(lines_of(run_tool(make_host(), {"stats"}).out).size() == 5);
	CHECK(lines_of(run_tool(make_host(), {"stats", "eth0/2"}).out).size() == 2);
	const auto list = json::parse(run_tool(make_host(), {"stats", "eth0/2", "-j"}).out);
	REQUIRE(list.size() == 1);
	CHECK(list[0]["rx_packets"] == 1'234'567);
	CHECK(list[0]["age_ms"] == 400);
	CHECK_FALSE(list[0].contains("tx_bits_per_sec"));
}

TEST_CASE("stats: figures per second of the samples' own times")
{
	const auto host = make_host();
	host->on_read = [](fake_host& h) {
		for (auto& one : h.stats) {
			*one.time += std::chrono::milliseconds(100);
			one.counters.set(counter::tx_bytes,
					 *one.counters[counter::tx_bytes] + 625'000);
		}
	};
	const auto r = run_tool(host, {"stats", "eth0", "-j", "-i", "1ms", "-c", "2"});
	const auto lines = lines_of(r.out);
	REQUIRE(lines.size() == 2);
	for (const auto& line : lines) {
		const auto all = json::parse(line);
		REQUIRE(all.size() == 3);
		CHECK(all[0]["period_ns"] == 100'000'000);
		CHECK(all[0]["tx_bits_per_sec"] == 50'000'000);
		CHECK(all[0]["rx_bits_per_sec"] == 0);
	}
	CHECK(has(r.err, "the counters of eth0 are read every 1s"));
	const auto text = run_tool(host, {"stats", "eth0/1", "-i", "1ms", "-c", "3"});
	CHECK(text.out == "DEVICE   RX BIT/S  TX BIT/S  RX PKT/S  TX PKT/S\n"
			  "veth0.1         0     50.0M         0         0\n"
			  "veth0.1         0     50.0M         0         0\n"
			  "veth0.1         0     50.0M         0         0\n");
}

TEST_CASE("reset removes what there is to remove")
{
	const auto host = make_host();
	host->vf("eth0", 2).soft = rate::from_mbits_per_sec(5);
	host->vf("ens1f1", 0).min = rate::from_mbits_per_sec(5);
	CHECK(run_tool(host, {"reset", "eth0", "eth0/1"}).status == 0);
	CHECK(host->requests == std::vector<std::string>{"eth0/1 hard=none", "eth0/2 soft=none"});
	CHECK(run_tool(host, {"reset", "--all"}).status == 0);
	CHECK(host->requests.back() == "ens1f1/0 min=none");
	CHECK(host->requests.size() == 3);
}

TEST_CASE("interval")
{
	const auto host = make_host();
	CHECK(run_tool(host, {"interval"}).out == "PF      INTERVAL\neth0          1s\n"
						  "ens1f1        1s\n");
	CHECK(run_tool(host, {"interval", "eth0", "100ms"}).status == 0);
	CHECK(run_tool(host, {"interval", "eth0"}).out == "100ms\n");
	CHECK(run_tool(host, {"interval", "eth0", "-j"}).out ==
	      "[{\"pf\":\"eth0\",\"interval_ms\":100}]\n");
	const auto refused = run_tool(host, {"interval", "eth0", "1ms"});
	CHECK(refused.status == 2);
	CHECK(refused.err == "vfctl: set the sampling interval: integer out of range: it is from "
			     "10ms to 10s\n");
	CHECK(run_tool(make_host_without_module(), {"interval", "eth0"}).status == 2);
}

TEST_CASE("keep-limits")
{
	const auto host = make_host();
	host->pf("eth0").keep_limits = true;
	CHECK(run_tool(host, {"keep-limits", "eth0"}).out == "yes\n");
	CHECK(run_tool(host, {"keep-limits", "eth0", "no"}).status == 0);
	CHECK(run_tool(host, {"keep-limits", "eth0"}).out == "no\n");
	CHECK(run_tool(host, {"keep-limits", "eth0", "-j"}).out ==
	      "[{\"pf\":\"eth0\",\"keep_limits\":false}]\n");
	CHECK(has(run_tool(host, {"show", "eth0"}).out, "limits       go with their VFs\n"));
	const auto refused = run_tool(host, {"keep-limits", "eth0", "perhaps"});
	CHECK(refused.status == 1);
	CHECK(refused.err == "vfctl: 'perhaps' is neither yes nor no\n");
	CHECK(run_tool(make_host_without_module(), {"keep-limits", "eth0"}).status == 2);
}

TEST_CASE("a VF that does not exist now, and whose limit is kept")
{
	const auto host = make_host();
	vf_info& gone = host->vf("eth0", 1);
	gone.state = limit_state::absent;
	gone.name.reset();
	gone.bus_address.reset();
	CHECK(has(run_tool(host, {"list"}).out, "absent"));
	CHECK(has(run_tool(host, {"show", "eth0/1"}).out, "absent\n"));
	CHECK(has(run_tool(host, {"save"}).out, "500000000"));
	const auto set = run_tool(host, {"rate", "eth0/1", "none"});
	CHECK(set.status == 0);
	CHECK(has(set.err,
		  "eth0/1 does not exist now, the next VF of that number has these limits"));
	CHECK(host->requests.back() == "eth0/1 hard=none");
	CHECK(has(run_tool(host, {"stats", "eth0/1"}).err, "there is no such VF"));
}

TEST_CASE("help and version go to standard output")
{
	for (const std::vector<std::string>& args : {std::vector<std::string>{"--help"},
						     {"-h"},
						     {"list", "--help"},
						     {"rate", "-h"},
						     {"stats", "--help"},
						     {"top", "--help"},
						     {"monitor", "--help"},
						     {"save", "--help"},
						     {"restore", "--help"},
						     {"reset", "--help"},
						     {"interval", "--help"},
						     {"show", "--help"}}) {
		const auto r = run_tool(make_host(), args);
		INFO(r.out);
		CHECK(r.status == 0);
		CHECK(r.err.empty());
		CHECK(has(r.out, "Example"));
		CHECK(has(r.out, "  vfctl "));
		for (const auto& line : lines_of(r.out))
			CHECK(line.size() <= 80);
	}
	CHECK(run_tool(make_host(), {"--version"}).out.find("vfctl ") == 0);
}

TEST_CASE("colour only where it is wanted")
{
	CHECK_FALSE(has(run_tool(make_host(), {"list"}).out, "\033"));
	CHECK(has(run_tool(make_host(), {"list", "--color", "always"}).out, "\033[1m"));
}

TEST_CASE("complete lists what a shell may offer")
{
	const auto vfs = lines_of(run_tool(make_host(), {"complete", "vfs"}).out);
	REQUIRE(vfs.size() == 12);
	CHECK(vfs[3] == "veth0.1");
	CHECK(vfs[4] == "eth0/1");
	CHECK(vfs[5] == "0000:01:10.2");
	CHECK(run_tool(make_host(), {"complete", "pfs"}).out == "eth0\nens1f1\n");
	const auto commands = run_tool(make_host(), {"complete", "commands"}).out;
	CHECK(has(commands, "restore\n"));
	CHECK_FALSE(has(commands, "complete"));
	CHECK(has(run_tool(make_host(), {"complete", "options", "restore"}).out, "--dry-run\n"));
	CHECK(has(run_tool(make_host(), {"complete", "options", "restore"}).out, "--json\n"));
	CHECK(run_tool(make_host(), {"complete", "x"}).status == 1);
}
