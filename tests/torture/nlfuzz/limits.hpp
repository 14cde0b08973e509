// SPDX-License-Identifier: GPL-2.0-only
// What orders are to change, and nothing else: the limits of VFs and the intervals of PFs.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "draft.hpp"
#include "dump.hpp"
#include "family.hpp"
#include "socket.hpp"

namespace nlfuzz {

struct vf_limits {
	std::uint64_t hard = 0;
	std::uint64_t soft = 0;
	std::optional<std::uint64_t> min;
	std::optional<std::uint32_t> guest_soft;

	friend bool operator==(const vf_limits&, const vf_limits&) = default;
};

struct pf_settings {
	std::uint32_t interval = 0;
	std::uint32_t keep_limits = 0;

	friend bool operator==(const pf_settings&, const pf_settings&) = default;
};

/// Index of the PF, number of the VF.
using vf_key = std::pair<std::uint32_t, std::uint32_t>;

class limits {
public:
	/// \throws std::system_error, std::runtime_error
	static limits read(netlink_socket& socket, const family& of);

	/// What an order does that was not refused; false where it names nothing that is there.
	bool obey(const draft& order);

	/// The first difference, in words; empty where there is none.
	std::string difference(const limits& to) const;

	friend bool operator==(const limits& a, const limits& b)
	{
		return a.vfs_ == b.vfs_ && a.pfs_ == b.pfs_;
	}

private:
	void learn_vf(const row& from);
	void learn_pf(const row& from);
	std::optional<std::uint32_t> find_pf(const draft& order, std::uint16_t index,
					     std::uint16_t name) const;
	std::optional<vf_key> find_vf(const draft& order) const;
	bool obey_vf(const draft& order);
	bool obey_pf(const draft& order);

	std::map<vf_key, vf_limits> vfs_;
	std::map<std::uint32_t, pf_settings> pfs_;
	std::map<std::string, std::uint32_t> pf_names_;
	std::map<std::string, vf_key> stub_names_;
	std::map<std::uint32_t, vf_key> stub_indices_;
};

/// Is it an order, with a header that lets it through to its handler?
bool is_order(const draft& what, const family& of);

} // namespace nlfuzz
