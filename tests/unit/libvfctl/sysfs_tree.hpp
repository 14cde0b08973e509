// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <cstdlib>
#include <filesystem>
#include <fstream>
#include <stdexcept>
#include <string>

/// A folder that looks like sysfs, gone with this object.
class sysfs_tree {
public:
	sysfs_tree()
	{
		std::string name = std::filesystem::temp_directory_path() / "vfctl-sysfs-XXXXXX";
		if (!::mkdtemp(name.data()))
			throw std::runtime_error("no folder for a test: " + name);
		root_ = name;
	}
	sysfs_tree(const sysfs_tree&) = delete;
	sysfs_tree& operator=(const sysfs_tree&) = delete;
	~sysfs_tree()
	{
		std::error_code ignored;
		std::filesystem::remove_all(root_, ignored);
	}

	const std::filesystem::path& root() const { return root_; }

	void file(const std::filesystem::path& path, const std::string& content) const
	{
		const auto full = root_ / path;
		std::filesystem::create_directories(full.parent_path());
		std::ofstream(full) << content;
	}

	void link(const std::filesystem::path& path, const std::filesystem::path& target) const
	{
		const auto full = root_ / path;
		std::filesystem::create_directories(full.parent_path());
		std::filesystem::create_symlink(target, full);
	}

	/// A PF on PCI bus 1 with VFs that igbvf drives, at 10.0, 10.2 and so on as an 82576 has them.
	void card(const std::string& netdev, std::uint32_t index, std::uint32_t vfs) const
	{
		const std::string pf = "devices/pci0000:00/0000:01:00.0";
		file(pf + "/sriov_totalvfs", "7\n");
		link(pf + "/driver", "../../../bus/pci/drivers/igb");
		link("bus/pci/devices/0000:01:00.0", root_ / pf);
		file(pf + "/net/" + netdev + "/ifindex", std::to_string(index) + '\n');
		file(pf + "/net/" + netdev + "/speed", "1000\n");
		link(pf + "/net/" + netdev + "/device", "../../../0000:01:00.0");
		link("class/net/" + netdev, root_ / (pf + "/net/" + netdev));
		for (std::uint32_t vf = 0; vf < vfs; vf++) {
			const auto address = "0000:01:10." + std::to_string(2 * vf);
			link("devices/pci0000:00/" + address + "/physfn", "../0000:01:00.0");
			link("devices/pci0000:00/" + address + "/driver",
			     "../../../bus/pci/drivers/igbvf");
			link(pf + "/virtfn" + std::to_string(vf), "../" + address);
			link("bus/pci/devices/" + address,
			     root_ / ("devices/pci0000:00/" + address));
		}
	}

private:
	std::filesystem::path root_;
};
