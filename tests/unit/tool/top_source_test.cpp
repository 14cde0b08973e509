// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <string>
#include <system_error>

#include <vfctl/error.hpp>

#include "fake_host.hpp"
#include "tool_run.hpp"
#include "top_json.hpp"
#include "top_source.hpp"

using namespace vfctl;
using namespace vfctl::tool;
using namespace std::chrono_literals;

namespace {

/// A source over a host in memory, a second after its samples.
struct fixture {
	explicit fixture(std::vector<std::string> devices = {})
	    : host(test::make_host()), source((prepare(), ctx), selection(std::move(devices)))
	{}

	void prepare()
	{
		ctx.connect = [this](backend_type) {
			return test::connect(host);
		};
		ctx.driver_of = [](std::string_view) {
			return "vfio-pci";
		};
		ctx.now = [this] {
			return now;
		};
	}

	/// The next sample, a second later: each VF has sent 1,000,000 bytes more.
	void advance()
	{
		now += 1s;
		for (auto& one : host->stats) {
			one.time = one.time.value_or(now - 1s) + 1s;
			const auto sent = one.counters[counter::tx_bytes].value_or(0);
			one.counters.set(counter::tx_bytes, sent + 1'000'000);
		}
	}

	context ctx;
	std::shared_ptr<test::fake_host> host;
	std::chrono::steady_clock::time_point now = test::sample_time() + 100ms;
	top_source source;
};

std::size_t count(const std::string& text, const std::string& what)
{
	std::size_t n = 0;
	for (auto at = text.find(what); at != text.npos; at = text.find(what, at + 1))
		++n;
	return n;
}

} // namespace

TEST_CASE("figures come with the second sample and stay until the third")
{
	fixture f;
	auto model = f.source.read();
	REQUIRE(model.rows.size() == f.host->vfs.size());
	CHECK(model.backend == backend_type::module);
	CHECK(model.rows[0].driver == "vfio-pci");
	CHECK_FALSE(model.rows[0].now.tx_bits);

	f.advance();
	model = f.source.read();
	CHECK(model.rows[0].now.tx_bits == 8e6);
	CHECK(model.pfs[0].now.tx_bits == 8e6 * static_cast<double>(model.pfs[0].vfs));

	// A frame without a new sample: no false zero.
	f.now += 200ms;
	CHECK(f.source.read().rows[0].now.tx_bits == 8e6);
}

TEST_CASE("VFs come and go")
{
	fixture f;
	f.source.read();
	const auto vfs = f.host->vfs;
	f.host->vfs.pop_back();
	CHECK(f.source.read().rows.size() == vfs.size() - 1);
	f.host->vfs.clear();
	f.host->stats.clear();
	auto model = f.source.read();
	CHECK(model.rows.empty());
	CHECK(model.pfs.empty());
	CHECK(model.nothing == "There are no VFs; see /sys/class/net/PF/device/sriov_numvfs.");
	CHECK(model.status.empty());
	f.host->vfs = vfs;
	CHECK(f.source.read().rows.size() == vfs.size());
}

TEST_CASE("a selection narrows the view, and says what it does not find")
{
	fixture f({"eth0/1"});
	auto model = f.source.read();
	REQUIRE(model.rows.size() == 1);
	CHECK(model.rows[0].vf.number == 1);
	CHECK(model.pfs.size() == 1);
	CHECK(model.pfs[0].vfs == 1);

	fixture none({"eth9"});
	model = none.source.read();
	CHECK(model.rows.empty());
	CHECK(model.status == "there is no PF or VF eth9 now");
}

TEST_CASE("a failure is told, and over with the next reading")
{
	fixture f;
	f.source.read();
	f.host->on_read = [](test::fake_host&) {
		test::refuse("list statistics", std::errc::protocol_not_supported,
			     "the vfctl module is not loaded");
	};
	auto model = f.source.read();
	CHECK(model.status == "list statistics: the vfctl module is not loaded");
	CHECK(model.rows.empty());
	f.host->on_read = [](test::fake_host&) {
		test::refuse("list statistics", std::errc::resource_unavailable_try_again, "torn");
	};
	f.host->on_read = [](test::fake_host&) {
	};
	model = f.source.read();
	CHECK(model.status.empty());
	CHECK(model.rows.size() == f.host->vfs.size());

	f.host->on_read = [](test::fake_host&) {
		test::refuse("list statistics", std::errc::resource_unavailable_try_again, "torn");
	};
	model = f.source.read();
	CHECK(model.status == "list statistics: torn");
	CHECK(model.rows.size() == f.host->vfs.size());
}

TEST_CASE("a frame in JSON")
{
	fixture f;
	f.source.read();
	f.advance();
	auto model = f.source.read();
	auto value = to_json(model, std::chrono::system_clock::time_point(2s));
	CHECK(value["unix_time_ns"] == 2'000'000'000);
	CHECK(value["backend"] == "module");
	CHECK(value["vfs"].size() == f.host->vfs.size());
	CHECK(value["vfs"][0]["tx_bits_per_sec"] == 8'000'000);
	CHECK(value["vfs"][0]["driver"] == "vfio-pci");
	CHECK(value["pfs"][0]["pf"] == "eth0");
	CHECK(value["pfs"][0].contains("tx_bits_per_sec"));
	CHECK_FALSE(value["pfs"][0].contains("period_ns"));
	CHECK_FALSE(value.contains("error"));
	model.status = "gone";
	CHECK(to_json(model, {})["error"] == "gone");
}

TEST_CASE("top prints frames where there is no terminal")
{
	const auto result =
		test::run_tool(test::make_host(), {"top", "--count", "2", "--interval", "100ms"});
	INFO(result.out << result.err);
	CHECK(result.status == 0);
	CHECK(count(result.out, "vfctl top  ") == 2);
	CHECK(count(result.out, "DEVICE") == 2);
	CHECK(count(result.out, "veth0.1 ") == 2);
	CHECK(count(result.out, "\033") == 0);
	CHECK(count(result.out, "quit") == 0);

	const auto lines =
		test::run_tool(test::make_host(), {"top", "-j", "-c", "3", "-i", "100ms", "eth0"});
	CHECK(count(lines.out, "\n") == 3);
	CHECK(count(lines.out, "\"vf\":1") == 3);
	CHECK(count(lines.out, "ens1f1") == 0);
}

TEST_CASE("top refuses what it cannot do")
{
	const auto host = test::make_host();
	CHECK(test::run_tool(host, {"top", "-i", "50ms"}).err ==
	      "vfctl: the interval of top is from 100ms to 1min, not 50ms\n");
	CHECK(test::run_tool(host, {"top", "-i", "50ms"}).status == 1);
	CHECK(test::run_tool(host, {"top", "-c", "0"}).status == 1);
	CHECK(test::run_tool(host, {"top", "eth0/x"}).status == 1);
}

TEST_CASE("monitor refuses to do without the module")
{
	const auto result =
		test::run_tool(test::make_host(), {"--backend", "rtnetlink", "monitor"});
	CHECK(result.status == 1);
	CHECK(result.err ==
	      "vfctl: monitor needs the module vfctl: rtnetlink tells of no changes\n");
}
