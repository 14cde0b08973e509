// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vfctl/event.hpp>

namespace vfctl {

std::string_view to_string(origin o)
{
	switch (o) {
	case origin::netlink:
		return "netlink";
	case origin::tx_maxrate:
		return "tx-maxrate";
	case origin::sysfs:
		return "sysfs";
	case origin::outside:
		return "outside";
	case origin::device:
		return "device";
	case origin::guest:
		return "guest";
	}
	return "unknown";
}

std::string_view to_string(change c)
{
	switch (c) {
	case change::added:
		return "added";
	case change::removed:
		return "removed";
	case change::changed:
		return "changed";
	case change::present:
		return "present";
	}
	return "unknown";
}

} // namespace vfctl
