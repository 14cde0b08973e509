// SPDX-License-Identifier: LGPL-2.1-or-later
#include "pf_filter.hpp"

#include <system_error>
#include <utility>
#include <variant>

#include <vfctl/error.hpp>

namespace vfctl {

pf_filter::pf_filter(std::optional<pf_ref> wanted) : wanted_(std::move(wanted))
{
	if (wanted_ && wanted_->index() != 0)
		index_ = wanted_->index();
}

std::optional<pf_info> pf_filter::read(module_backend& from, const pf_ref& which)
{
	try {
		auto found = from.pf(which);
		index_ = found.index;
		return found;
	} catch (const error& e) {
		if (e.code() != std::errc::no_such_device)
			throw;
		return std::nullopt;
	}
}

std::optional<pf_info> pf_filter::find(module_backend& from)
{
	const bool by_name = wanted_->index() == 0;

	if (index_) {
		if (auto found = read(from, pf_ref::by_index(*index_)))
			return found;
		if (by_name)
			index_.reset();
	}
	return by_name ? read(from, *wanted_) : std::nullopt;
}

bool pf_filter::is_it(std::uint32_t index, std::string_view name)
{
	if (index_)
		return index == *index_;
	if (name != wanted_->name())
		return false;
	index_ = index;
	return true;
}

bool pf_filter::takes(const event& e)
{
	if (!wanted_)
		return true;
	if (const auto* vf = std::get_if<vf_event>(&e))
		return is_it(vf->vf.pf_index, vf->vf.pf_name);
	if (const auto* stats = std::get_if<stats_event>(&e))
		return is_it(stats->stats.pf_index, stats->stats.pf_name);

	const auto* pf = std::get_if<pf_event>(&e);
	if (!pf)
		return true;
	if (!is_it(pf->pf.index, pf->pf.name))
		return false;
	if (pf->what == change::removed && wanted_->index() == 0)
		index_.reset();
	return true;
}

} // namespace vfctl
