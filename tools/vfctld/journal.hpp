// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <utility>
#include <vector>

#include <vfctl/rate.hpp>

namespace vfctl::daemon {

/// A virtual machine that somebody else than the policy told of.
struct known_guest {
	std::uint32_t cid = 0;
	std::vector<std::string> vfs; ///< as in guest_rule

	friend bool operator==(const known_guest&, const known_guest&) = default;
};

/// What outlives a reboot, but for guests, which do not either. VFs are named by the bus address of
/// their PF and their number: "0000:01:00.0/1".
struct lasting_state {
	bool paused = false;
	std::map<std::string, rate> adopted;       ///< caps that somebody else set, by VF
	std::map<std::string, known_guest> guests; ///< by name

	friend bool operator==(const lasting_state&, const lasting_state&) = default;
};

/// A CID is one machine's, and so is a VF: who had them before has ended, and nobody said so.
void put_guest(lasting_state& into, const std::string& name, const known_guest& guest);

/// Remembers on disk, so that one that was killed at any moment is followed by one that goes on
/// where it was.
///
/// state.json in the state folder outlives a reboot: lasting_state. written.json in the run-time
/// folder, which is memory, lives as long as the limits themselves: which limit was set last.
/// Without it, after a restart a limit of one's own could not be told from somebody else's. It is
/// written before the limit is, and holds the limit before as well, so that either is known for
/// one's own at whichever of both steps the end came.
class journal {
public:
	/// Reads what there is.
	/// \param state_folder     of state.json
	/// \param run_time_folder  of written.json
	/// \throws std::system_error   where a folder or file cannot be read
	/// \throws std::runtime_error  where state.json is not what this version can read
	journal(const std::string& state_folder, const std::string& run_time_folder);

	const lasting_state& lasting() const noexcept { return lasting_; }

	/// Flushed to disk when it returns; nothing is done where nothing has changed.
	/// \throws std::system_error
	void save(const lasting_state& next);

	/// What a VF has and what it is about to get.
	struct intention {
		std::string vf;
		rate now;
		rate next;
	};

	/// To be called before limits are set.
	/// \throws std::system_error
	void intend(const std::vector<intention>& what);

	/// Is this limit of a VF one that was set by this program since the machine was booted, or
	/// taken from somebody else?
	bool is_own(const std::string& vf, rate limit) const;

	/// Has this program set or taken a limit of a VF since the machine was booted? It is
	/// remembered of a VF that is gone: one that comes back has the limit that it had.
	bool knows(const std::string& vf) const { return written_.count(vf) != 0; }

private:
	std::string state_file_;
	std::string written_file_;
	std::string boot_;
	lasting_state lasting_;
	std::map<std::string, std::pair<rate, rate>> written_;
};

} // namespace vfctl::daemon
