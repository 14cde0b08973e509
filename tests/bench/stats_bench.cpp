// SPDX-License-Identifier: GPL-2.0-only
// What it takes to read the statistics of many VFs, beside what the kernel takes: into a vector
// that is used again, and into a new one each time.
#include <cstdint>
#include <memory>
#include <vector>

#include <benchmark/benchmark.h>

#include <vfctl/client.hpp>

#include "allocations.hpp"
#include "client_access.hpp"
#include "module_backend.hpp"
#include "replay_socket.hpp"

namespace {

vfctl::client client_of(const benchmark::State& state)
{
	return vfctl::client_access::make(std::make_unique<vfctl::module_backend>(
		replay_socket::of_stats(static_cast<std::uint32_t>(state.range(0)))));
}

void report(benchmark::State& state, std::size_t allocated)
{
	state.counters["allocations"] = benchmark::Counter(static_cast<double>(allocated),
							   benchmark::Counter::kAvgIterations);
	state.SetItemsProcessed(state.iterations() * state.range(0));
}

void stats_refill(benchmark::State& state)
{
	auto client = client_of(state);
	std::vector<vfctl::vf_stats> into;

	client.stats(into);
	const auto begin = allocations();
	for ([[maybe_unused]] auto _ : state) {
		client.stats(into);
		benchmark::DoNotOptimize(into.data());
	}
	report(state, allocations() - begin);
}

void stats_anew(benchmark::State& state)
{
	auto client = client_of(state);

	const auto begin = allocations();
	for ([[maybe_unused]] auto _ : state) {
		auto all = client.stats();
		benchmark::DoNotOptimize(all.data());
	}
	report(state, allocations() - begin);
}

// A full 82576, a full 10 GbE card of four ports, and the 1,000 that are promised.
constexpr std::int64_t one_card = 7;
constexpr std::int64_t four_ports = 250;
constexpr std::int64_t promised = 1000;

BENCHMARK(stats_refill)->Arg(one_card)->Arg(four_ports)->Arg(promised);
BENCHMARK(stats_anew)->Arg(one_card)->Arg(four_ports)->Arg(promised);

} // namespace
