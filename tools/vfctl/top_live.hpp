// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>

#include "command.hpp"
#include "top_source.hpp"
#include "top_view.hpp"

namespace vfctl::tool {

/// Shows frames on the terminal and obeys keys, until q, a signal, or the terminal's end.
/// \param count  of readings, 0 is no end
/// \throws std::runtime_error  where the terminal has no full screen
void show_top(context& ctx, top_source& source, top_view view, std::uint64_t count);

} // namespace vfctl::tool
