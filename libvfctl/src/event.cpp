// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vfctl/event.hpp>

#include <tuple>

namespace vfctl {

bool operator==(const pf_event& a, const pf_event& b)
{
	const auto parts = [](const pf_event& e) {
		return std::tie(e.what, e.pf, e.by, e.pid);
	};
	return parts(a) == parts(b);
}

bool operator==(const vf_event& a, const vf_event& b)
{
	const auto parts = [](const vf_event& e) {
		return std::tie(e.what, e.vf, e.by, e.pid, e.old, e.old_effective, e.old_state);
	};
	return parts(a) == parts(b);
}

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
