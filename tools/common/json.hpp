// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <optional>
#include <string>

#include <nlohmann/json.hpp>

#include <vfctl/event.hpp>

namespace vfctl::tool {

struct traffic;

// Keys and their meaning: schema.json. Base units, named in the key; what is not known is left
// out.
using json = nlohmann::ordered_json;

/// \param driver  that is bound to the VF
json to_json(const vf_info& vf, const std::optional<std::string>& driver);

json to_json(const pf_info& pf);

/// \param now  from which the age of the sample follows
json to_json(const vf_stats& stats, std::chrono::steady_clock::time_point now);

/// Adds hard, soft and min, as far as they are known.
void add(json& to, const limits& what);

/// Adds the figures per second, as whole numbers.
void add(json& to, const traffic& what);

/// A VF in an event carries no driver: that is what sysfs says, not the event.
json to_json(const event& what, std::chrono::steady_clock::time_point now);

/// Over one line, or over several. Bytes that are not UTF-8 become U+FFFD.
std::string to_text(const json& value, bool pretty = false);

} // namespace vfctl::tool
