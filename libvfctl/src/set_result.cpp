// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vfctl/set_result.hpp>

namespace vfctl {

std::string_view to_string(set_outcome outcome)
{
	switch (outcome) {
	case set_outcome::set:
		return "set";
	case set_outcome::differs:
		return "differs";
	case set_outcome::overwrote:
		return "overwrote";
	}
	return "unknown";
}

} // namespace vfctl
