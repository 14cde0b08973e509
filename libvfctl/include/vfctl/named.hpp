// SPDX-License-Identifier: LGPL-2.1-or-later
/// \file
/// The types that to_string() writes: they have `<<` as well, and formatters where
/// <vfctl/format.hpp> or <vfctl/fmt.hpp> is included.
#pragma once

#include <iosfwd>

#include <vfctl/client.hpp>
#include <vfctl/event.hpp>
#include <vfctl/export.hpp>
#include <vfctl/pf.hpp>
#include <vfctl/rate.hpp>
#include <vfctl/set_result.hpp>
#include <vfctl/stats.hpp>
#include <vfctl/vf.hpp>

namespace vfctl {

/// Does to_string() write it, and so does all that writes text?
template <typename T> inline constexpr bool is_named = false;

template <> inline constexpr bool is_named<backend_type> = true;
template <> inline constexpr bool is_named<change> = true;
template <> inline constexpr bool is_named<counter> = true;
template <> inline constexpr bool is_named<limit_state> = true;
template <> inline constexpr bool is_named<mac_address> = true;
template <> inline constexpr bool is_named<origin> = true;
template <> inline constexpr bool is_named<pf_ref> = true;
template <> inline constexpr bool is_named<rate> = true;
template <> inline constexpr bool is_named<set_outcome> = true;
template <> inline constexpr bool is_named<vf_ref> = true;

// As to_string(). Width and fill of the stream are obeyed. Those of references are found by their
// arguments only: nothing else becomes a reference on its way to a stream.
VFCTL_EXPORT std::ostream& operator<<(std::ostream& out, backend_type type);
VFCTL_EXPORT std::ostream& operator<<(std::ostream& out, change c);
VFCTL_EXPORT std::ostream& operator<<(std::ostream& out, counter c);
VFCTL_EXPORT std::ostream& operator<<(std::ostream& out, limit_state state);
VFCTL_EXPORT std::ostream& operator<<(std::ostream& out, const mac_address& mac);
VFCTL_EXPORT std::ostream& operator<<(std::ostream& out, origin o);
VFCTL_EXPORT std::ostream& operator<<(std::ostream& out, rate r);
VFCTL_EXPORT std::ostream& operator<<(std::ostream& out, set_outcome outcome);

} // namespace vfctl
