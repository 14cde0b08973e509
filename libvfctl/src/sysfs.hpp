// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <filesystem>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vfctl/rate.hpp>

namespace vfctl {

/// What sysfs tells of PFs and VFs and netlink does not. What is not there, or cannot be read, is
/// absent: devices come and go while one looks.
///
/// Names and addresses become parts of paths: give those of the kernel, or checked ones.
class sysfs {
public:
	/// \param root  where it is mounted; tests have a tree of their own
	explicit sysfs(std::filesystem::path root = "/sys") : root_(std::move(root)) {}

	/// The interface index of a network device. Differs from what netlink says where sysfs is
	/// that of another network namespace.
	std::optional<std::uint32_t> index(const std::string& netdev) const;

	/// The address on its bus of the device below a network device, as in "0000:01:00.0".
	std::optional<std::string> bus_address(const std::string& netdev) const;

	/// The driver of the device below a network device.
	std::optional<std::string> driver(const std::string& netdev) const;

	/// The number of VFs that a PF can have. Its file is there for PFs on PCI alone.
	std::optional<std::uint32_t> total_vfs(const std::string& netdev) const;

	/// Absent while there is no link.
	std::optional<rate> link_speed(const std::string& netdev) const;

	/// The PCI address of a VF. The VFs of simulated cards have none.
	std::optional<std::string> vf_address(const std::string& pf, std::uint32_t number) const;

	/// The driver that is bound to a PCI device.
	std::optional<std::string> pci_driver(std::string_view address) const;

	bool has_pci_device(std::string_view address) const;

	/// Which VF a PCI device is.
	struct vf_place {
		std::vector<std::string> netdevs; ///< below its PF, in the order of their names
		std::uint32_t number;
	};

	/// Absent where the device is no VF.
	std::optional<vf_place> find_vf(std::string_view address) const;

private:
	std::filesystem::path below(const std::string& netdev) const;
	std::filesystem::path pci(std::string_view address) const;

	std::filesystem::path root_;
};

/// A PCI address as sysfs writes it, "0000:01:10.1", of one that may lack its domain or leading
/// zeros or be in capitals; absent where it is none.
std::optional<std::string> full_pci_address(std::string_view text);

} // namespace vfctl
