// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>

namespace failnth {

/// What the kernel logs from now on.
class kernel_log {
public:
	kernel_log();
	kernel_log(const kernel_log&) = delete;
	kernel_log& operator=(const kernel_log&) = delete;
	~kernel_log();

	/// Has a line come that contains this?
	bool says(const std::string& words);

private:
	int file_;
};

} // namespace failnth
