// SPDX-License-Identifier: GPL-2.0-only
#include "selection.hpp"

#include <algorithm>
#include <utility>
#include <variant>

#include <vfctl/error.hpp>

#include "input.hpp"

namespace vfctl::tool {

selection::selection(std::vector<std::string> names) : names_(std::move(names)), unknown_(names_)
{
	for (const auto& name : names_)
		read_vf(name);
}

const std::vector<std::string>& selection::resolve(client& from)
{
	const auto find = [&](const std::string& name) {
		try {
			const auto found = find_device(from, name);
			if (const auto* pf = std::get_if<pf_info>(&found))
				pfs_.insert(pf->index);
			else if (const auto* vf = std::get_if<vf_info>(&found))
				vfs_.emplace(vf->pf_index, vf->number);
			return true;
		} catch (const error&) {
			return false;
		}
	};
	unknown_.erase(std::remove_if(unknown_.begin(), unknown_.end(), find), unknown_.end());
	return unknown_;
}

bool selection::is_named(std::string_view what) const
{
	return std::find(names_.begin(), names_.end(), what) != names_.end();
}

bool selection::is_address(const std::optional<std::string>& bus_address) const
{
	return bus_address &&
	       std::any_of(names_.begin(), names_.end(), [&](const std::string& name) {
		       return name == *bus_address || "0000:" + name == *bus_address;
	       });
}

bool selection::has(std::uint32_t pf_index, std::string_view pf_name, std::uint32_t number,
		    const std::optional<std::string>& device) const
{
	return empty() || pfs_.count(pf_index) > 0 || vfs_.count({pf_index, number}) > 0 ||
	       is_named(pf_name) || is_named(numbered(pf_name, number)) ||
	       (device && is_named(*device));
}

bool selection::has(const vf_info& vf)
{
	if (has(vf.pf_index, vf.pf_name, vf.number, vf.name))
		return true;
	if (!is_address(vf.bus_address))
		return false;
	vfs_.emplace(vf.pf_index, vf.number);
	return true;
}

bool selection::has(const vf_stats& stats) const
{
	return has(stats.pf_index, stats.pf_name, stats.number, stats.name);
}

bool selection::has(const pf_info& pf) const
{
	return empty() || pfs_.count(pf.index) > 0 || is_named(pf.name) ||
	       is_address(pf.bus_address);
}

} // namespace vfctl::tool
