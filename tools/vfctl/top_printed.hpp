// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>

#include "command.hpp"
#include "top_source.hpp"
#include "top_view.hpp"

namespace vfctl::tool {

/// Prints frames one after the other, until a signal comes: as text, or as one JSON value a line.
/// The first one comes after an interval, since figures need two samples.
/// \param count  of frames, 0 is no end
void print_top(context& ctx, top_source& source, top_view view, std::uint64_t count);

} // namespace vfctl::tool
