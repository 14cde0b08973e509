// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <memory>
#include <string>

namespace vfctl::daemon {

/// Where the daemon has its files.
struct daemon_paths {
	std::string config = "/etc/vfctl/vfctld.toml";
	std::string state_folder = "/var/lib/vfctld";
	std::string run_time_folder = "/run/vfctld"; ///< of the control socket too
};

/// The whole of vfctld: an event loop in which the controller gets events of the kernel and its
/// periods, the control socket its requests, and signals are heard: SIGHUP reads the policy again,
/// SIGTERM and SIGINT end it. systemd is told when it is ready (sd_notify(3)).
class daemon {
public:
	/// \throws policy_error, vfctl::error, std::system_error  where it cannot begin
	explicit daemon(daemon_paths paths);
	daemon(const daemon&) = delete;
	daemon& operator=(const daemon&) = delete;
	~daemon();

	/// Until it is told to end.
	/// \return exit status
	int run();

private:
	struct impl;
	std::unique_ptr<impl> impl_;
};

} // namespace vfctl::daemon
