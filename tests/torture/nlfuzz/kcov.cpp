// SPDX-License-Identifier: GPL-2.0-only
#include "kcov.hpp"

#include <algorithm>
#include <atomic>
#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <linux/kcov.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace nlfuzz {

namespace {

constexpr char path[] = "/sys/kernel/debug/kcov";

[[noreturn]] void fail(const char* what)
{
	throw std::system_error(errno, std::generic_category(), what);
}

} // namespace

kcov::kcov() : fd_(open(path, O_RDWR | O_CLOEXEC)), area_(nullptr)
{
	if (fd_ < 0)
		fail(path);
	if (ioctl(fd_, KCOV_INIT_TRACE, entries) != 0)
		fail("KCOV_INIT_TRACE");
	void* mapped = mmap(nullptr, entries * sizeof(std::uint64_t), PROT_READ | PROT_WRITE,
			    MAP_SHARED, fd_, 0);
	if (mapped == MAP_FAILED)
		fail("map KCOV's area");
	area_ = static_cast<std::uint64_t*>(mapped);
	if (ioctl(fd_, KCOV_ENABLE, KCOV_TRACE_PC) != 0)
		fail("KCOV_ENABLE");
}

kcov::~kcov()
{
	ioctl(fd_, KCOV_DISABLE, 0);
	munmap(area_, entries * sizeof(std::uint64_t));
	close(fd_);
}

// The kernel writes the number of entries first, and then one entry after the other.
void kcov::forget() noexcept
{
	std::atomic_ref(area_[0]).store(0, std::memory_order_relaxed);
}

std::span<const std::uint64_t> kcov::passed() const noexcept
{
	const auto count = std::atomic_ref(area_[0]).load(std::memory_order_relaxed);

	return {area_ + 1, std::min<std::size_t>(count, entries - 1)};
}

} // namespace nlfuzz
