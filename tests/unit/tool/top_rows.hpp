// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <algorithm>
#include <cstdint>
#include <string>

#include "top_model.hpp"

namespace vfctl::test {

inline rate mbit(std::uint32_t m)
{
	return rate::from_mbits_per_sec(m);
}

/// A VF of "eth" and the PF's number, as the module tells of it, below a link of 1 Gbit/s.
inline tool::top_row row_of(std::uint32_t pf, std::uint32_t number, double tx_mbit,
			    rate limit = rate::none())
{
	tool::top_row row;
	row.vf.pf_index = 2 + pf;
	row.vf.pf_name = "eth" + std::to_string(pf);
	row.vf.number = number;
	row.vf.name = "veth" + std::to_string(pf) + "." + std::to_string(number);
	row.vf.link_speed = mbit(1000);
	row.vf.hard = row.vf.effective = limit;
	row.vf.state = limit.is_none() ? limit_state::none : limit_state::in_force;
	row.driver = "vfio-pci";
	row.now.period = std::chrono::seconds(1);
	row.now.tx_bits = tx_mbit * 1e6;
	row.now.rx_bits = tx_mbit * 1e5;
	row.now.tx_packets = tx_mbit * 80;
	row.now.rx_packets = tx_mbit * 10;
	return row;
}

/// The model of these rows, each PF with a link of 1 Gbit/s, sampled once a second.
inline tool::top_model model_of(std::vector<tool::top_row> rows)
{
	std::vector<pf_info> pfs;
	for (const auto& row : rows) {
		const auto is_its = [&](const pf_info& pf) {
			return pf.index == row.vf.pf_index;
		};
		if (std::any_of(pfs.begin(), pfs.end(), is_its))
			continue;
		pf_info pf;
		pf.index = row.vf.pf_index;
		pf.name = row.vf.pf_name;
		pf.link_speed = mbit(1000);
		pf.interval = std::chrono::seconds(1);
		pfs.push_back(pf);
	}
	tool::top_model model;
	model.backend = backend_type::module;
	model.pfs = tool::totals(pfs, rows);
	model.rows = std::move(rows);
	return model;
}

} // namespace vfctl::test
