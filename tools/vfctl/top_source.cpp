// SPDX-License-Identifier: GPL-2.0-only
#include "top_source.hpp"

#include <map>
#include <system_error>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include <vfctl/error.hpp>

namespace vfctl::tool {

top_source::top_source(context& ctx, selection wanted) : ctx_(ctx), wanted_(std::move(wanted))
{
	// What is wrong for good is to be told before there is a screen.
	ctx_.client();
}

top_model top_source::read()
{
	top_model now;
	now.backend = ctx_.client().backend();
	try {
		read(now);
		last_ = now;
		return now;
	} catch (const error& e) {
		// Torn dumps: nothing is wrong with what was known.
		if (e.code() == std::errc::resource_unavailable_try_again)
			now = last_;
		now.status = e.what();
		return now;
	}
}

void top_source::read(top_model& into)
{
	const auto& unknown = wanted_.resolve(ctx_.client());
	if (!unknown.empty())
		into.status = fmt::format("there is no PF or VF {} now", fmt::join(unknown, ", "));
	fill_rows(into);
	into.pfs = totals(ctx_.client().pfs(), into.rows);
	into.nothing = wanted_.empty()
			       ? "There are no VFs; see /sys/class/net/PF/device/sriov_numvfs."
			       : "There are no VFs of what was asked for.";
}

void top_source::fill_rows(top_model& into)
{
	using place = std::pair<std::uint32_t, std::uint32_t>;
	auto vfs = ctx_.client().vfs();
	ctx_.client().stats(stats_);
	const auto read_at = ctx_.now();
	std::map<place, const vf_stats*> of;
	for (const auto& sample : stats_)
		of.emplace(place(sample.pf_index, sample.number), &sample);
	for (auto& vf : vfs) {
		if (!wanted_.has(vf))
			continue;
		top_row row;
		if (vf.bus_address)
			row.driver = ctx_.driver_of(*vf.bus_address);
		const auto sample = of.find(place(vf.pf_index, vf.number));
		if (sample != of.end())
			row.now = meter_.update(*sample->second, read_at).value_or(traffic());
		row.vf = std::move(vf);
		into.rows.push_back(std::move(row));
	}
}

} // namespace vfctl::tool
