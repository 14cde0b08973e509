// SPDX-License-Identifier: GPL-2.0-only
#include "host.hpp"

#include <algorithm>
#include <cerrno>

namespace stress {

namespace {

constexpr unsigned igb_most_vfs = 7;

std::string device_folder(const std::string& bus, const std::string& device)
{
	return "/sys/bus/" + bus + "/devices/" + device + "/";
}

} // namespace

host host::of_vfsim(unsigned pfs, unsigned vfs)
{
	host made{
		.driver_folder = "/sys/bus/vfsim/drivers/vfsim/",
		.driver = kernel_module("vfsim", "pfs=" + std::to_string(pfs)),
		.pfs = {},
		.vfs = vfs,
		.simulated = true,
		.home = own_netns(),
		.away = new_netns(),
	};

	// One with as many PFs as are wanted.
	const int gone = made.driver.remove();
	if (gone != 0 && gone != ENOENT)
		throw failure("cannot remove vfsim: " + errno_name(gone));
	if (const int error = made.driver.load())
		throw failure("cannot load vfsim: " + errno_name(error));
	for (unsigned i = 0; i < pfs; i++) {
		const std::string device = "vfsim" + std::to_string(i);
		made.pfs.push_back(
			{device, device_folder("vfsim", device), "sim" + std::to_string(i)});
	}
	return made;
}

host host::of_igb(unsigned vfs)
{
	host made{
		.driver_folder = "/sys/bus/pci/drivers/igb/",
		.driver = kernel_module("igb"),
		.pfs = {},
		.vfs = std::min(vfs, igb_most_vfs),
		.simulated = false,
		.home = own_netns(),
		.away = new_netns(),
	};

	for (const std::string& device : names_in(made.driver_folder)) {
		const std::string folder = device_folder("pci", device);
		const auto names = names_in(folder + "net");
		if (!names.empty())
			made.pfs.push_back({device, folder, names.front()});
	}
	if (made.pfs.empty())
		throw failure("igb has no PF");
	return made;
}

bool host::is_bound(const pf& one) const
{
	return exists(driver_folder + one.device);
}

std::optional<unsigned long> host::violations(const pf& one) const
{
	if (!simulated)
		return std::nullopt;
	return read_number("/sys/kernel/debug/vfsim/" + one.device + "/violations");
}

} // namespace stress
