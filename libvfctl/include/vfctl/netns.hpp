// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include <vfctl/export.hpp>

namespace vfctl {

/// Names the network namespace that a client or a monitor is made in. Its sockets stay in that
/// namespace, wherever threads of the program go later.
///
/// Another namespace than that of the calling thread needs CAP_SYS_ADMIN in the user namespace
/// that owns it, and in the caller's own. The calling thread does not enter it: a thread that
/// lives for the time of the constructor does.
class netns_ref {
public:
	/// That of the calling thread.
	netns_ref() = default;
	static netns_ref current() { return {}; }

	/// \param name  as `ip netns` lists it: a file of /run/netns
	static netns_ref by_name(std::string name)
	{
		netns_ref ref;
		ref.kind_ = kind::named;
		ref.name_ = std::move(name);
		return ref;
	}

	/// \param fd  of a file such as /proc/PID/ns/net. It stays the caller's, who may close it as
	///            soon as the client or monitor is made.
	static netns_ref by_fd(int fd)
	{
		netns_ref ref;
		ref.kind_ = kind::opened;
		ref.fd_ = fd;
		return ref;
	}

	bool is_current() const noexcept { return kind_ == kind::current; }

	/// Empty unless it was made by_name().
	std::string_view name() const noexcept { return name_; }
	bool is_named() const noexcept { return kind_ == kind::named; }

	/// -1 unless it was made by_fd().
	int fd() const noexcept { return fd_; }

private:
	enum class kind : unsigned char { current, named, opened };

	kind kind_ = kind::current;
	std::string name_;
	int fd_ = -1;
};

} // namespace vfctl
