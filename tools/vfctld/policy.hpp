// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include <vfctl/pf.hpp>
#include <vfctl/rate.hpp>
#include <vfctl/vf.hpp>

namespace vfctl::daemon {

/// What vfctld does with the hard limit of a VF.
enum class vf_mode : std::uint8_t {
	observe, ///< nothing: it is counted, never written
	adopt,   ///< sets it; what somebody else sets is taken as a cap from then on
	enforce, ///< sets it; what somebody else sets is corrected
};

/// "observe", "adopt", "enforce".
std::string_view to_string(vf_mode mode);

/// Where in its files a policy says something.
struct place {
	std::string file;
	std::size_t line = 0; ///< 0: nowhere
};

/// How a rule names the VFs that it is for.
enum class match_kind : std::uint8_t {
	device,  ///< "veth0.1" or "eth0/1"
	mac,     ///< "52:54:00:00:00:01"
	address, ///< PCI address: "0000:01:10.1"
	name,    ///< pattern of the stub's name, as a shell's: "veth0.*"
};

/// A [[vf]] of the file.
struct vf_rule {
	match_kind kind = match_kind::device;
	std::string match;
	vf_mode mode = vf_mode::observe;
	double weight = 1;      ///< above 0
	rate min;               ///< guaranteed while it is asked for; none: nothing is
	rate max;               ///< hard cap; none: the link's
	std::string group;      ///< empty: it is its own
	bool guest_soft = true; ///< may its guest set a soft limit over vsock?
	place where;
};

/// A [[pf]] of the file: what its VFs may send together.
struct pf_rule {
	std::string device; ///< name or PCI address
	rate capacity;      ///< none: the speed of its link
	place where;
};

/// A [[group]] of the file: VFs that share, over all PFs.
struct group_rule {
	std::string name;
	double weight = 1; ///< against other groups, and VFs that have none
	rate max;          ///< for all of its VFs together; none: no cap
	place where;
};

/// A [[guest]] of the file: which VFs a virtual machine owns, known by its vsock address.
struct guest_rule {
	std::uint32_t cid = 0;
	std::vector<std::string> vfs; ///< each as vf_ref reads it, or a MAC address
	place where;
};

/// What to do with a VF whose samples stay away.
enum class lost_action : std::uint8_t {
	hold, ///< leave its limit as it is
	safe, ///< limit it to policy::safe_limit
};

/// What vfctld is told to do.
struct policy {
	std::chrono::milliseconds period{100};
	double step =
		0.01; ///< a limit is written when it differs by more than this part of the one in force
	std::chrono::milliseconds lost_after{2000}; ///< without a sample
	lost_action on_lost = lost_action::hold;
	rate safe_limit;
	place times; ///< of the last [controller]

	std::string metrics_listen = "127.0.0.1:9808"; ///< empty: no metrics
	bool guest_channel = false;                    ///< listen on vsock
	std::uint32_t guest_port = 8257;
	double guest_requests_per_sec = 10; ///< of one guest, on average

	std::vector<pf_rule> pfs;
	std::vector<group_rule> groups;
	std::vector<vf_rule> vfs; ///< the first that matches counts
	std::vector<guest_rule> guests;
};

/// The first rule that is for a VF; null where none is.
const vf_rule* rule_for(const policy& from, const vf_info& vf);

/// The rule for a PF; null where there is none.
const pf_rule* rule_for(const policy& from, const pf_info& pf);

} // namespace vfctl::daemon
