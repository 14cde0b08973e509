// SPDX-License-Identifier: GPL-2.0-only
// vfctl on a host that lives in memory, for tests of what is around it: the schema of its output,
// the completion of shells. Its VFs are at 500 Mbit/s and 100 packet/s; no change outlives it.
#include <clocale>
#include <csignal>
#include <cstdlib>
#include <cstring>

#include "run.hpp"

#include "fake_host.hpp"

namespace {

void move_traffic(vfctl::test::fake_host& host)
{
	const auto now = std::chrono::steady_clock::now();
	const auto us =
		std::chrono::duration_cast<std::chrono::microseconds>(now.time_since_epoch())
			.count();
	const auto t = static_cast<std::uint64_t>(us);
	for (auto& one : host.stats) {
		one.counters.set(vfctl::counter::tx_bytes, t * 625 / 10);
		one.counters.set(vfctl::counter::tx_packets, t / 10'000);
		if (one.time)
			one.time = now;
	}
}

} // namespace

int main(int argc, char** argv)
{
	std::setlocale(LC_CTYPE, "");
	std::signal(SIGPIPE, SIG_IGN);
	vfctl::tool::context ctx;
	ctx.connect = [](vfctl::backend_type wanted) {
		auto host = wanted == vfctl::backend_type::rtnetlink
				    ? vfctl::test::make_host_without_module()
				    : vfctl::test::make_host();
		if (const char* pending = std::getenv("VFCTL_FAKE_PENDING")) {
			auto& vf = host->vf("eth0", 1);
			vf.state = vfctl::limit_state::pending;
			vf.pending_reason = pending;
		}
		host->on_read = move_traffic;
		return vfctl::test::connect(host);
	};
	return vfctl::tool::run(std::vector<std::string>(argv + 1, argv + argc), ctx);
}
