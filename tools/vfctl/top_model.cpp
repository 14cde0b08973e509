// SPDX-License-Identifier: GPL-2.0-only
#include "top_model.hpp"

#include <algorithm>
#include <tuple>

namespace vfctl::tool {
namespace {

std::optional<double> part(std::optional<double> of, std::optional<rate> whole)
{
	if (!of || !whole || whole->is_none())
		return std::nullopt;
	return *of / static_cast<double>(whole->bits_per_sec());
}

std::optional<double> figure(const top_row& row, top_sort by)
{
	switch (by) {
	case top_sort::tx:
		return row.now.tx_bits;
	case top_sort::rx:
		return row.now.rx_bits;
	case top_sort::use:
		return use_of(row);
	case top_sort::device:
		break;
	}
	return std::nullopt;
}

auto device(const top_row& row)
{
	return std::tie(row.vf.pf_index, row.vf.number);
}

void add(std::optional<double>& to, std::optional<double> what)
{
	if (what)
		to = to.value_or(0) + *what;
}

void add(traffic& to, const traffic& what)
{
	add(to.tx_bits, what.tx_bits);
	add(to.rx_bits, what.rx_bits);
	add(to.tx_packets, what.tx_packets);
	add(to.rx_packets, what.rx_packets);
}

} // namespace

std::optional<rate> limit_of(const vf_info& vf)
{
	return vf.effective ? vf.effective : vf.hard;
}

std::optional<double> packets_of(const traffic& now)
{
	auto sum = now.rx_packets;
	add(sum, now.tx_packets);
	return sum;
}

std::optional<double> use_of(const top_row& row)
{
	return part(row.now.tx_bits, smaller(limit_of(row.vf).value_or(rate::none()),
					     row.vf.link_speed.value_or(rate::none())));
}

std::optional<double> use_of(const top_pf& pf)
{
	return part(pf.now.tx_bits, pf.pf.link_speed);
}

void sort_rows(std::vector<top_row>& rows, const top_view& view)
{
	const auto before = [&view](const top_row& a, const top_row& b) {
		if (view.by == top_sort::device)
			return view.reverse ? device(b) < device(a) : device(a) < device(b);
		const auto x = figure(a, view.by);
		const auto y = figure(b, view.by);
		if (x.has_value() != y.has_value())
			return x.has_value();
		if (x && *x != *y)
			return view.reverse ? *x < *y : *y < *x;
		return device(a) < device(b);
	};
	std::stable_sort(rows.begin(), rows.end(), before);
}

std::vector<top_pf> totals(const std::vector<pf_info>& known, const std::vector<top_row>& rows)
{
	std::vector<top_pf> out;
	for (const auto& pf : known) {
		top_pf sum;
		for (const auto& row : rows) {
			if (row.vf.pf_index != pf.index)
				continue;
			++sum.vfs;
			add(sum.now, row.now);
		}
		if (sum.vfs == 0)
			continue;
		sum.pf = pf;
		out.push_back(std::move(sum));
	}
	return out;
}

top_pf total(const std::vector<top_pf>& pfs, std::size_t from)
{
	top_pf sum;
	for (std::size_t i = from; i < pfs.size(); ++i) {
		sum.vfs += pfs[i].vfs;
		add(sum.now, pfs[i].now);
	}
	return sum;
}

} // namespace vfctl::tool
