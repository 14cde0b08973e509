// SPDX-License-Identifier: GPL-2.0-only
#include "control_socket.hpp"

#include <cerrno>
#include <cstring>
#include <system_error>

#include <grp.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#include <spdlog/spdlog.h>

namespace vfctl::daemon {

namespace {

[[noreturn]] void fail(const std::string& what, int code)
{
	throw std::system_error(code, std::generic_category(), what);
}

sockaddr_un address_of(const std::string& path)
{
	sockaddr_un address{};
	address.sun_family = AF_UNIX;
	if (path.size() >= sizeof(address.sun_path))
		fail("cannot listen on " + path, ENAMETOOLONG);
	std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
	return address;
}

bool somebody_answers(const sockaddr_un& address)
{
	const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0);
	const auto* generic = reinterpret_cast<const sockaddr*>(&address);
	const bool answers = ::connect(fd, generic, sizeof(address)) == 0;
	::close(fd);
	return answers;
}

// Without the privilege to give it away, it stays the group of the process: under systemd that is
// the one that is meant.
void give_to_group(const std::string& path, const std::string& group)
{
	const ::group* found = ::getgrnam(group.c_str());
	if (found != nullptr && ::chown(path.c_str(), static_cast<uid_t>(-1), found->gr_gid) != 0)
		spdlog::debug("cannot give {} to the group {}", path, group);
}

} // namespace

int listen_for_control(const std::string& path, const std::string& group)
{
	constexpr int backlog = 16;
	const sockaddr_un address = address_of(path);
	if (somebody_answers(address))
		fail("cannot listen on " + path + ": another vfctld does", EADDRINUSE);
	::unlink(path.c_str());
	const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC | SOCK_NONBLOCK, 0);
	const auto* generic = reinterpret_cast<const sockaddr*>(&address);
	// Nobody may connect before the permissions are what they are to be.
	if (fd < 0 || ::bind(fd, generic, sizeof(address)) != 0 ||
	    ::chmod(path.c_str(), 0660) != 0 || ::listen(fd, backlog) != 0) {
		const int code = errno;
		::close(fd);
		fail("cannot listen on " + path, code);
	}
	give_to_group(path, group);
	return fd;
}

} // namespace vfctl::daemon
