// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>

#include "request.hpp"

namespace failnth {

/// A request to rtnetlink that changes a network device.
request change_link(unsigned int index);

void bring_up(const std::string& name);

} // namespace failnth
