// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include <vfctl/event.hpp>
#include <vfctl/pf.hpp>

#include "module_backend.hpp"

namespace vfctl {

/// What an event is about, for who wants one PF.
enum class pf_match : unsigned char {
	other,  ///< another PF
	wanted, ///< that PF, or all
	found, ///< that PF, which was not known: it was there before, and what else it has is not told
};

/// Tells which events are about one PF, or lets all pass.
///
/// A PF that is wanted by name is known by its index from the moment that it is found: it is
/// followed when it is renamed. When it goes, the next one of the name is wanted.
class pf_filter {
public:
	explicit pf_filter(std::optional<pf_ref> wanted);

	/// Is one PF wanted, and not all?
	bool is_narrow() const noexcept { return wanted_.has_value(); }

	/// Is it wanted by its name? Then events of PFs have to be looked at: they tell who has it.
	bool is_by_name() const noexcept { return wanted_ && wanted_->index() == 0; }

	/// Reads the PF, where there is one now.
	/// \throws error  but not where there is none
	std::optional<pf_info> find(module_backend& from);

	/// Learns from what it is told.
	pf_match look_at(const event& e);

private:
	std::optional<pf_info> read(module_backend& from, const pf_ref& which);
	pf_match look_at(std::uint32_t index, std::string_view name);

	std::optional<pf_ref> wanted_;
	std::optional<std::uint32_t> index_; ///< of the PF, while it is known
};

} // namespace vfctl
