// SPDX-License-Identifier: LGPL-2.1-or-later
#include "readiness.hpp"

#include <cerrno>
#include <cstdint>
#include <system_error>

#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <vfctl/error.hpp>

namespace vfctl {

namespace {

int checked(int result)
{
	if (result < 0)
		throw error({}, {errno, std::generic_category()});
	return result;
}

void add(const descriptor& to, int fd)
{
	epoll_event readable = {};

	readable.events = EPOLLIN;
	checked(::epoll_ctl(to.get(), EPOLL_CTL_ADD, fd, &readable));
}

} // namespace

readiness::readiness(int other)
    : work_(checked(::eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK))),
      either_(checked(::epoll_create1(EPOLL_CLOEXEC)))
{
	add(either_, work_.get());
	add(either_, other);
}

void readiness::set() noexcept
{
	constexpr std::uint64_t one = 1;

	if (!is_set_)
		is_set_ = ::write(work_.get(), &one, sizeof(one)) == sizeof(one);
}

void readiness::clear() noexcept
{
	std::uint64_t count = 0;

	if (is_set_)
		is_set_ = ::read(work_.get(), &count, sizeof(count)) != sizeof(count);
}

} // namespace vfctl
