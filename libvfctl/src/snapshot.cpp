// SPDX-License-Identifier: LGPL-2.1-or-later
#include "snapshot.hpp"

#include <system_error>
#include <utility>

#include <vfctl/error.hpp>

namespace vfctl {

namespace {

// A PF that goes between the two has no VFs any more.
void read_vfs(module_backend& from, std::uint32_t pf_index, std::vector<vf_info>& into)
{
	const auto pf = pf_ref::by_index(pf_index);

	try {
		from.vfs(into, &pf, vf_presence::existing);
	} catch (const error& e) {
		if (e.code() != std::errc::no_such_device)
			throw;
		into.clear();
	}
}

} // namespace

void snapshot::take(module_backend& from, pf_filter& of)
{
	*this = {};
	if (!of.is_narrow()) {
		from.pfs(pfs_);
		from.vfs(vfs_, nullptr, vf_presence::existing);
	} else if (auto pf = of.find(from)) {
		read_vfs(from, pf->index, vfs_);
		pfs_.push_back(*std::move(pf));
	}
}

std::optional<event> snapshot::next()
{
	if (next_pf_ < pfs_.size())
		return pf_event{.what = change::present,
				.pf = std::move(pfs_[next_pf_++]),
				.by = {},
				.pid = {}};
	if (next_vf_ < vfs_.size())
		return vf_event{.what = change::present,
				.vf = std::move(vfs_[next_vf_++]),
				.by = {},
				.pid = {},
				.old = {},
				.old_effective = {},
				.old_state = {}};
	return std::nullopt;
}

} // namespace vfctl
