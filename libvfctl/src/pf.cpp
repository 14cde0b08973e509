// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vfctl/pf.hpp>

namespace vfctl {

std::string to_string(const pf_ref& pf)
{
	if (pf.index())
		return '#' + std::to_string(pf.index());
	return std::string(pf.name());
}

} // namespace vfctl
