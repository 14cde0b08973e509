// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include <vfctl/client.hpp>

namespace vfctl::test {

/// A host with PFs and VFs that lives in memory, for a client to talk to.
struct fake_host {
	std::vector<pf_info> pfs;
	std::vector<vf_info> vfs;
	std::vector<vf_stats> stats;

	/// What was set, in order: "eth0/1 hard=500Mbit soft=none".
	std::vector<std::string> requests;

	/// Throws what the kernel would, before anything is set.
	std::function<void(const vf_info&, const limits&)> refuse = [](const auto&, const auto&) {
	};

	/// Before counters are read; may change them.
	std::function<void(fake_host&)> on_read = [](fake_host&) {
	};

	backend_type type = backend_type::module;

	pf_info& pf(const std::string& name);
	vf_info& vf(const std::string& pf, std::uint32_t number);
};

/// Two PFs as the module tells of them: eth0 with three VFs, that can do what an 82576 can, and
/// ens1f1 with one, that has minimum rates too.
std::shared_ptr<fake_host> make_host();

/// The same as rtnetlink tells of it.
std::shared_ptr<fake_host> make_host_without_module();

/// The moment at which the samples of make_host() were taken.
std::chrono::steady_clock::time_point sample_time();

/// A client of it.
client connect(std::shared_ptr<fake_host> host);

/// Refuses as the kernel does.
[[noreturn]] void refuse(const std::string& operation, std::errc code, const std::string& message);

} // namespace vfctl::test
