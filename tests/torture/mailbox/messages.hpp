// SPDX-License-Identifier: GPL-2.0-only
// What a guest might write that means no good.
#pragma once

#include <cstdint>
#include <vector>

#include "../../unit/random.hpp"

namespace hostile {

using message = std::vector<std::uint32_t>;

/// Numbers of messages: of igbvf, and of patches/linux.
inline constexpr std::uint32_t vf_reset = 0x01, get_limit = 0x40, set_limit = 0x41;

/// A soft limit in Mbit/s, 0 for none.
message soft_limit(std::uint32_t mbit);

/// Of any number, length and content; those that the PF knows more often than the others.
message any_message(vfctl::test::generator& dice);

} // namespace hostile
