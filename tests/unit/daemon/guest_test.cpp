// SPDX-License-Identifier: GPL-2.0-only
#include <cstring>
#include <filesystem>
#include <optional>
#include <string>
#include <vector>

#include <nlohmann/json.hpp>
#include <spdlog/spdlog.h>
#include <sys/socket.h>
#include <sys/un.h>
#include <unistd.h>

#include <vfctl/error.hpp>

#include "../catch.hpp"

#include "control_socket.hpp"
#include "guest_protocol.hpp"
#include "guest_service.hpp"
#include "line_server.hpp"
#include "request_budget.hpp"

namespace {

using namespace vfctl;
using namespace vfctl::daemon;
using namespace std::chrono_literals;
using nlohmann::json;

vf_info vf_with(std::uint8_t number)
{
	vf_info vf;
	vf.pf_name = "eth0";
	vf.number = number;
	vf.mac = mac_address{2, 0, 0, 0, 0, number};
	vf.hard = rate::from_mbits_per_sec(400);
	vf.soft = rate::none();
	return vf;
}

// The guest with CID 3 has VF 1, that with CID 4 VFs 2 and 3.
class some_guests : public guest_host {
public:
	std::vector<vf_info> vfs_of(std::uint32_t cid) override
	{
		if (cid == 3)
			return {vfs[0]};
		if (cid == 4)
			return {vfs[1], vfs[2]};
		// What is no vsock has CID 0.
		return cid == 0 ? std::vector{vfs[0]} : std::vector<vf_info>();
	}

	bool may_set_soft(const vf_info& /*unused*/) override { return allowed; }

	void set_soft(const vf_info& vf, rate limit) override
	{
		if (smaller(limit, *vf.hard) != limit || limit == *vf.hard)
			throw error("set limits", std::make_error_code(std::errc::invalid_argument),
				    "soft limit above the hard one");
		vfs.at(vf.number - 1U).soft = limit;
	}

	std::vector<vf_info> vfs{vf_with(1), vf_with(2), vf_with(3)};
	bool allowed = true;
};

json ask(guest_host& host, std::uint32_t cid, const std::string& line)
{
	const guest_answer made = answer_guest(cid, line, host);
	json answer = json::parse(made.line);
	CHECK(answer["version"] == 1);
	CHECK((made.outcome == guest_outcome::granted) == !answer.contains("error"));
	CHECK((made.outcome == guest_outcome::malformed) ==
	      (answer.value("code", "") == "malformed"));
	return answer;
}

// A server on a UNIX socket, in whose place a test waits.
class served {
public:
	explicit served(line_limits limits, line_server::handlers use)
	    : path_(std::filesystem::temp_directory_path() /
		    ("vfctl-line-test-" + std::to_string(::getpid())))
	{
		sd_event* loop = nullptr;
		checked(sd_event_new(&loop), "make a loop");
		loop_.reset(loop);
		server_.emplace(loop, listen_for_control(path_.string(), "no-such-group"), limits,
				std::move(use));
	}
	served(const served&) = delete;
	served& operator=(const served&) = delete;
	~served()
	{
		for (const int fd : fds_)
			::close(fd);
		std::filesystem::remove(path_);
	}

	int connect()
	{
		sockaddr_un address{};
		address.sun_family = AF_UNIX;
		std::strncpy(address.sun_path, path_.c_str(), sizeof(address.sun_path) - 1);
		const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		REQUIRE(::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address)) == 0);
		fds_.push_back(fd);
		run();
		return fd;
	}

	void send(int fd, const std::string& text)
	{
		REQUIRE(::send(fd, text.data(), text.size(), MSG_NOSIGNAL) ==
			static_cast<ssize_t>(text.size()));
		run();
	}

	// All that has come; "END" where the other side has ended the connection.
	std::string receive(int fd)
	{
		run();
		std::string text;
		char buffer[4096];
		ssize_t n = 0;
		while ((n = ::recv(fd, buffer, sizeof(buffer), 0)) > 0) {
			text.append(buffer, static_cast<std::size_t>(n));
			run();
		}
		return n == 0 || errno == ECONNRESET ? text + "END" : text;
	}

	void run(std::uint64_t usec = 0)
	{
		for (int i = 0; i < 50 && sd_event_run(loop_.get(), i == 0 ? usec : 0) > 0; ++i) {
		}
	}

private:
	std::filesystem::path path_;
	event_loop loop_;
	std::optional<line_server> server_;
	std::vector<int> fds_;
};

line_server::handlers echo()
{
	return {.reply =
			[](std::uint32_t /*unused*/, std::string_view line) {
				return line_server::answer{"<" + std::string(line) + ">",
							   line == "bye"};
			},
		.may_connect = nullptr,
		.broke_rules = nullptr};
}

} // namespace

TEST_CASE("A guest sees its own VFs and sets their soft limits")
{
	some_guests host;
	const auto shown = ask(host, 3, R"({"version":1,"request":"show"})");
	REQUIRE(shown["vfs"].size() == 1);
	CHECK(shown["vfs"][0]["mac"] == "02:00:00:00:00:01");
	CHECK(shown["vfs"][0]["hard_bits_per_sec"] == 400'000'000);
	CHECK(shown["vfs"][0]["soft_bits_per_sec"] == 0);
	CHECK_FALSE(shown["vfs"][0].contains("pf"));
	const auto set = ask(host, 3, R"({"version":1,"request":"set-soft","rate":"100mbit"})");
	CHECK(set["vfs"][0]["soft_bits_per_sec"] == 100'000'000);
	ask(host, 3, R"({"version":1,"request":"set-soft","rate":50000000,"later":"key"})");
	CHECK(host.vfs[0].soft == rate::from_mbits_per_sec(50));
	ask(host, 4,
	    R"({"version":1,"request":"set-soft","vf":"02:00:00:00:00:03","rate":"7mbit"})");
	CHECK(host.vfs[2].soft == rate::from_mbits_per_sec(7));
	CHECK(host.vfs[1].soft == rate::none());
}

TEST_CASE("What a guest may not, it is told")
{
	some_guests host;
	const auto code = [&](std::uint32_t cid, const std::string& line) {
		return ask(host, cid, line).value("code", "");
	};
	CHECK(code(3, R"({"version":1,"request":"set-soft","vf":"02:00:00:00:00:02","rate":0})") ==
	      code(3, R"({"version":1,"request":"set-soft","vf":"02:00:00:00:00:99","rate":0})"));
	CHECK(code(4, R"({"version":1,"request":"set-soft","rate":1000000})") == "which-vf");
	CHECK(code(5, R"({"version":1,"request":"set-soft","rate":1000000})") == "no-vf");
	CHECK(ask(host, 5, R"({"version":1,"request":"show"})")["vfs"].empty());
	const auto above = ask(host, 3, R"({"version":1,"request":"set-soft","rate":"1gbit"})");
	CHECK(above["code"] == "refused");
	CHECK(above["error"] == "soft limit above the hard one");
	CHECK(code(3, R"({"version":1,"request":"set-soft","rate":"fast"})") == "refused");
	host.allowed = false;
	CHECK(code(3, R"({"version":1,"request":"set-soft","rate":1000000})") == "forbidden");
	CHECK(host.vfs[0].soft == rate::none());
}

TEST_CASE("What is no request is malformed, and what is a later one is not")
{
	some_guests host;
	for (const char* bad :
	     {"", "x", "[]", "{}", "{\"version\":\"1\"}", R"({"version":1})",
	      R"({"version":1,"request":3})", R"({"version":1,"request":"set-soft"})",
	      R"({"version":1,"request":"set-soft","rate":-1})",
	      R"({"version":1,"request":"set-soft","rate":1e99})",
	      R"({"version":1,"request":"show","x":[[[[[[[[]]]]]]]]})", "\xff", "{\"version\":1"}) {
		INFO(bad);
		CHECK(ask(host, 3, bad)["code"] == "malformed");
	}
	CHECK(ask(host, 3, R"({"version":2,"request":"show"})")["code"] == "unsupported-version");
	CHECK(ask(host, 3, R"({"version":1,"request":"dance"})")["code"] == "unknown-request");
}

TEST_CASE("A guest has so many requests per second, and who goes on is cut off")
{
	request_budget budget(10);
	auto now = request_budget::time_point(100s);
	for (int i = 0; i < 20; ++i)
		CHECK(budget.take(3, now));
	CHECK_FALSE(budget.take(3, now));
	CHECK(budget.is_cut_off(3, now));
	CHECK_FALSE(budget.is_cut_off(4, now));
	CHECK(budget.take(4, now));
	CHECK_FALSE(budget.is_cut_off(3, now + 10s));
	now += 20s;
	for (int i = 0; i < 1000; ++i) {
		now += 100ms;
		REQUIRE(budget.take(3, now));
	}
	CHECK(budget.cut_offs() == 1);
}

TEST_CASE("Of guests that come and go, nothing is remembered")
{
	request_budget budget(10);
	auto now = request_budget::time_point(100s);
	for (std::uint32_t cid = 3; cid < 10'000; ++cid) {
		now += 10ms;
		budget.take(cid, now);
	}
	CHECK(budget.size() < 1000);
}

TEST_CASE("Lines are answered, however they come")
{
	served s({}, echo());
	const int one = s.connect();
	s.send(one, "a\nb\n");
	CHECK(s.receive(one) == "<a>\n<b>\n");
	s.send(one, "half");
	CHECK(s.receive(one).empty());
	const int two = s.connect();
	s.send(two, "c\n");
	CHECK(s.receive(two) == "<c>\n");
	s.send(one, " whole\nbye\nnever\n");
	CHECK(s.receive(one) == "<half whole>\n<bye>\nEND");
	::shutdown(two, SHUT_WR);
	CHECK(s.receive(two) == "END");
}

TEST_CASE("The control socket is for its owner and its group")
{
	const auto path = std::filesystem::temp_directory_path() /
			  ("vfctl-socket-test-" + std::to_string(::getpid()));
	const int first = listen_for_control(path.string(), "no-such-group");
	CHECK(std::filesystem::status(path).permissions() == std::filesystem::perms(0660));
	CHECK_THROWS_WITH(listen_for_control(path.string(), ""),
			  Catch::Contains("another vfctld does"));
	::close(first);
	::close(listen_for_control(path.string(), "")); // what one that was killed left
	std::filesystem::remove(path);
}

TEST_CASE("A line that is too long ends the connection, and others go on")
{
	int broken = 0;
	auto use = echo();
	use.broke_rules = [&](std::uint32_t /*unused*/) {
		++broken;
	};
	served s({.longest_line = 100, .connections = 16, .per_peer = 16, .idle = 0s}, use);
	const int good = s.connect();
	const int bad = s.connect();
	s.send(bad, std::string(90, 'x'));
	s.send(good, "a\n");
	CHECK(s.receive(good) == "<a>\n");
	s.send(bad, std::string(90, 'x'));
	CHECK(s.receive(bad) == "END");
	CHECK(broken == 1);
	s.send(good, "b\n");
	CHECK(s.receive(good) == "<b>\n");
}

TEST_CASE("Who does not read its answers gets no more of them made")
{
	int made = 0;
	served s({.longest_line = 100, .connections = 16, .per_peer = 16, .idle = 0s},
		 {.reply =
			  [&](std::uint32_t /*unused*/, std::string_view /*unused*/) {
				  ++made;
				  return line_server::answer{std::string(100'000, 'y')};
			  },
		  .may_connect = nullptr,
		  .broke_rules = nullptr});
	const int fd = s.connect();
	for (int i = 0; i < 40; ++i)
		::send(fd, "x\n", 2, MSG_NOSIGNAL);
	s.run();
	CHECK(made < 40);
	std::string all;
	for (int i = 0; i < 200 && made < 40; ++i)
		all += s.receive(fd);
	CHECK(made == 40);
}

TEST_CASE("Connections are counted, and idle ones end")
{
	served s({.longest_line = 100, .connections = 3, .per_peer = 2, .idle = 3s}, echo());
	const int one = s.connect();
	s.connect();
	const int third = s.connect();
	CHECK(s.receive(third) == "END");
	s.send(one, "a\n");
	CHECK(s.receive(one) == "<a>\n");
	std::string said;
	for (int i = 0; i < 60 && said.empty(); ++i) {
		s.run(500'000);
		said = s.receive(one);
	}
	CHECK(said == "END");
	const int again = s.connect();
	s.send(again, "b\n");
	CHECK(s.receive(again) == "<b>\n");
}

TEST_CASE("A guest that sends nonsense or floods is cut off")
{
	spdlog::set_level(spdlog::level::off);
	const auto path = std::filesystem::temp_directory_path() /
			  ("vfctl-guest-test-" + std::to_string(::getpid()));
	some_guests host;
	sd_event* raw = nullptr;
	checked(sd_event_new(&raw), "make a loop");
	const event_loop loop(raw);
	guest_service service(raw, listen_for_control(path.string(), ""), host, 10);
	const auto talk = [&](const std::string& text) {
		sockaddr_un address{};
		address.sun_family = AF_UNIX;
		std::strncpy(address.sun_path, path.c_str(), sizeof(address.sun_path) - 1);
		const int fd = ::socket(AF_UNIX, SOCK_STREAM | SOCK_NONBLOCK, 0);
		::connect(fd, reinterpret_cast<sockaddr*>(&address), sizeof(address));
		::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
		for (int i = 0; i < 10 && sd_event_run(raw, 0) > 0; ++i) {
		}
		std::string said(65536, 0);
		const ssize_t n = ::recv(fd, said.data(), said.size(), 0);
		::close(fd);
		for (int i = 0; i < 10 && sd_event_run(raw, 0) > 0; ++i) {
		}
		return said.substr(0, n > 0 ? static_cast<std::size_t>(n) : 0);
	};
	CHECK(talk("{\"version\":1,\"request\":\"show\"}\n").find("hard_bits") !=
	      std::string::npos);
	CHECK(service.cut_offs() == 0);
	SECTION("nonsense")
	{
		CHECK(talk("nonsense\n").find("malformed") != std::string::npos);
	}
	SECTION("a flood")
	{
		std::string many;
		// Twice the budget, and what is added to it while a slow machine reads.
		for (int i = 0; i < 120; ++i)
			many += "{\"version\":1,\"request\":\"show\"}\n";
		CHECK(talk(many).find("too-many-requests") != std::string::npos);
	}
	SECTION("a line without an end")
	{
		CHECK(talk(std::string(5000, '{')).empty());
	}
	SECTION("connections without a request")
	{
		for (int i = 0; i < 120 && service.cut_offs() == 0; ++i)
			talk("");
	}
	CHECK(service.cut_offs() == 1);
	CHECK(talk("{\"version\":1,\"request\":\"show\"}\n").empty());
	std::filesystem::remove(path);
}
