// SPDX-License-Identifier: GPL-2.0-only
// Tells of VFs and limits as they come, go and change, until a line is entered.
// Usage: watch
#include <array>
#include <cstdio>
#include <poll.h>
#include <unistd.h>

#include <vfctl/vfctl.hpp>

namespace {

// One function for each event that matters; the last takes the others.
struct printer {
	void operator()(const vfctl::vf_event& e) const
	{
		std::printf("%s/%u %s", e.vf.pf_name.c_str(), e.vf.number,
			    std::string(to_string(e.what)).c_str());
		if (e.vf.effective)
			std::printf(", limit %s", to_string(*e.vf.effective).c_str());
		if (e.by)
			std::printf(", by %s", std::string(to_string(*e.by)).c_str());
		std::printf("\n");
	}
	void operator()(const vfctl::overrun_event& /*unused*/) const
	{
		std::printf("events were lost, this is what there is now:\n");
	}
	void operator()(const vfctl::gone_event& /*unused*/) const
	{
		std::printf("the module was unloaded\n");
	}
	template <typename Other> void operator()(const Other& /*unused*/) const {}
};

} // namespace

int main()
{
	try {
		vfctl::monitor::options wanted;
		wanted.snapshot = true;
		vfctl::monitor monitor(wanted);

		std::array<pollfd, 2> fds = {
			{{monitor.fd(), POLLIN, 0}, {STDIN_FILENO, POLLIN, 0}}};
		do {
			while (const auto event = monitor.next())
				std::visit(printer(), *event);
			std::fflush(stdout);
		} while (poll(fds.data(), fds.size(), -1) >= 0 && !fds[1].revents);
	} catch (const vfctl::error& e) {
		std::fprintf(stderr, "%s\n", e.what());
		return 2;
	}
}
