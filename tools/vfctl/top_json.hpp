// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>

#include "json.hpp"
#include "top_model.hpp"

namespace vfctl::tool {

/// A frame: PFs with the sums over their VFs, VFs with their figures; see schema.json.
json to_json(const top_model& model, std::chrono::system_clock::time_point at);

} // namespace vfctl::tool
