// SPDX-License-Identifier: GPL-2.0-only
#include <cstdio>
#include <exception>
#include <optional>
#include <string>

#include <CLI/CLI.hpp>
#include <fmt/core.h>

#include <vfctl/error.hpp>
#include <vfctl/rate.hpp>

#include "atomic_file.hpp"
#include "host_channel.hpp"
#include "vsock.hpp"

namespace {

using vfctl::rate;
using vfctl::tool::json;

constexpr int status_usage = 1;
constexpr int status_failed = 2;

struct arguments {
	std::uint32_t port = vfctl::tool::default_vsock_port;
	bool as_json = false;
	std::vector<std::string> soft; // [VF] RATE
};

std::string limit(const json& vf, const char* key)
{
	const auto found = vf.find(key);
	if (found == vf.end() || !found->is_number_unsigned())
		return "-";
	return to_string(rate::from_bits_per_sec(found->get<std::uint64_t>()));
}

void print(const json& answer, bool as_json)
{
	if (as_json) {
		fmt::print("{}\n", vfctl::tool::to_text(answer));
		return;
	}
	constexpr const char* line = "{:17}  {:>8}  {:>8}  {:>9}  {}\n";
	fmt::print(line, "VF", "HARD", "SOFT", "EFFECTIVE", "STATE");
	for (const auto& vf : answer.at("vfs"))
		fmt::print(line, vf.value("mac", "-"), limit(vf, "hard_bits_per_sec"),
			   limit(vf, "soft_bits_per_sec"), limit(vf, "effective_bits_per_sec"),
			   vf.value("state", "-"));
}

// A VF is named by its MAC address, which is also that of its device here.
std::string mac_of(const std::string& vf)
{
	if (vf.find(':') != std::string::npos)
		return vf;
	try {
		std::string mac = vfctl::tool::read_file("/sys/class/net/" + vf + "/address");
		return mac.substr(0, mac.find('\n'));
	} catch (const std::exception&) {
		throw CLI::ValidationError(
			fmt::format("'{}' is neither a network device nor a MAC address", vf));
	}
}

json request_for(const arguments& args)
{
	if (args.soft.empty())
		return {{"request", "show"}};
	json request = {{"request", "set-soft"}};
	try {
		std::string note;
		request["rate"] = rate::parse(args.soft.back(), &note).bits_per_sec();
		if (!note.empty())
			fmt::print(stderr, "vfctl-guest: {}\n", note);
	} catch (const vfctl::error& e) {
		throw CLI::ValidationError(e.what());
	}
	if (args.soft.size() > 1)
		request["vf"] = mac_of(args.soft.front());
	return request;
}

void describe(CLI::App& app, arguments& args)
{
	app.set_version_flag("-V,--version", "vfctl-guest " VFCTL_VERSION, "print the version");
	app.add_flag("-j,--json", args.as_json, "the host's answer as it is");
	app.add_option("--port", args.port, "of vsock, on which vfctld of the host listens")
		->option_text("PORT");
	CLI::App* soft = app.add_subcommand("soft", "Set the soft limit: [VF] RATE");
	soft->fallthrough();
	soft->add_option("LIMIT", args.soft,
			 "a rate, as in 100mbit, or none; before it, where there are several, the "
			 "VF: its device here, or its MAC address")
		->expected(1, 2)
		->required()
		->option_text("[VF] RATE");
	app.require_subcommand(0, 1);
	app.footer("Without a command, limits of this machine's VFs are shown.");
}

} // namespace

int main(int argc, char** argv)
{
	arguments args;
	CLI::App app("Limits of this virtual machine's VFs, as its host has them.", "vfctl-guest");
	describe(app, args);
	try {
		app.parse(argc, argv);
		const json request = request_for(args);
		print(vfctl::guest::host_channel(args.port).ask(request), args.as_json);
		return 0;
	} catch (const CLI::Success& e) {
		return app.exit(e);
	} catch (const CLI::ParseError& e) {
		fmt::print(stderr, "vfctl-guest: {}\n", e.what());
		return status_usage;
	} catch (const std::exception& e) {
		fmt::print(stderr, "vfctl-guest: {}\n", e.what());
		return status_failed;
	}
}
