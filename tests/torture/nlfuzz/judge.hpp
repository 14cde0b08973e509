// SPDX-License-Identifier: GPL-2.0-only
// Whether the kernel has answered a datagram as it must: no silence, no nonsense.
#pragma once

#include <cstdint>
#include <string>
#include <vector>

#include "draft.hpp"
#include "family.hpp"
#include "input.hpp"

namespace nlfuzz {

enum class fate {
	accepted,
	refused,
	unknown ///< the answer was not read, or was lost for want of room
};

struct judged_message {
	draft what;
	fate end = fate::unknown;
	int error = 0; ///< errno of a refusal
};

struct verdict {
	std::vector<judged_message> messages;
	std::vector<std::string> complaints;
};

/// The answers to an input.
struct answers {
	std::vector<bytes> datagrams;
	bool complete = false; ///< read to the end, and none was lost
};

verdict judge(const input& asked, const answers& got, const family& of, std::uint32_t port);

/// What is wrong with a datagram of events.
std::vector<std::string> judge_events(const bytes& datagram);

} // namespace nlfuzz
