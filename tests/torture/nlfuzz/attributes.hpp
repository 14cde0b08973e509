// SPDX-License-Identifier: GPL-2.0-only
// libmnl's walks over attributes, whose macros are C alone.
#pragma once

#include <functional>

#include <libmnl/libmnl.h>
#include <linux/genetlink.h>

namespace nlfuzz {

using each_attribute = std::function<void(const nlattr*)>;

inline int visit_attribute(const nlattr* one, void* data)
{
	(*static_cast<const each_attribute*>(data))(one);
	return MNL_CB_OK;
}

/// Those of a message of generic netlink.
inline void for_each(const nlmsghdr* in, const each_attribute& visit)
{
	mnl_attr_parse(in, sizeof(genlmsghdr), visit_attribute,
		       const_cast<each_attribute*>(&visit));
}

inline void for_each_nested(const nlattr* in, const each_attribute& visit)
{
	mnl_attr_parse_nested(in, visit_attribute, const_cast<each_attribute*>(&visit));
}

} // namespace nlfuzz
