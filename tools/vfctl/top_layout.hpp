// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstddef>
#include <optional>
#include <string>

#include "top_frame.hpp"
#include "top_model.hpp"
#include "top_view.hpp"

namespace vfctl::tool {

/// Where a frame is drawn.
struct top_surface {
	std::optional<std::size_t> columns; ///< absent: as wide as it takes
	std::optional<std::size_t> lines;   ///< absent: as long as it takes, and no line for keys
	bool unicode = false;
	bool raw = false; ///< numbers in base units
	std::string time; ///< of the figures, in words
};

/// The frame: title, a line per PF, VFs as a table, status, keys. Rows in the model's order.
top_frame render(const top_model& model, const top_view& view, const top_surface& on);

} // namespace vfctl::tool
