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
	if (index_) {
		if (auto found = read(from, pf_ref::by_index(*index_)))
			return found;
		if (is_by_name())
			index_.reset();
	}
	return is_by_name() ? read(from, *wanted_) : std::nullopt;
}

pf_match pf_filter::look_at(std::uint32_t index, std::string_view name)
{
	if (index_)
		return index == *index_ ? pf_match::wanted : pf_match::other;
	if (name != wanted_->name())
		return pf_match::other;
	index_ = index;
	return pf_match::found;
}

pf_match pf_filter::look_at(const event& e)
{
	if (!wanted_)
		return pf_match::wanted;
	if (const auto* vf = std::get_if<vf_event>(&e))
		return look_at(vf->vf.pf_index, vf->vf.pf_name);
	if (const auto* stats = std::get_if<stats_event>(&e))
		return look_at(stats->stats.pf_index, stats->stats.pf_name);

	const auto* pf = std::get_if<pf_event>(&e);
	if (!pf)
		return pf_match::wanted;
	const auto match = look_at(pf->pf.index, pf->pf.name);
	if (match == pf_match::other)
		return match;
	if (pf->what == change::removed && is_by_name())
		index_.reset();
	// The events of a PF that comes tell of all that it has, and of one that went nothing is left.
	const bool is_all_told = pf->what == change::added || pf->what == change::removed;
	return is_all_told ? pf_match::wanted : match;
}

} // namespace vfctl
