// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <optional>
#include <vector>

#include <vfctl/event.hpp>

#include "module_backend.hpp"
#include "pf_filter.hpp"

namespace vfctl {

/// What exists, told one by one.
class snapshot {
public:
	/// \param of  finds the PF that it is narrowed to
	void take(module_backend& from, pf_filter& of);

	/// Nothing after the last.
	std::optional<event> next();

private:
	std::vector<pf_info> pfs_;
	std::vector<vf_info> vfs_;
	std::size_t next_pf_ = 0;
	std::size_t next_vf_ = 0;
};

} // namespace vfctl
