// SPDX-License-Identifier: GPL-2.0-only
#include <filesystem>
#include <fstream>
#include <string>
#include <vector>

#include <unistd.h>

#include "../catch.hpp"

#include "policy_file.hpp"

namespace {

using namespace vfctl;
using namespace vfctl::daemon;
using namespace std::chrono_literals;

policy parse(const std::string& text)
{
	return parse_policy({{"t.toml", text}});
}

std::string problem_of(const std::string& text)
{
	try {
		parse(text);
		return "none";
	} catch (const policy_error& e) {
		return e.problems().front();
	}
}

vf_info vf_with(const std::string& name)
{
	vf_info vf;
	vf.pf_name = "eth0";
	vf.number = 1;
	vf.name = name;
	vf.bus_address = "0000:01:10.2";
	vf.mac = mac_address{0x52, 0x54, 0, 0xab, 0, 1};
	return vf;
}

} // namespace

TEST_CASE("A policy says what it says, and has defaults for the rest")
{
	const policy p = parse(R"(
[controller]
period = "50ms"
step = "2%"
lost_after = "3s"
on_lost = "safe"
safe_limit = "10mbit"
[metrics]
listen = ""
[guests]
enabled = true
port = 77
[[pf]]
device = "eth0"
capacity = "800mbit"
[[group]]
name = "a"
weight = 2
max = "400mbit"
[[vf]]
name = "veth0.*"
mode = "enforce"
weight = 3
min = "10mbit"
max = "1gbit"
group = "a"
guest_soft = false
[[guest]]
cid = 5
vfs = ["veth0.1", "52:54:00:ab:00:01"]
)");
	CHECK(p.period == 50ms);
	CHECK(p.step == 0.02);
	CHECK(p.lost_after == 3s);
	CHECK(p.on_lost == lost_action::safe);
	CHECK(p.safe_limit == rate::from_mbits_per_sec(10));
	CHECK(p.metrics_listen.empty());
	CHECK(p.guest_channel);
	CHECK(p.guest_port == 77);
	REQUIRE(p.vfs.size() == 1);
	CHECK(p.vfs[0].kind == match_kind::name);
	CHECK(p.vfs[0].mode == vf_mode::enforce);
	CHECK(p.vfs[0].weight == 3);
	CHECK(p.vfs[0].min == rate::from_mbits_per_sec(10));
	CHECK_FALSE(p.vfs[0].guest_soft);
	CHECK(p.groups.at(0).max == rate::from_mbits_per_sec(400));
	CHECK(p.pfs.at(0).capacity == rate::from_mbits_per_sec(800));
	CHECK(p.guests.at(0).vfs.size() == 2);
	CHECK(parse("").period == 100ms);
	CHECK(parse("[[pf]]\ndevice = 'eth0'\ncapacity = 'link'").pfs.at(0).capacity.is_none());
}

TEST_CASE("What is wrong in a policy is said with its line")
{
	CHECK(problem_of("[controller]\nperiod = \"1ms\"") ==
	      "t.toml:2: [controller] period is a time from 20ms to 10000ms, not \"1ms\"");
	CHECK(problem_of("\n[[vf]]\nname = 'a'\nwieght = 2") ==
	      "t.toml:4: [[vf]] wieght is no setting that is known here");
	CHECK(problem_of("[[vf]]\nmode = 'enforce'") ==
	      "t.toml:1: [[vf]] needs exactly one of device, mac, address and name");
	CHECK(problem_of("[[vf]]\nname = 'a'\ndevice = 'b'") ==
	      "t.toml:1: [[vf]] needs exactly one of device, mac, address and name");
	CHECK(problem_of("[[vf]]\nname = 'a'\nmode = 'force'") ==
	      "t.toml:3: [[vf]] mode is one of observe, adopt, enforce, not \"force\"");
	CHECK(problem_of("[[vf]]\nname = 'a'\nmax = 500") ==
	      "t.toml:3: [[vf]] max is a rate in quotes, as in \"500mbit\"");
	CHECK(problem_of("[[vf]]\nname = 'a'\nmax = '5kbit'") ==
	      "t.toml:3: [[vf]] max is below 1 Mbit/s: \"5kbit\"");
	CHECK(problem_of("[[vf]]\nname = 'a'\nmin = '20mbit'\nmax = '10mbit'") ==
	      "t.toml:3: [[vf]] min is above max: 20Mbit and 10Mbit");
	CHECK(problem_of("[[vf]]\nname = 'a'\nweight = 0") ==
	      "t.toml:3: [[vf]] weight is a number above 0 and up to 10000");
	CHECK(problem_of("[[vf]]\nname = 'a'\ngroup = 'x'") ==
	      "t.toml:1: [[vf]] there is no [[group]] with the name \"x\"");
	CHECK(problem_of("[[vf]]\nmac = '52:54:00'") ==
	      "t.toml:2: [[vf]] mac is none: \"52:54:00\"");
	CHECK(problem_of("[[group]]\nname = 'a'\n[[group]]\nname = 'a'") ==
	      "t.toml:3: [[group]] \"a\" is there already, in line 1");
	CHECK(problem_of("[[guest]]\ncid = 2\nvfs = []") ==
	      "t.toml:2: [[guest]] cid is a whole number from 3 to 4294967294");
	CHECK(problem_of("[[guest]]\ncid = 3\nvfs = ['a/1']\n[[guest]]\ncid = 4\nvfs = ['a/1']") ==
	      "t.toml:4: [[guest]] a/1 belongs to cid 3 already");
	CHECK(problem_of("[controller]\non_lost = 'safe'") ==
	      "t.toml:1: [controller] on_lost = \"safe\" needs a safe_limit");
	CHECK(problem_of("[controller]\nperiod = '2s'") ==
	      "t.toml:1: [controller] lost_after is at least two periods, 4000ms");
	CHECK(problem_of("[vf]\nname = 'a'") == "t.toml:1: vf is a list of tables: [[vf]]");
	CHECK(problem_of("period = '1s'") ==
	      "t.toml:1: there is no table or setting with the name period");
	CHECK(problem_of("[[vf]\n").rfind("t.toml:1: ", 0) == 0);
}

TEST_CASE("All problems of a policy are found, in all of its files")
{
	try {
		parse_policy({{"a.toml", "[[vf]]\nname = 'x'\nmax = 1\nmin = 2\n"},
			      {"b.toml", "[metrics]\nlisten = 3\n"}});
		REQUIRE(false);
	} catch (const policy_error& e) {
		CHECK(e.problems().size() == 3);
		CHECK(e.problems().back() == "b.toml:2: [metrics] listen is a text, in quotes");
		CHECK(std::string(e.what()).find("(and 2 more)") != std::string::npos);
	}
}

TEST_CASE("What does not fit together is said with the file that it stands in")
{
	const std::string good = "[metrics]\nlisten = ''\n";
	const auto problem = [](const std::vector<policy_text>& texts) {
		try {
			parse_policy(texts);
			return std::string("none");
		} catch (const policy_error& e) {
			return e.problems().front();
		}
	};
	CHECK(problem({{"a.toml", "\n[[vf]]\nname = '*'\ngroup = 'x'\n"}, {"b.toml", good}}) ==
	      "a.toml:2: [[vf]] there is no [[group]] with the name \"x\"");
	CHECK(problem({{"a.toml", "[[group]]\nname = 'x'\n"},
		       {"b.toml", "\n\n[[group]]\nname = 'x'\n"},
		       {"c.toml", good}}) ==
	      "b.toml:3: [[group]] \"x\" is there already, in a.toml:1");
}

TEST_CASE("Files in conf.d add to a policy in the order of their names")
{
	const auto folder = std::filesystem::temp_directory_path() /
			    ("vfctl-policy-test-" + std::to_string(::getpid()));
	std::filesystem::remove_all(folder);
	std::filesystem::create_directories(folder / "conf.d");
	std::ofstream(folder / "vfctld.toml")
		<< "[controller]\nperiod = '1s'\n[[vf]]\nname = 'a'\n";
	std::ofstream(folder / "conf.d/20.toml") << "[[vf]]\nname = 'c'\n";
	std::ofstream(folder / "conf.d/10.toml") << "[[vf]]\nname = 'b'\n[controller]\nstep = 0\n";
	std::ofstream(folder / "conf.d/no.txt") << "nonsense";
	const policy p = load_policy((folder / "vfctld.toml").string());
	// A folder that cannot be read is no empty one. (Root reads all: this is a file.)
	std::filesystem::remove_all(folder / "conf.d");
	std::ofstream(folder / "conf.d") << "nonsense";
	CHECK_THROWS_AS(load_policy((folder / "vfctld.toml").string()), std::system_error);
	std::filesystem::remove_all(folder);
	CHECK(p.period == 1s);
	CHECK(p.step == 0);
	REQUIRE(p.vfs.size() == 3);
	CHECK(p.vfs[1].match == "b");
	CHECK(p.vfs[2].match == "c");
	CHECK_THROWS_AS(load_policy((folder / "vfctld.toml").string()), std::system_error);
}

TEST_CASE("A rule names VFs in four ways, and the first that matches counts")
{
	const vf_info vf = vf_with("veth0.1");
	for (const char* way :
	     {"device = 'veth0.1'", "device = 'eth0/1'", "mac = '52:54:00:AB:00:01'",
	      "address = '0000:01:10.2'", "name = 'veth0.?'", "name = '*'"}) {
		INFO(way);
		const policy p = parse(std::string("[[vf]]\nname = 'x*'\n[[vf]]\n") + way +
				       "\n[[vf]]\nname = '*'\nweight = 9");
		REQUIRE(rule_for(p, vf) != nullptr);
		CHECK(rule_for(p, vf)->where.line == 3);
	}
	CHECK(rule_for(parse("[[vf]]\nname = 'veth1.*'"), vf) == nullptr);
}
