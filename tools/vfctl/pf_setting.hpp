// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <string>
#include <vector>

#include <vfctl/pf.hpp>

#include "command.hpp"
#include "table.hpp"

namespace vfctl::tool {

/// One thing that can be set for a PF, and how it is shown.
struct pf_setting {
	column title;
	json (*as_json)(const pf_info& pf);                  ///< with the PF's name
	std::string (*as_text)(const pf_info& pf, bool raw); ///< empty where it is not known
	const char* name;                                    ///< "the sampling interval"
	const char* unknown;                                 ///< why it may not be known
};

/// Prints it for these PFs: as a table, or as a JSON array.
void print_setting(context& ctx, const pf_setting& what, const std::vector<pf_info>& pfs);

/// The same for one: the value alone, or a JSON array of one.
/// \throws error  operation_not_supported where it is not known
void print_setting(context& ctx, const pf_setting& what, const pf_info& pf);

} // namespace vfctl::tool
