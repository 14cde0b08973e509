// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vfctl/named.hpp>

#include <ostream>

namespace vfctl {

std::ostream& operator<<(std::ostream& out, backend_type type)
{
	return out << to_string(type);
}

std::ostream& operator<<(std::ostream& out, change c)
{
	return out << to_string(c);
}

std::ostream& operator<<(std::ostream& out, counter c)
{
	return out << to_string(c);
}

std::ostream& operator<<(std::ostream& out, limit_state state)
{
	return out << to_string(state);
}

std::ostream& operator<<(std::ostream& out, const mac_address& mac)
{
	return out << to_string(mac);
}

std::ostream& operator<<(std::ostream& out, origin o)
{
	return out << to_string(o);
}

std::ostream& operator<<(std::ostream& out, const pf_ref& pf)
{
	return out << to_string(pf);
}

std::ostream& operator<<(std::ostream& out, rate r)
{
	return out << to_string(r);
}

std::ostream& operator<<(std::ostream& out, set_outcome outcome)
{
	return out << to_string(outcome);
}

std::ostream& operator<<(std::ostream& out, const vf_ref& vf)
{
	return out << to_string(vf);
}

} // namespace vfctl
