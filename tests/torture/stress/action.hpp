// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <memory>
#include <span>
#include <string_view>

#include "../../unit/random.hpp"
#include "host.hpp"
#include "tally.hpp"

namespace stress {

using choices = vfctl::test::generator;

/// One kind of thing that happens to a host. What it does follows from the choices alone, never
/// from what it finds: each takes as many numbers from them wherever it gets to.
class action {
public:
	action() = default;
	action(const action&) = delete;
	action& operator=(const action&) = delete;
	virtual ~action() = default;

	/// Does it once. Throws failure, or vfctl::error, on what may not be.
	virtual void once(choices& choose, tally& counts) = 0;
};

/// A kind by its name, and what makes a thread's own one.
struct action_kind {
	std::string_view name;
	std::string_view text;
	bool igb; ///< also with a driver of hardware, which takes seconds
	std::unique_ptr<action> (*make)(const host& on);
};

std::span<const action_kind> all_actions();

/// Throws failure where there is none of that name.
const action_kind& action_named(std::string_view name);

std::unique_ptr<action> make_rate(const host& on);
std::unique_ptr<action> make_dump(const host& on);
std::unique_ptr<action> make_ethtool(const host& on);
std::unique_ptr<action> make_numvfs(const host& on);
std::unique_ptr<action> make_unbind(const host& on);
std::unique_ptr<action> make_rename(const host& on);
std::unique_ptr<action> make_netns(const host& on);
std::unique_ptr<action> make_module(const host& on);
std::unique_ptr<action> make_driver(const host& on);

/// Often for no time at all, else up to so long.
void pause(choices& choose, unsigned most_ms);

/// For a while after something came: up to four times as long as that took, so that others find it
/// also on a slow machine.
void linger(choices& choose, clock::duration took);

} // namespace stress
