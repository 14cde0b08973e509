// SPDX-License-Identifier: GPL-2.0-only
#include <cstdio>
#include <cstdlib>
#include <exception>
#include <memory>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/core.h>
#include <spdlog/sinks/stdout_sinks.h>
#include <spdlog/sinks/systemd_sink.h>
#include <spdlog/spdlog.h>

#include "daemon.hpp"
#include "policy_file.hpp"

namespace {

using vfctl::daemon::daemon_paths;

constexpr int status_usage = 1;
constexpr int status_failed = 2;

// systemd says where by these; there can be several, of which the first counts.
void take_from_environment(std::string& folder, const char* name)
{
	const char* given = std::getenv(name);
	if (given != nullptr && *given != '\0')
		folder = std::string(given).substr(0, std::string(given).find(':'));
}

void set_up_log(const std::string& level)
{
	// Under systemd the journal has time, program and level of a line by itself.
	const bool journal = std::getenv("JOURNAL_STREAM") != nullptr;
	spdlog::sink_ptr sink;
	if (journal)
		sink = std::make_shared<spdlog::sinks::systemd_sink_st>("vfctld");
	else
		sink = std::make_shared<spdlog::sinks::stderr_sink_st>();
	auto log = std::make_shared<spdlog::logger>("vfctld", std::move(sink));
	if (!journal)
		log->set_pattern("%H:%M:%S.%e vfctld: %l: %v");
	log->set_level(spdlog::level::from_str(level));
	log->flush_on(spdlog::level::trace);
	spdlog::set_default_logger(std::move(log));
}

int check_config(const std::string& file)
{
	try {
		const auto policy = vfctl::daemon::load_policy(file);
		fmt::print("{}: {} PFs, {} groups, {} rules for VFs, {} guests\n", file,
			   policy.pfs.size(), policy.groups.size(), policy.vfs.size(),
			   policy.guests.size());
		return 0;
	} catch (const vfctl::daemon::policy_error& e) {
		for (const auto& problem : e.problems())
			fmt::print(stderr, "{}\n", problem);
	} catch (const std::exception& e) {
		fmt::print(stderr, "vfctld: {}\n", e.what());
	}
	return status_usage;
}

int run(const daemon_paths& paths)
{
	try {
		return vfctl::daemon::daemon(paths).run();
	} catch (const vfctl::daemon::policy_error& e) {
		for (const auto& problem : e.problems())
			spdlog::critical("{}", problem);
		return status_usage;
	} catch (const std::exception& e) {
		spdlog::critical("{}", e.what());
		return status_failed;
	}
}

} // namespace

int main(int argc, char** argv)
{
	daemon_paths paths;
	bool check = false;
	std::string level = "info";
	take_from_environment(paths.state_folder, "STATE_DIRECTORY");
	take_from_environment(paths.run_time_folder, "RUNTIME_DIRECTORY");
	CLI::App app("The traffic engineering controller of vfctl: gives each VF its share.",
		     "vfctld");
	app.set_version_flag("-V,--version", "vfctld " VFCTL_VERSION, "print the version");
	app.add_option("--config", paths.config, "the policy, with conf.d/ beside it")
		->option_text("FILE");
	app.add_option("--state-directory", paths.state_folder, "what outlives a reboot")
		->option_text("DIR");
	app.add_option("--runtime-directory", paths.run_time_folder,
		       "the control socket, and what lives until a reboot")
		->option_text("DIR");
	app.add_flag("--check-config", check, "say what is wrong with the policy, and end");
	app.add_option("--log-level", level, "debug, info, warning or error")
		->check(CLI::IsMember({"debug", "info", "warning", "error"}))
		->option_text("LEVEL");
	try {
		app.parse(argc, argv);
	} catch (const CLI::Success& e) {
		return app.exit(e);
	} catch (const CLI::ParseError& e) {
		fmt::print(stderr, "vfctld: {}\n", e.what());
		return status_usage;
	}
	if (check)
		return check_config(paths.config);
	set_up_log(level);
	return run(paths);
}
