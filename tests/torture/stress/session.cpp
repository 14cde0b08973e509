// SPDX-License-Identifier: GPL-2.0-only
#include "session.hpp"

#include <algorithm>

namespace stress {

rtnl& place::links()
{
	if (!links_) {
		const visit there(netns_);
		links_ = std::make_unique<rtnl>();
	}
	return *links_;
}

ethtool& place::ethtool()
{
	if (!ethtool_) {
		const visit there(netns_);
		ethtool_ = std::make_unique<class ethtool>();
	}
	return *ethtool_;
}

vfctl::client& place::client()
{
	if (!client_) {
		const visit there(netns_);
		client_ = std::make_unique<vfctl::client>(vfctl::backend_type::module);
	}
	return *client_;
}

session::session(const host& on) : on_(on), home_(on.home), away_(on.away) {}

void session::look()
{
	if (known_)
		return;
	seen_.clear();
	for (place* where : {&home_, &away_})
		seen_.push_back({*where, where->links().links()});
	known_ = true;
}

std::optional<session::found> session::find_pf_known(const pf& which)
{
	for (const sighting& sight : seen_) {
		const auto device =
			std::find_if(sight.links.begin(), sight.links.end(),
				     [&](const link& one) { return one.parent == which.device; });
		if (device != sight.links.end())
			return found{sight.where, *device};
	}
	return std::nullopt;
}

std::optional<session::found> session::find_pf(const pf& which)
{
	look();
	auto device = find_pf_known(which);
	// It may have come since.
	if (!device)
		forget();
	return device;
}

std::optional<session::found> session::find_stub(const pf& which, std::uint32_t vf)
{
	const auto below = find_pf(which);
	const std::string ending = "." + std::to_string(vf);

	for (const sighting& sight : seen_) {
		if (!below || &sight.where != &below->where)
			continue;
		for (const link& one : sight.links)
			if (one.kind == "vfctl" && one.lower == below->device.index &&
			    one.name.ends_with(ending))
				return found{sight.where, one};
	}
	forget();
	return std::nullopt;
}

} // namespace stress
