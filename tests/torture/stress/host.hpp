// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <atomic>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "kernel_module.hpp"
#include "system.hpp"

namespace stress {

/// A PF: what it is in sysfs, and the name of its network device when all is at rest.
struct pf {
	std::string device; ///< "vfsim0", "0000:01:00.0"
	std::string folder; ///< of the device in sysfs, with a "/" at its end
	std::string name;   ///< "sim0", "eth0"
};

/// What is raced on: the PFs of one driver.
struct host {
	std::string driver_folder; ///< with a "/" at its end, and "bind" and "unbind" in it
	kernel_module driver;
	kernel_module vfctl{"vfctl"};
	std::vector<pf> pfs;
	unsigned vfs;    ///< that each PF has at rest, and at most
	bool simulated;  ///< vfsim, for which nothing is slow
	descriptor home; ///< this network namespace, where all PFs are at rest
	descriptor away; ///< and another one
	/// Grows with each move of a PF: with it the interface indices of stubs may come again.
	std::unique_ptr<std::atomic<unsigned>> moves = std::make_unique<std::atomic<unsigned>>(0);

	/// PFs of vfsim, which is loaded for that.
	static host of_vfsim(unsigned pfs, unsigned vfs);

	/// Those that igb is bound to, with 7 VFs, or `vfs` where that is fewer.
	static host of_igb(unsigned vfs);

	bool is_bound(const pf& one) const;
	std::string numvfs_file(const pf& one) const { return one.folder + "sriov_numvfs"; }

	/// Of the PF's knobs: "violations"; a driver of hardware has none.
	std::optional<unsigned long> violations(const pf& one) const;
};

} // namespace stress
