// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>

namespace vfctl::tool {

/// The port of vsock on which vfctld listens for guests, where its policy has no other.
constexpr std::uint32_t default_vsock_port = 8257;

/// Listens for guests of this machine, without blocking.
/// \return a descriptor
/// \throws std::system_error  with a sentence that says what is missing
int listen_on_vsock(std::uint32_t port);

/// Connects to a port of the machine that this one is a guest of.
/// \return a descriptor
/// \throws std::system_error  as above
int connect_to_host(std::uint32_t port);

} // namespace vfctl::tool
