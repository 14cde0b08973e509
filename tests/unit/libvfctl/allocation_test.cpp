// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <memory>
#include <vector>

#include <vfctl/client.hpp>

#include "../../bench/allocations.hpp"
#include "client_access.hpp"
#include "module_backend.hpp"
#include "replay_socket.hpp"

using namespace vfctl;

namespace {

client client_of(std::uint32_t vfs)
{
	return client_access::make(std::make_unique<module_backend>(replay_socket::of_stats(vfs)));
}

} // namespace

TEST_CASE("reading the statistics of 1,000 VFs again allocates nothing")
{
	constexpr std::size_t vfs = 1000;
	auto reader = client_of(vfs);
	std::vector<vf_stats> into;

	const auto begin = allocations();
	reader.stats(into);
	const auto warm = allocations();
	for (int i = 0; i < 10; i++)
		reader.stats(into);
	const auto end = allocations();

	CHECK(into.size() == vfs);
	CHECK(into.back().number == vfs - 1);
	CHECK(into.back().counters[counter::rx_packets] == vfs - 1 + VFCTL_A_STATS_RX_PACKETS);
	CHECK(warm > begin); // or the count counts nothing
	CHECK(end == warm);
}

TEST_CASE("so does reading those of one PF, named by its index")
{
	auto reader = client_of(1000);
	const auto pf = pf_ref::by_index(2);
	std::vector<vf_stats> into;

	reader.stats(into, pf);
	const auto warm = allocations();
	reader.stats(into, pf);
	CHECK(allocations() == warm);
	CHECK(into.size() == 1000);
}
