// SPDX-License-Identifier: GPL-2.0-only
#include "command.hpp"

#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <system_error>

#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <fmt/core.h>

#include "input.hpp"
#include "table.hpp"
#include "units.hpp"

namespace vfctl::tool {

namespace {

constexpr const char* default_socket = "/run/vfctld/control";

// As long as any answer is; what is longer comes from something else than vfctld.
constexpr std::size_t longest_answer = std::size_t{16} << 20;

// Longer than any period, shorter than one's patience.
constexpr timeval patience{.tv_sec = 10, .tv_usec = 0};

struct descriptor {
	int fd;

	explicit descriptor(int f) : fd(f) {}
	descriptor(const descriptor&) = delete;
	descriptor& operator=(const descriptor&) = delete;
	~descriptor() { ::close(fd); }
};

[[noreturn]] void fail(const std::string& path, int code)
{
	const char* hint = "";
	if (code == ENOENT || code == ECONNREFUSED)
		hint = " (is vfctld running?)";
	else if (code == EACCES)
		hint = " (root may, and the group that vfctld gives its socket to)";
	throw std::runtime_error(fmt::format("cannot ask vfctld at {}: {}{}", path,
					     std::generic_category().message(code), hint));
}

void connect_to(int fd, const std::string& path)
{
	sockaddr_un address{};
	address.sun_family = AF_UNIX;
	if (path.size() >= sizeof(address.sun_path))
		fail(path, ENAMETOOLONG);
	std::memcpy(address.sun_path, path.c_str(), path.size() + 1);
	::setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
	::setsockopt(fd, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof(patience));
	if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) != 0)
		fail(path, errno);
}

std::string converse(const std::string& path, const std::string& request)
{
	const descriptor to(::socket(AF_UNIX, SOCK_STREAM | SOCK_CLOEXEC, 0));
	connect_to(to.fd, path);
	if (::send(to.fd, request.data(), request.size(), MSG_NOSIGNAL) !=
	    static_cast<ssize_t>(request.size()))
		fail(path, errno);
	std::string answer;
	std::array<char, 65536> buffer{};
	while (answer.find('\n') == std::string::npos) {
		const ssize_t n = ::recv(to.fd, buffer.data(), buffer.size(), 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n <= 0 || answer.size() > longest_answer)
			fail(path, n < 0 ? errno : EPROTO);
		answer.append(buffer.data(), static_cast<std::size_t>(n));
	}
	return answer;
}

json ask(const std::string& path, const std::string& command)
{
	const json request = {{"version", 1}, {"command", command}};
	json answer = json::parse(converse(path, to_text(request) + '\n'), nullptr, false);
	if (!answer.is_object())
		fail(path, EPROTO);
	if (const auto error = answer.find("error"); error != answer.end())
		throw std::runtime_error(error->is_string() ? error->get<std::string>()
							    : error->dump());
	return answer;
}

template <typename T> std::optional<T> get(const json& from, const char* key)
{
	const auto found = from.find(key);
	if (found == from.end() || found->is_null())
		return std::nullopt;
	return found->get<T>();
}

std::string limit_text(const json& vf, const char* key, bool raw)
{
	const auto bits = get<std::uint64_t>(vf, key);
	return show_limit(bits ? std::optional(rate::from_bits_per_sec(*bits)) : std::nullopt, raw);
}

std::string note_of(const json& vf)
{
	if (vf.value("lost", false))
		return "no new samples";
	if (const auto failure = get<std::string>(vf, "last_failure"))
		return *failure;
	return vf.value("pending_reason", "");
}

void print_status(context& ctx, const json& status)
{
	if (status.value("paused", false))
		ctx.note("vfctld is paused: `vfctl controller resume` lets it go on");
	if (!status.value("module", true))
		ctx.note("the module vfctl is not loaded");
	table lines({{"VF"},
		     {"MODE"},
		     {"USE", align::right},
		     {"DEMAND", align::right},
		     {"SHARE", align::right},
		     {"HARD", align::right},
		     {"SOFT", align::right},
		     {"NOTE"}});
	const bool raw = ctx.output.raw;
	for (const auto& vf : status.at("vfs")) {
		const bool managed = vf.contains("share_bits_per_sec");
		const auto demand = get<double>(vf, "demand_bits_per_sec");
		lines.add({vf.value("ifname", numbered(vf.value("pf", ""), vf.value("vf", 0U))),
			   vf.value("mode", ""),
			   show_bits(get<double>(vf, "use_bits_per_sec"), raw),
			   managed && !demand ? "all" : show_bits(demand, raw),
			   show_bits(get<double>(vf, "share_bits_per_sec"), raw),
			   limit_text(vf, "hard_bits_per_sec", raw),
			   limit_text(vf, "soft_bits_per_sec", raw), note_of(vf)});
	}
	ctx.print(lines);
}

void print_policy(context& ctx, const json& policy)
{
	table lines({{"RULE"},
		     {"FOR"},
		     {"MODE"},
		     {"WEIGHT", align::right},
		     {"MIN", align::right},
		     {"MAX", align::right},
		     {"GROUP"}});
	const bool raw = ctx.output.raw;
	for (const auto& pf : policy.at("pfs")) {
		const auto capacity = limit_text(pf, "capacity_bits_per_sec", raw);
		lines.add({"pf", pf.value("device", ""), "", "", "",
			   capacity.empty() ? "link" : capacity, ""});
	}
	for (const auto& group : policy.at("groups"))
		lines.add({"group", group.value("name", ""), "",
			   fmt::format("{:g}", group.value("weight", 1.0)), "",
			   limit_text(group, "max_bits_per_sec", raw), ""});
	for (const auto& vf : policy.at("vfs")) {
		// The first key is what it is named by.
		lines.add({"vf", vf.begin().value().get<std::string>(), vf.value("mode", ""),
			   fmt::format("{:g}", vf.value("weight", 1.0)),
			   limit_text(vf, "min_bits_per_sec", raw),
			   limit_text(vf, "max_bits_per_sec", raw), vf.value("group", "")});
	}
	ctx.print(lines);
}

void controller_command(context& ctx, const std::string& socket, const std::string& what)
{
	const json answer = ask(socket, what);
	if (what != "status" && what != "policy")
		return;
	if (ctx.output.json)
		ctx.print_json(answer);
	else if (what == "status")
		print_status(ctx, answer);
	else
		print_policy(ctx, answer);
}

} // namespace

void add_controller(CLI::App& app, context& ctx)
{
	CLI::App& command = add_command(app, "controller", "Ask vfctld, or tell it what to do",
					"vfctl controller status\n"
					"vfctl controller pause\n"
					"vfctl -j controller policy");
	const auto socket = std::make_shared<std::string>(default_socket);
	command.add_option("--socket", *socket, "where it listens")->option_text("PATH");
	command.require_subcommand(1, 1);
	for (const auto& [name, help] :
	     {std::pair("status", "What it sees and decides"),
	      std::pair("policy", "What it was told"),
	      std::pair("pause", "Have it leave limits as they are, until resumed"),
	      std::pair("resume", "Have it go on"),
	      std::pair("reload", "Have it read its policy again")}) {
		command.add_subcommand(name, help)
			->fallthrough()
			->callback([&ctx, socket, name = std::string(name)] {
				controller_command(ctx, *socket, name);
			});
	}
}

} // namespace vfctl::tool
