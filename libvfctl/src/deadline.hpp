// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <chrono>
#include <string>

#include <vfctl/error.hpp>

namespace vfctl {

/// When a call is to end, if it is to end at all.
class deadline {
public:
	using clock = std::chrono::steady_clock;
	using milliseconds = std::chrono::milliseconds;

	/// Never.
	deadline() = default;

	/// So long from now; milliseconds::max() is never, what is negative is now.
	explicit deadline(milliseconds length);

	/// That has passed: for who does not wait.
	static deadline passed_already() { return deadline(milliseconds::zero()); }

	bool is_never() const noexcept { return length_ == milliseconds::max(); }
	bool passed() const noexcept { return !is_never() && clock::now() >= end_; }

	/// For poll(): what is left, rounded up so that its last part is no busy loop; -1 for ever.
	int left() const noexcept;

	/// Waits until a descriptor can be read from.
	/// \return nothing; timed_out; errno
	std::error_code wait_for(int fd) const noexcept;

	/// "the kernel has not answered within 500 ms", timed_out.
	error missed() const;

private:
	milliseconds length_ = milliseconds::max();
	clock::time_point end_;
};

} // namespace vfctl
