// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// What calls of a client attempt, in words: the operation() of their errors.
#pragma once

#include <string>

#include <vfctl/pf.hpp>
#include <vfctl/vf.hpp>

namespace vfctl::operation {

inline std::string read_pfs()
{
	return "read PFs";
}

inline std::string read_pf(const pf_ref& which)
{
	return "read " + to_string(which);
}

/// \param of  null for all
inline std::string read_vfs(const pf_ref* of)
{
	return of ? "read VFs of " + to_string(*of) : "read VFs";
}

inline std::string read_vf(const vf_ref& which)
{
	return "read " + to_string(which);
}

/// \param of  null for all
inline std::string read_counters(const pf_ref* of)
{
	return of ? "read counters of " + to_string(*of) : "read counters";
}

inline std::string read_counters(const vf_ref& which)
{
	return "read counters of " + to_string(which);
}

inline std::string set_limits(const vf_ref& which)
{
	return "set limits of " + to_string(which);
}

inline std::string set_limits(const vf_info& which)
{
	return "set limits of " + which.pf_name + '/' + std::to_string(which.number);
}

inline std::string set_guest(const vf_ref& which)
{
	return "set who limits " + to_string(which);
}

inline std::string set_interval(const pf_ref& which)
{
	return "set the sampling interval of " + to_string(which);
}

inline std::string set_keeping(const pf_ref& which)
{
	return "set what becomes of limits of " + to_string(which);
}

} // namespace vfctl::operation
