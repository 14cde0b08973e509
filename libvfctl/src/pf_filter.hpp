// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <vfctl/event.hpp>
#include <vfctl/pf.hpp>

#include "module_backend.hpp"

namespace vfctl {

/// Tells which events are about one PF, or lets all pass.
///
/// A PF that is wanted by name is known by its index from the moment that it is found: it is
/// followed when it is renamed. When it goes, the next one of the name is wanted.
class pf_filter {
public:
	explicit pf_filter(std::optional<pf_ref> wanted);

	/// Is one PF wanted, and not all?
	bool is_narrow() const noexcept { return wanted_.has_value(); }

	/// Reads the PF, where there is one now.
	/// \throws error  but not where there is none
	std::optional<pf_info> find(module_backend& from);

	/// Learns from what it is told.
	bool takes(const event& e);

private:
	std::optional<pf_info> read(module_backend& from, const pf_ref& which);
	bool is_it(std::uint32_t index, std::string_view name);

	std::optional<pf_ref> wanted_;
	std::optional<std::uint32_t> index_; ///< of the PF, while it is known
};

} // namespace vfctl
