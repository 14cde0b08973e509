// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <vfctl/client.hpp>

#include "ethtool.hpp"
#include "host.hpp"
#include "rtnl.hpp"

namespace stress {

/// What a thread asks with in one network namespace.
class place {
public:
	explicit place(const descriptor& netns) : netns_(netns) {}

	rtnl& links();
	class ethtool& ethtool();

	/// Throws vfctl::error with EPROTONOSUPPORT while vfctl is not loaded, and was not before.
	vfctl::client& client();

private:
	const descriptor& netns_;
	std::unique_ptr<rtnl> links_;
	std::unique_ptr<class ethtool> ethtool_;
	std::unique_ptr<vfctl::client> client_;
};

/// What one thread knows of the host: sockets in both network namespaces, and what devices it found
/// there last. Where these are now is another matter, and what a race is about.
class session {
public:
	explicit session(const host& on);

	const host& on() const noexcept { return on_; }
	place& home() noexcept { return home_; }
	place& away() noexcept { return away_; }

	/// A PF's network device and where it is; nothing where it has none.
	struct found {
		place& where;
		link device;
	};
	std::optional<found> find_pf(const pf& which);

	/// The stub of one of its VFs.
	std::optional<found> find_stub(const pf& which, std::uint32_t vf);

	/// What was found is no longer so.
	void forget() noexcept { known_ = false; }

private:
	void look();
	std::optional<found> find_pf_known(const pf& which);

	struct sighting {
		place& where;
		std::vector<link> links;
	};

	const host& on_;
	place home_;
	place away_;
	bool known_ = false;
	std::vector<sighting> seen_;
};

} // namespace stress
