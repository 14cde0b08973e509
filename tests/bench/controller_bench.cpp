// SPDX-License-Identifier: GPL-2.0-only
// What a period of the controller takes, of a host that lives in memory: so without what the
// kernel takes. At 10 Hz, a hundredth of what is printed in ms is the part of a processor in percent.
#include <cstdint>
#include <filesystem>
#include <fstream>
#include <string>

#include <benchmark/benchmark.h>
#include <spdlog/spdlog.h>
#include <unistd.h>

#include "controller.hpp"
#include "fake_host.hpp"
#include "policy_file.hpp"

namespace {

using namespace vfctl;
using namespace vfctl::daemon;

class many {
public:
	explicit many(std::uint32_t vfs)
	    : folder_(std::filesystem::temp_directory_path() /
		      ("vfctl-bench-" + std::to_string(::getpid())))
	{
		spdlog::set_level(spdlog::level::off);
		std::filesystem::create_directories(folder_);
		const vf_info vf = host_->vf("eth0", 0);
		const vf_stats sample = host_->stats.front();
		pf_info pf = host_->pf("eth0");
		pf.link_speed = rate::from_mbits_per_sec(25'000);
		host_->pfs = {pf};
		host_->vfs.assign(vfs, vf);
		host_->stats.assign(vfs, sample);
		records.emplace(folder_.string(), folder_.string());
		brain.emplace(kernel_, *records,
			      parse_policy({{"t", "[[vf]]\nname = '*'\nmode = 'enforce'\n"}}));
		brain->take(pf_event{change::present, pf, std::nullopt, std::nullopt});
		for (std::uint32_t i = 0; i < vfs; ++i) {
			host_->vfs[i].number = host_->stats[i].number = i;
			host_->vfs[i].name = "veth0." + std::to_string(i);
			vf_event e;
			e.what = change::present;
			e.vf = host_->vfs[i];
			brain->take(e);
		}
		brain->take(synced_event{});
	}
	many(const many&) = delete;
	many& operator=(const many&) = delete;
	~many() { std::filesystem::remove_all(folder_); }

	// Half of them send what they can, of the others each some of the time.
	void period()
	{
		++n_;
		now_ += std::chrono::milliseconds(100);
		for (std::uint32_t i = 0; i < host_->stats.size(); ++i) {
			const bool sends = i % 2 == 0 || (n_ / 10 + i) % 7 == 0;
			const auto bytes = sends ? limit_of(i) / 80 : 0;
			auto& one = host_->stats[i];
			one.time = now_;
			one.counters.set(counter::tx_bytes,
					 one.counters[counter::tx_bytes].value_or(0) + bytes);
		}
		host_->requests.clear();
		brain->think(now_);
		writes += host_->requests.size();
	}

	std::optional<journal> records;
	std::optional<controller> brain;
	std::size_t writes = 0;

private:
	std::uint64_t limit_of(std::uint32_t i) const
	{
		const auto limit = host_->vfs[i].hard.value_or(rate::none());
		return limit.is_none() ? 100'000'000 : limit.bits_per_sec();
	}

	std::filesystem::path folder_;
	std::shared_ptr<test::fake_host> host_ = test::make_host();
	client kernel_ = test::connect(host_);
	controller::time_point now_ = test::sample_time();
	std::uint64_t n_ = 0;
};

double resident_kib()
{
	std::ifstream in("/proc/self/statm");
	double pages = 0;
	in >> pages >> pages;
	return pages * static_cast<double>(::sysconf(_SC_PAGESIZE)) / 1024;
}

void controller_period(benchmark::State& state)
{
	many vfs(static_cast<std::uint32_t>(state.range(0)));
	for ([[maybe_unused]] auto _ : state)
		vfs.period();
	state.counters["writes"] = benchmark::Counter(static_cast<double>(vfs.writes),
						      benchmark::Counter::kAvgIterations);
	state.counters["rss_KiB"] = resident_kib();
}

} // namespace

BENCHMARK(controller_period)->Arg(8)->Arg(64)->Arg(256)->Unit(benchmark::kMillisecond);
