// SPDX-License-Identifier: LGPL-2.1-or-later
#include "netns.hpp"

#include <cerrno>
#include <exception>
#include <string>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sched.h>
#include <sys/stat.h>

#include <vfctl/error.hpp>

#include "descriptor.hpp"
#include "quiet_thread.hpp"

namespace vfctl {

namespace {

// Where ip-netns(8) has its names.
constexpr const char* folder = "/run/netns/";

std::string in_words(const netns_ref& where)
{
	return where.is_named()
		       ? "the network namespace \"" + std::string(where.name()) + '"'
		       : "the network namespace of descriptor " + std::to_string(where.fd());
}

[[noreturn]] void refuse(const netns_ref& where, std::error_code code, const std::string& why)
{
	throw error({}, code, in_words(where) + ' ' + why);
}

descriptor open_named(const netns_ref& where)
{
	const std::string name(where.name());
	if (name.empty() || name == "." || name == ".." ||
	    name.find_first_of(std::string("/\0", 2)) != std::string::npos)
		refuse(where, std::make_error_code(std::errc::invalid_argument),
		       "has a name that none can have");

	// Of a FIFO, open() would wait for who writes.
	descriptor file(::open((folder + name).c_str(), O_RDONLY | O_CLOEXEC | O_NONBLOCK));
	if (file.get() < 0)
		refuse(where, {errno, std::generic_category()}, "cannot be opened");
	return file;
}

bool is_own(int fd) noexcept
{
	struct stat other = {};
	struct stat own = {};

	return ::fstat(fd, &other) == 0 && ::stat("/proc/thread-self/ns/net", &own) == 0 &&
	       other.st_dev == own.st_dev && other.st_ino == own.st_ino;
}

void enter(const netns_ref& where, int fd)
{
	if (::setns(fd, CLONE_NEWNET) == 0)
		return;

	const std::error_code code(errno, std::generic_category());
	if (code == std::errc::operation_not_permitted)
		refuse(where, code, "cannot be entered without CAP_SYS_ADMIN");
	if (code == std::errc::invalid_argument)
		refuse(where, code, "is no network namespace");
	refuse(where, code, "cannot be entered");
}

} // namespace

void in_netns(const netns_ref& where, const std::function<void()>& call)
{
	if (where.is_current()) {
		call();
		return;
	}

	descriptor named;
	if (where.is_named())
		named = open_named(where);
	const int fd = where.is_named() ? named.get() : where.fd();
	if (is_own(fd)) {
		call();
		return;
	}

	std::exception_ptr failed;
	start_quiet_thread([&] {
		try {
			enter(where, fd);
			call();
		} catch (...) {
			failed = std::current_exception();
		}
	}).join();
	if (failed)
		std::rethrow_exception(failed);
}

} // namespace vfctl
