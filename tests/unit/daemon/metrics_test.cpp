// SPDX-License-Identifier: GPL-2.0-only
#include <algorithm>
#include <fstream>
#include <sstream>
#include <string>

#include <prometheus/text_serializer.h>

#include "../catch.hpp"

#include "exporter.hpp"
#include "fake_host.hpp"
#include "metrics.hpp"

namespace {

using namespace vfctl;
using namespace vfctl::daemon;

snapshot full()
{
	snapshot all;
	const auto host = test::make_host();
	all.time = test::sample_time() + std::chrono::milliseconds(250);
	for (const auto& pf : host->pfs)
		all.pfs.push_back({.info = pf, .capacity = pf.link_speed, .use = 1e6});
	for (std::size_t i = 0; i < host->vfs.size(); ++i) {
		vf_view vf;
		vf.info = host->vfs[i];
		for (const auto& sample : host->stats) {
			if (sample.pf_index == vf.info.pf_index && sample.number == vf.info.number)
				vf.stats = sample;
		}
		vf.numa_node = 0;
		vf.use = 5e6;
		vf.share = 1e7;
		vf.demand = 5e6;
		vf.writes = 3;
		all.vfs.push_back(vf);
	}
	return all;
}

std::string text_of(const snapshot& what)
{
	std::ostringstream text;
	prometheus::TextSerializer().Serialize(text, metrics_of(what));
	return text.str();
}

bool has(const std::string& text, const std::string& part)
{
	return text.find(part) != std::string::npos;
}

} // namespace

TEST_CASE("Counters have the names and labels that dashboards know")
{
	snapshot s = full();
	vf_view& vf = s.vfs.at(0);
	vf.info.pf_name = "eth0";
	vf.info.number = 0;
	vf.info.bus_address = "0000:01:10.0";
	vf.stats.counters.clear();
	vf.stats.counters.set(counter::rx_bytes, 1234);
	const std::string labels =
		"{pf=\"eth0\",vf=\"0\",pciAddr=\"0000:01:10.0\",numa_node=\"0\"}";
	const std::string text = text_of(s);
	CHECK(has(text, "sriov_vf_rx_bytes" + labels + " 1234\n"));
	CHECK_FALSE(has(text, "sriov_vf_tx_bytes" + labels));
	const std::string own =
		"{pf=\"eth0\",vf=\"0\",pci_address=\"0000:01:10.0\",numa_node=\"0\"}";
	CHECK(has(text, "vfctl_vf_use_bytes_per_second" + own + " 625000\n"));
	CHECK(has(text, "vfctl_vf_sample_age_seconds" + own + " 0.25\n"));
}

TEST_CASE("What is not known has no series")
{
	snapshot s = full();
	for (auto& vf : s.vfs) {
		vf.stats = {};
		vf.info.hard = rate::none();
		vf.info.state.reset();
		vf.share.reset();
		vf.demand.reset();
	}
	s.pfs.at(0).capacity.reset();
	const std::string text = text_of(s);
	for (const char* absent : {"sriov_vf_", "vfctl_vf_hard_limit", "vfctl_vf_limit_pending",
				   "vfctl_vf_sample_age", "vfctl_vf_share", "vfctl_vf_demand",
				   "vfctl_pf_capacity_bytes_per_second{pf=\"eth0\""})
		CHECK_FALSE(has(text, absent));
	CHECK(has(text, "vfctl_controller_paused 0"));
}

// For what checks the whole: see tests/lib/daemon.sh.
TEST_CASE("A full snapshot can be written to a file", "[.file]")
{
	const char* file = std::getenv("VFCTL_METRICS_FILE");
	REQUIRE(file != nullptr);
	std::ofstream out(file);
	out << text_of(full());
	CHECK(out.good());
}

TEST_CASE("An address that cannot be served is told of in one sentence")
{
	const snapshot_board board;
	CHECK_THROWS_WITH(exporter("192.0.2.1:9808", board),
			  Catch::Contains("cannot serve metrics at 192.0.2.1:9808: "));
	CHECK_THROWS_AS(exporter("nonsense", board), std::runtime_error);
}
