// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <string_view>

namespace vfctl::tool {

/// Makes a text a file's content, so that whoever reads the file, also after a crash, finds the
/// old content or the new one in full: it is written beside, flushed to disk and renamed.
///
/// An existing file keeps its permissions, and its owner as far as that can be set. A symbolic
/// link stays, and what it points to is replaced. What is no regular file, as /dev/stdout, is
/// written to as it is.
/// \throws std::system_error
void write_file(const std::string& path, std::string_view text);

/// The content of a file, or of standard input for "-".
/// \throws std::system_error
std::string read_file(const std::string& path);

} // namespace vfctl::tool
