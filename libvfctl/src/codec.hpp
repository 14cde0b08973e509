// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// What the attributes of vfctl.yaml mean. Attributes that are not known are passed over, values
/// of enumerations that are not known are kept.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include <vfctl/event.hpp>
#include <vfctl/pf.hpp>
#include <vfctl/stats.hpp>
#include <vfctl/vf.hpp>

#include "genl.hpp"

namespace vfctl {

/// The family "vfctl".
extern const genl_protocol vfctl_protocol;

// Fill an object from the attributes of a reply; its strings keep their memory.
// Throw error (protocol_error) where it is none; what is in `into` then is of no use.
void decode(std::span<const std::byte> attributes, pf_info& into);
void decode(std::span<const std::byte> attributes, vf_info& into);
void decode(std::span<const std::byte> attributes, vf_stats& into);

/// An event, or a reply as the event that is part of a snapshot; nothing for a command that is not
/// known.
/// \throws error  protocol_error
std::optional<event> decode_event(std::uint8_t command, std::span<const std::byte> attributes);

/// Everything in a datagram, whichever family its messages say they are of: appends events, and
/// checks acknowledgements and families.
/// \throws error  protocol_error at the first message that cannot be understood
void decode_datagram(std::span<const std::byte> datagram, std::vector<event>& into);

} // namespace vfctl
