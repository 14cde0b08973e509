// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <functional>
#include <string>
#include <string_view>

#include <nlohmann/json.hpp>

#include "journal.hpp"
#include "policy.hpp"
#include "snapshot.hpp"

namespace vfctl::daemon {

/// What can be asked of the daemon over its control socket.
struct control_actions {
	std::function<snapshot()> view;
	std::function<policy()> wanted;
	std::function<void(bool)> pause;
	std::function<void()> reload; ///< throws with a sentence where the policy cannot be taken
	std::function<void(const std::string& name, const known_guest&)> add_guest;
	std::function<bool(const std::string& name)> remove_guest; ///< was it known?
};

/// Answers one request, a line of JSON each: {"version":1,"command":"status"}. Commands: status,
/// policy, pause, resume, reload, guest-add (name, cid, vfs), guest-remove (name). The answer has
/// "version" and what was asked for, or "error", one sentence. Whatever the request is, it is
/// answered; unknown keys are passed over.
std::string answer_control(std::string_view request, const control_actions& actions);

/// Keys and units as `vfctl -j` has them (tools/vfctl/schema.json), and those of the controller.
nlohmann::ordered_json to_json(const snapshot& what);
nlohmann::ordered_json to_json(const policy& what);

} // namespace vfctl::daemon
