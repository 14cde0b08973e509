// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <utility>

#include <unistd.h>

namespace vfctl {

/// A file descriptor that is closed at the end.
class descriptor {
public:
	descriptor() = default;
	explicit descriptor(int fd) noexcept : fd_(fd) {}
	descriptor(descriptor&& other) noexcept : fd_(std::exchange(other.fd_, -1)) {}
	descriptor& operator=(descriptor&& other) noexcept
	{
		std::swap(fd_, other.fd_);
		return *this;
	}
	descriptor(const descriptor&) = delete;
	descriptor& operator=(const descriptor&) = delete;
	~descriptor()
	{
		if (fd_ >= 0)
			::close(fd_);
	}

	/// Negative where there is none.
	int get() const noexcept { return fd_; }

private:
	int fd_ = -1;
};

} // namespace vfctl
