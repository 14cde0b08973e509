// SPDX-License-Identifier: GPL-2.0-only
// What a family tells in its dumps, asked in good manners.
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <vector>

#include "bytes.hpp"
#include "family.hpp"
#include "socket.hpp"

namespace nlfuzz {

/// One object of a dump: attributes by their type.
struct row {
	std::uint8_t command = 0; ///< of the dump
	std::map<std::uint16_t, bytes> values;

	bool has(std::uint16_t type) const { return values.contains(type); }
	/// Of an attribute that is there, with that length.
	/// \throws std::runtime_error
	std::uint32_t u32(std::uint16_t type) const;
	std::uint64_t u64(std::uint16_t type) const;
	std::string text(std::uint16_t type) const;
};

/// \throws std::system_error, std::runtime_error
std::vector<row> dump(netlink_socket& socket, const family& of, std::uint8_t command);

/// Of all operations that can be dumped.
std::vector<row> dump_all(netlink_socket& socket, const family& of);

} // namespace nlfuzz
