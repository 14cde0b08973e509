// SPDX-License-Identifier: GPL-2.0-only
#include "event_source.hpp"

#include <string>
#include <system_error>

namespace vfctl::daemon {

int checked(int result, const char* what)
{
	if (result < 0)
		throw std::system_error(-result, std::generic_category(),
					std::string("cannot ") + what);
	return result;
}

} // namespace vfctl::daemon
