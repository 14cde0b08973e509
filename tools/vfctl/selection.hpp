// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <vfctl/client.hpp>

namespace vfctl::tool {

/// The PFs and VFs that a command was given, in a world where they come and go. Nothing given is
/// all of them.
class selection {
public:
	selection() = default;

	/// \throws input_error  where one can be neither PF nor VF
	explicit selection(std::vector<std::string> names);

	/// Finds out what is meant by names that only the kernel knows: alternative ones of devices,
	/// and the PCI address of a PF. To be called again: what was found is not looked up twice.
	/// \return those that name nothing yet
	const std::vector<std::string>& resolve(client& from);

	bool empty() const noexcept { return names_.empty(); }

	/// Not const: it learns where a VF is that was given by its PCI address.
	bool has(const vf_info& vf);
	bool has(const vf_stats& stats) const;
	bool has(const pf_info& pf) const;

private:
	bool has(std::uint32_t pf_index, std::string_view pf_name, std::uint32_t number,
		 const std::optional<std::string>& device) const;
	bool is_named(std::string_view what) const;
	bool is_address(const std::optional<std::string>& bus_address) const;

	std::vector<std::string> names_;
	std::vector<std::string> unknown_;
	std::set<std::uint32_t> pfs_;                           // by index
	std::set<std::pair<std::uint32_t, std::uint32_t>> vfs_; // by PF index and number
};

} // namespace vfctl::tool
