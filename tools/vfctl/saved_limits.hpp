// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vfctl/vf.hpp>

#include "limit_change.hpp"

namespace vfctl::tool {

/// The limits of a VF as they stand in a file.
struct saved_limit {
	std::string pf;
	std::uint32_t vf = 0;
	std::optional<std::string> pci_address;
	limits wanted;
};

/// What the file says of these VFs: the same text for the same limits, one VF a line, sorted by
/// PF and number.
std::string to_file(const std::vector<vf_info>& vfs);

/// Reads a file.
/// \param problems  what is wrong, a sentence each; added to
/// \return its entries; of those with a problem, not all
std::vector<saved_limit> from_file(std::string_view text, std::vector<std::string>& problems);

/// What is to change for the VFs to have the limits of a file. An entry is for the VF with its PCI
/// address where it has one, else for that of its PF and number.
/// \param vfs             all that there are
/// \param ignore_missing  whether an entry whose VF does not exist is passed over
/// \param problems        what is wrong, a sentence each; added to
std::vector<limit_change> plan(const std::vector<saved_limit>& saved,
			       const std::vector<vf_info>& vfs, bool ignore_missing,
			       std::vector<std::string>& problems);

} // namespace vfctl::tool
