// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <cstdio>
#include <cstdlib>
#include <fstream>
#include <sstream>

#include <unistd.h>

#include "tool_run.hpp"

using namespace vfctl;
using namespace vfctl::test;

namespace {

// A file in the folder for temporary ones, gone with the test.
class file {
public:
	file()
	{
		const int fd = ::mkstemp(name_.data());
		REQUIRE(fd >= 0);
		::close(fd);
	}
	explicit file(const std::string& text) : file() { std::ofstream(name_) << text; }
	file(const file&) = delete;
	file& operator=(const file&) = delete;
	~file() { std::remove(name_.c_str()); }

	const std::string& name() const { return name_; }

	std::string text() const
	{
		std::ostringstream out;
		out << std::ifstream(name_).rdbuf();
		return out.str();
	}

private:
	std::string name_ = "/tmp/vfctl-test.XXXXXX";
};

// Of three VFs of eth0: other limits for each.
const char* const three = R"({"format": "vfctl-limits", "version": 1, "limits": [
  {"pf": "eth0", "vf": 0, "hard_bits_per_sec": 100000000, "soft_bits_per_sec": 50000000},
  {"pf": "eth0", "vf": 1, "hard_bits_per_sec": 0},
  {"pf": "eth0", "vf": 2, "hard_bits_per_sec": 300000000}
]})";

} // namespace

TEST_CASE("save, change, restore, save: the same bytes")
{
	const auto host = make_host();
	// Limits of every kind, also a hard one that was lowered below the soft one.
	host->vf("eth0", 0).soft = rate::from_mbits_per_sec(400);
	host->vf("eth0", 0).hard = rate::from_mbits_per_sec(300);
	host->vf("ens1f1", 0).min = rate::from_bits_per_sec(1'234'567);
	const file first;
	const file second;
	REQUIRE(run_tool(host, {"save", first.name()}).status == 0);
	REQUIRE(run_tool(host, {"reset", "--all"}).status == 0);
	REQUIRE(run_tool(host, {"rate", "eth0/2", "7mbit"}).status == 0);
	const auto restored = run_tool(host, {"restore", first.name()});
	CHECK(restored.status == 0);
	CHECK(restored.out.empty());
	CHECK(restored.err.empty());
	REQUIRE(run_tool(host, {"save", second.name()}).status == 0);
	CHECK(first.text() == second.text());
	CHECK(run_tool(host, {"save"}).out == first.text());
	CHECK(run_tool(host, {"save", "-"}).out == first.text());
}

TEST_CASE("restore sets hard and soft in one request, and nothing that is the same")
{
	const auto host = make_host();
	const file saved(three);
	CHECK(run_tool(host, {"restore", saved.name()}).status == 0);
	CHECK(host->requests == std::vector<std::string>{"eth0/0 hard=100Mbit soft=50Mbit",
							 "eth0/1 hard=none",
							 "eth0/2 hard=300Mbit"});
	CHECK(run_tool(host, {"restore", saved.name()}).status == 0);
	CHECK(host->requests.size() == 3);
}

TEST_CASE("a dry run says what would change")
{
	const auto host = make_host();
	const file saved(three);
	const auto text = run_tool(host, {"restore", "--dry-run", saved.name()});
	CHECK(text.status == 0);
	CHECK(text.out == "eth0/0: hard none -> 100Mbit, soft none -> 50Mbit\n"
			  "eth0/1: hard 500Mbit -> none\n"
			  "eth0/2: hard none -> 300Mbit\n");
	const auto json = run_tool(host, {"restore", "-n", "-j", saved.name()});
	CHECK(json.out.find(
		      R"([{"pf":"eth0","vf":0,"ifname":"veth0.0","pci_address":"0000:01:10.0",)"
		      R"("hard_bits_per_sec":100000000,"soft_bits_per_sec":50000000,)"
		      R"("old":{"hard_bits_per_sec":0,"soft_bits_per_sec":0}},)") == 0);
	CHECK(host->requests.empty());
	CHECK(run_tool(host, {"restore", "-v", saved.name()}).out == text.out);
	CHECK(host->requests.size() == 3);
	CHECK(run_tool(host, {"restore", "-n", saved.name()}).out.empty());
}

TEST_CASE("a file with a problem changes nothing, and all problems are told")
{
	const auto host = make_host();
	const file saved(R"({"format": "vfctl-limits", "version": 1, "limits": [
	  {"pf": "eth0", "vf": 0, "hard_bits_per_sec": 100000000},
	  {"pf": "eth0", "vf": 8},
	  {"pf": "eth0", "vf": 1, "hard_bits_per_sec": "fast"}
	]})");
	const auto r = run_tool(host, {"restore", saved.name()});
	CHECK(r.status == 1);
	CHECK(r.out.empty());
	const std::string prefix = "vfctl: " + saved.name();
	CHECK(r.err ==
	      prefix +
		      ": entry 3 has a \"hard_bits_per_sec\" that is not a whole number from "
		      "0 to 18446744073709551615: \"fast\"\n" +
		      prefix + ": there is no VF eth0/8\n" + prefix +
		      " is not restored, nothing was changed\n");
	CHECK(host->requests.empty());
}

TEST_CASE("VFs that do not exist can be passed over")
{
	const auto host = make_host();
	const file saved(R"({"format": "vfctl-limits", "version": 1, "limits": [
	  {"pf": "eth0", "vf": 0, "hard_bits_per_sec": 100000000}, {"pf": "eth0", "vf": 8}]})");
	for (const char* option : {"--ignore-missing", "--force", "-f"}) {
		host->vf("eth0", 0).hard = rate::none();
		CHECK(run_tool(host, {"restore", saved.name()}).status == 1);
		CHECK(run_tool(host, {"restore", option, saved.name()}).status == 0);
		CHECK(host->vf("eth0", 0).hard == rate::from_mbits_per_sec(100));
	}
}

TEST_CASE("one refusal does not keep the others from being set, and all is told")
{
	const auto host = make_host();
	host->refuse = [](const vf_info& vf, const limits&) {
		if (vf.number == 1)
			refuse("set limits of eth0/1", std::errc::invalid_argument, "not today");
	};
	const file saved(three);
	const auto r = run_tool(host, {"restore", saved.name()});
	CHECK(r.status == 2);
	CHECK(r.err == "vfctl: set limits of eth0/1: not today\n"
		       "vfctl: restored eth0/0, eth0/2; not eth0/1\n");
	CHECK(host->requests.size() == 2);
}

TEST_CASE("who may change nothing is told so once")
{
	const auto host = make_host();
	host->refuse = [](const vf_info&, const limits&) {
		refuse("set limits", std::errc::operation_not_permitted, "");
	};
	const file saved(three);
	const auto r = run_tool(host, {"restore", saved.name()});
	CHECK(r.status == 2);
	CHECK(r.err.find("vfctl: set limits: ") == 0);
	CHECK(r.err.find('\n') == r.err.size() - 1);
}
