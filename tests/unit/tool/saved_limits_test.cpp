// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include "fake_host.hpp"
#include "saved_limits.hpp"

using namespace vfctl;
using namespace vfctl::test;
using namespace vfctl::tool;

namespace {

// What is found wrong with a file with this list of entries.
std::vector<std::string> problems_of(const std::string& entries)
{
	std::vector<std::string> problems;
	from_file(R"({"format": "vfctl-limits", "version": 1, "limits": [)" + entries + "]}",
		  problems);
	return problems;
}

std::vector<std::string> problems_in(const std::string& text)
{
	std::vector<std::string> problems;
	CHECK(from_file(text, problems).empty());
	return problems;
}

saved_limit entry(const char* pf, std::uint32_t vf, limits wanted,
		  std::optional<std::string> address = std::nullopt)
{
	return {.pf = pf, .vf = vf, .pci_address = std::move(address), .wanted = wanted};
}

limits hard(std::uint32_t mbit)
{
	return {.hard = rate::from_mbits_per_sec(mbit), .soft = std::nullopt, .min = std::nullopt};
}

using list = std::vector<std::string>;

} // namespace

TEST_CASE("a file has one VF a line, sorted by name, with what is known")
{
	CHECK(to_file(make_host()->vfs) == R"({
  "format": "vfctl-limits",
  "version": 1,
  "limits": [
    {"pf":"ens1f1","vf":0,"pci_address":"0000:02:10.1","hard_bits_per_sec":0,"soft_bits_per_sec":0,"min_bits_per_sec":0},
    {"pf":"eth0","vf":0,"pci_address":"0000:01:10.0","hard_bits_per_sec":0,"soft_bits_per_sec":0},
    {"pf":"eth0","vf":1,"pci_address":"0000:01:10.2","hard_bits_per_sec":500000000,"soft_bits_per_sec":0},
    {"pf":"eth0","vf":2,"pci_address":"0000:01:10.4","hard_bits_per_sec":0,"soft_bits_per_sec":0}
  ]
}
)");
	CHECK(to_file({}) ==
	      "{\n  \"format\": \"vfctl-limits\",\n  \"version\": 1,\n  \"limits\": []\n}\n");
}

TEST_CASE("what is written reads back the same")
{
	const auto host = make_host();
	std::vector<std::string> problems;
	const auto saved = from_file(to_file(host->vfs), problems);
	CHECK(problems.empty());
	REQUIRE(saved.size() == 4);
	CHECK(saved[2].wanted.hard == rate::from_mbits_per_sec(500));
	CHECK(saved[2].wanted.soft == rate::none());
	CHECK_FALSE(saved[2].wanted.min);
	CHECK(plan(saved, host->vfs, false, problems).empty());
	CHECK(problems.empty());
}

TEST_CASE("JSON that is none is refused with its line")
{
	const auto problems = problems_in("{\n  \"format\": \"vfctl-limits\",\n  \"version\" 1\n}");
	REQUIRE(problems.size() == 1);
	CHECK(problems[0].find("line 3 is not JSON: ") == 0);
	CHECK(problems_in("").at(0).find("line 1 is not JSON") == 0);
	CHECK(problems_in(to_file(make_host()->vfs) + "x").at(0).find("line 11 is not JSON") == 0);
}

TEST_CASE("other files and versions are refused")
{
	CHECK(problems_in("[]") == list{"it was not written by vfctl save"});
	CHECK(problems_in("3") == list{"it was not written by vfctl save"});
	CHECK(problems_in(R"({"version": 1, "limits": []})") ==
	      list{"it was not written by vfctl save"});
	CHECK(problems_in(R"({"format": "vfctl-limits", "version": 2, "limits": []})") ==
	      list{"its version is 2, and 1 is the only one known here"});
	CHECK(problems_in(R"({"format": "vfctl-limits", "version": "1", "limits": []})") ==
	      list{"its version is \"1\", and 1 is the only one known here"});
	CHECK(problems_in(R"({"format": "vfctl-limits", "limits": []})") ==
	      list{"its version is null, and 1 is the only one known here"});
	CHECK(problems_in(R"({"format": "vfctl-limits", "version": 1})") ==
	      list{"it has no list \"limits\""});
}

TEST_CASE("every entry that is wrong is named")
{
	CHECK(problems_of(R"({"pf": "eth0"}, 5, {"vf": 1},
	                     {"pf": "eth0", "vf": 1, "hard": 5})") ==
	      list{"entry 1 has no \"vf\"", "entry 2 is not an object", "entry 3 has no \"pf\"",
		   "entry 4 has the unknown key \"hard\""});
	CHECK(problems_of(R"({"pf": "", "vf": 0})") ==
	      list{"entry 1 has a \"pf\" that is not a name: \"\""});
	CHECK(problems_of(R"({"pf": 1, "vf": 0})") ==
	      list{"entry 1 has a \"pf\" that is not a name: 1"});
}

TEST_CASE("numbers are whole and in range")
{
	for (const char* value :
	     {"-1", "1.5", "1e3", "\"5\"", "null", "true", "[]", "18446744073709551616"}) {
		INFO(value);
		const auto problems = problems_of(
			std::string(R"({"pf": "eth0", "vf": 0, "hard_bits_per_sec": )") + value +
			"}");
		REQUIRE(problems.size() == 1);
		CHECK(problems[0].find("entry 1 has a \"hard_bits_per_sec\" that is not a whole "
				       "number from 0 to 18446744073709551615: ") == 0);
	}
	CHECK(problems_of(R"({"pf": "eth0", "vf": 4294967296})").size() == 1);
	CHECK(problems_of(R"({"pf": "eth0", "vf": 0, "hard_bits_per_sec": 18446744073709551615})")
		      .empty());
}

TEST_CASE("an entry with an address is for that VF, whatever its PF is called now")
{
	const auto host = make_host();
	std::vector<std::string> problems;
	const auto changes =
		plan({entry("old", 7, hard(100), "0000:01:10.4")}, host->vfs, false, problems);
	CHECK(problems.empty());
	REQUIRE(changes.size() == 1);
	CHECK(describe(changes[0], false) == "eth0/2: hard none -> 100Mbit");
}

TEST_CASE("a VF that does not exist is refused, or passed over")
{
	const auto host = make_host();
	const std::vector<saved_limit> saved = {entry("eth0", 9, hard(100)),
						entry("eth0", 0, hard(100), "0000:09:00.0"),
						entry("eth0", 0, hard(100))};
	std::vector<std::string> problems;
	plan(saved, host->vfs, false, problems);
	CHECK(problems == list{"there is no VF eth0/9", "there is no VF eth0/0 (0000:09:00.0)"});
	problems.clear();
	CHECK(plan(saved, host->vfs, true, problems).size() == 1);
	CHECK(problems.empty());
}

TEST_CASE("two entries for one VF are refused, also under two names")
{
	const auto host = make_host();
	std::vector<std::string> problems;
	plan({entry("eth0", 1, hard(100)), entry("other", 0, hard(200), "0000:01:10.2")}, host->vfs,
	     true, problems);
	CHECK(problems == list{"eth0/1 and other/0 (0000:01:10.2) are the same VF"});
}

TEST_CASE("limits that a VF has no place for are refused, unless they are none")
{
	const auto host = make_host_without_module();
	limits soft;
	soft.soft = rate::from_mbits_per_sec(5);
	limits min;
	min.min = rate::from_mbits_per_sec(5);
	std::vector<std::string> problems;
	plan({entry("eth0", 0, soft), entry("eth0", 1, min)}, host->vfs, false, problems);
	CHECK(problems == list{"eth0/0 has a soft limit, for which the module vfctl is needed",
			       "eth0/1 has a minimum rate, which its driver cannot give"});
	problems.clear();
	soft.soft = min.min = rate::none();
	CHECK(plan({entry("eth0", 0, soft), entry("eth0", 1, min)}, host->vfs, false, problems)
		      .empty());
	CHECK(problems.empty());
}

TEST_CASE("only what differs is asked for")
{
	const auto host = make_host();
	limits wanted = hard(500);
	wanted.soft = rate::from_mbits_per_sec(200);
	const auto change = change_to(host->vf("eth0", 1), wanted);
	CHECK_FALSE(change.to.hard);
	CHECK(describe(change, false) == "eth0/1: soft none -> 200Mbit");
	CHECK(describe(change, true) == "eth0/1: soft 0 -> 200000000");
	CHECK(requests(change).size() == 1);
	CHECK(change_to(host->vf("eth0", 1), hard(500)).empty());
}

TEST_CASE("a soft limit above the hard one is set in two requests")
{
	const auto host = make_host();
	limits wanted = hard(300);
	wanted.soft = rate::from_mbits_per_sec(400);
	// From nothing; from a hard limit that is there already.
	for (const auto& vf : {host->vf("eth0", 0), [&] {
				       auto v = host->vf("eth0", 0);
				       v.hard = rate::from_mbits_per_sec(300);
				       return v;
			       }()}) {
		const auto steps = requests(change_to(vf, wanted));
		REQUIRE(steps.size() == 2);
		CHECK(steps[0].hard == rate::from_mbits_per_sec(400));
		CHECK(steps[0].soft == rate::from_mbits_per_sec(400));
		CHECK(steps[1].hard == rate::from_mbits_per_sec(300));
		CHECK_FALSE(steps[1].soft);
	}
	// A hard limit below a soft one that stays takes one.
	auto vf = host->vf("eth0", 0);
	vf.soft = rate::from_mbits_per_sec(400);
	CHECK(requests(change_to(vf, hard(300))).size() == 1);
}
