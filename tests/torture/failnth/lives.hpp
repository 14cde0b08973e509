// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <functional>
#include <string>

#include "operation.hpp"

namespace failnth {

/// Opens a file, writes a word to it and closes it. Asks for no memory.
outcome write_word(const char* file, const std::string& word);

/// For destructors, that leave things as they were.
void quietly(const std::function<void()>& call) noexcept;

} // namespace failnth
