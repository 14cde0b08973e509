// SPDX-License-Identifier: GPL-2.0-only
// A program of somebody else, that uses the installed library. Runs on any machine: one without
// VFs, without the module, without privilege.
#include <vfctl/format.hpp>
#include <vfctl/vfctl.hpp>

#include <cstdio>
#include <iostream>
#include <unordered_map>
#include <variant>

namespace {

void list()
{
	vfctl::client client;
	const auto vfs = client.vfs();
	std::printf("%s: %zu VFs\n", std::string(to_string(client.backend())).c_str(), vfs.size());
	for (const auto& vf : vfs)
		std::cout << vfctl::vf_ref(vf) << '\n' << std::flush;
}

// That a type of the library is caught, thrown across its border, needs its typeinfo to be
// exported.
bool refuses_what_is_wrong()
{
	try {
		vfctl::rate::parse("500furlongs");
	} catch (const std::system_error& e) {
		return e.code() == std::errc::invalid_argument &&
		       dynamic_cast<const vfctl::error*>(&e);
	}
	return false;
}

void watch_for_nothing()
{
	try {
		vfctl::monitor monitor;
		while (const auto event = monitor.next())
			std::printf("event %zu\n", event->index());
	} catch (const vfctl::error& e) {
		std::printf("%s\n", e.what());
	}
}

} // namespace

int main()
{
	std::string note;
	const auto rate = vfctl::rate::parse("62.5mbps", &note);
	std::printf("C++ %ld: %s (%s)\n", long{__cplusplus}, to_string(rate).c_str(), note.c_str());
	if (rate != vfctl::rate::from_mbits_per_sec(500) || !refuses_what_is_wrong())
		return 1;

	vfctl::limits wanted;
	wanted.soft = rate;
	vfctl::counters counters;
	counters.set(vfctl::counter::rx_bytes, 1);
	std::unordered_map<vfctl::vf_ref, vfctl::rate> table = {{"eth0/1", rate}};
	if (wanted == vfctl::limits{} || table.at("eth0/1") != rate || !(rate < rate.none()) ||
	    counters[vfctl::counter::tx_bytes])
		return 1;

	try {
		list();
		watch_for_nothing();
	} catch (const vfctl::error& e) {
		std::printf("%s\n", e.what());
		return 1;
	}
}
