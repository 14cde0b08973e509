// SPDX-License-Identifier: GPL-2.0-only
#include "kernel_log.hpp"

#include <array>
#include <cerrno>
#include <string_view>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

namespace failnth {

kernel_log::kernel_log() : file_(open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC))
{
	if (file_ < 0 || lseek(file_, 0, SEEK_END) < 0)
		throw std::system_error(errno, std::generic_category(), "/dev/kmsg");
}

kernel_log::~kernel_log()
{
	close(file_);
}

bool kernel_log::says(const std::string& words)
{
	std::array<char, 8192> line{};
	bool found = false;

	// One line a read; EPIPE where some have been overwritten.
	for (;;) {
		const ssize_t got = read(file_, line.data(), line.size());
		if (got < 0 && errno != EPIPE)
			return found;
		if (got > 0)
			found = found ||
				std::string_view(line.data(), static_cast<std::size_t>(got))
						.find(words) != std::string_view::npos;
	}
}

} // namespace failnth
