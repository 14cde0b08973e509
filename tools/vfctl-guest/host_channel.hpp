// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <string>

#include "json.hpp"

namespace vfctl::guest {

/// The way to vfctld of the host that this machine is a guest of: tools/vfctld/GUEST-PROTOCOL.md.
class host_channel {
public:
	/// \throws std::system_error  where there is no way
	explicit host_channel(std::uint32_t port);
	host_channel(const host_channel&) = delete;
	host_channel& operator=(const host_channel&) = delete;
	~host_channel();

	/// Sends a request, without "version".
	/// \return the answer, which is no error
	/// \throws std::runtime_error  with the host's sentence where it refuses, or one of its own
	tool::json ask(tool::json request);

private:
	std::string read_line();

	int fd_;
};

} // namespace vfctl::guest
