// SPDX-License-Identifier: GPL-2.0-only
// Limits what a VF may send, and tells what came of it.
// Usage: limit VF RATE, as in: limit eth0/1 500mbit, or: limit veth0.1 none
#include <cstdio>

#include <vfctl/vfctl.hpp>

int main(int argc, char** argv)
{
	if (argc != 3) {
		std::fprintf(stderr, "Usage: %s VF RATE|none\n", argv[0]);
		return 1;
	}
	try {
		const vfctl::vf_ref which = argv[1];
		vfctl::limits wanted;
		std::string note;
		wanted.hard = vfctl::rate::parse(argv[2], &note);
		if (!note.empty())
			std::fprintf(stderr, "note: %s\n", note.c_str());

		vfctl::client client;
		const auto vf = client.set(which, wanted).now;

		// A driver may not take a limit now, as while its link is down; it gets it later.
		if (vf && vf->state == vfctl::limit_state::pending)
			std::printf("pending: %s\n",
				    vf->pending_reason.value_or("no reason given").c_str());
		else if (vf)
			std::printf("%s\n",
				    to_string(vf->effective.value_or(*wanted.hard)).c_str());
	} catch (const vfctl::error& e) {
		// The kernel's own sentence, where it was the kernel that refused.
		std::fprintf(stderr, "%s\n", e.what());
		return 2;
	}
}
