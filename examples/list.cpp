// SPDX-License-Identifier: GPL-2.0-only
// Lists VFs with their limits and how much they sent.
// Usage: list [PF]
#include <cstdio>

#include <vfctl/vfctl.hpp>

namespace {

std::string text(const std::optional<vfctl::rate>& rate)
{
	return rate ? to_string(*rate) : "unknown";
}

void list(vfctl::client& client, const std::vector<vfctl::vf_info>& vfs)
{
	for (const auto& vf : vfs) {
		std::printf("%s/%u  hard %s, soft %s", vf.pf_name.c_str(), vf.number,
			    text(vf.hard).c_str(), text(vf.soft).c_str());
		// What the card does not count is absent, and not 0.
		if (const auto sent = client.stats(vf).counters[vfctl::counter::tx_bytes])
			std::printf(", sent %ju bytes", std::uintmax_t{*sent});
		std::printf("\n");
	}
}

} // namespace

int main(int argc, char** argv)
{
	if (argc > 2) {
		std::fprintf(stderr, "Usage: %s [PF]\n", argv[0]);
		return 1;
	}
	try {
		vfctl::client client;
		list(client, argc == 2 ? client.vfs(argv[1]) : client.vfs());
	} catch (const vfctl::error& e) {
		std::fprintf(stderr, "%s\n", e.what());
		return 2;
	}
}
