// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>

namespace stress {

/// A kernel module as its file in /lib/modules, loaded and removed by the system calls themselves:
/// a process of its own for each would take longer than the races that are wanted.
class kernel_module {
public:
	/// \param name        "vfctl"; throws where this kernel has no such file
	/// \param parameters  "pfs=2"
	explicit kernel_module(std::string name, std::string parameters = {});

	const std::string& name() const noexcept { return name_; }

	/// Both return 0 or an errno: EEXIST where it is loaded already, ENOENT where it is not, and
	/// EAGAIN where it is in use.
	int load() const;
	int remove() const;

	bool is_loaded() const;

private:
	std::string name_;
	std::string parameters_;
	std::string file_;
};

} // namespace stress
