// SPDX-License-Identifier: GPL-2.0-only
// Waiting for a monitor: its descriptor, wait(), and a module that is not there yet.
#include "../catch.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <utility>
#include <vector>

#include <sys/time.h>

#include <vfctl/error.hpp>
#include <vfctl/monitor.hpp>

#include "fake_monitor.hpp"
#include "genl.hpp"

using namespace vfctl;
using namespace vfctl::test;
using namespace std::chrono_literals;

TEST_CASE("the descriptor is readable until next() has nothing")
{
	fake_monitor m;

	CHECK_FALSE(m->next());
	CHECK_FALSE(readable(m->fd()));
	m.say_vf(1);
	CHECK(readable(m->fd()));
	CHECK(m.told() == words{"vf 1 changed"});
	CHECK_FALSE(readable(m->fd()));
}

TEST_CASE("the descriptor of a monitor that has a snapshot to tell is readable from the start")
{
	fake_monitor m({.config = true, .stats = false, .snapshot = true});

	m.answer_snapshot({0});
	// Waits for the descriptor before each call.
	words all;
	while (readable(m->fd()))
		if (const auto e = m->next())
			all.push_back(fake_monitor::in_words(*e));
	CHECK(all == words{"pf eth0 present", "vf 0 present", "synced"});
}

TEST_CASE("the descriptor is readable while the rest of a datagram is to be told")
{
	fake_monitor m;

	m.events->say(wire::concat({wire::notification(VFCTL_CMD_STATS_NTF, wire::stats(0)),
				    wire::notification(VFCTL_CMD_STATS_NTF, wire::stats(1))}));
	CHECK(readable(m->fd()));
	CHECK(m->next());
	CHECK(m.events->quiet());
	CHECK(readable(m->fd()));
	CHECK(m->next());
	CHECK_FALSE(readable(m->fd()));
}

TEST_CASE("the descriptor is readable while what failed is to be tried again")
{
	fake_monitor m({.config = true, .stats = false, .snapshot = true});

	m.asked->answer({wire::ack(ENOMEM)});
	error_of([&] { m->next(); });
	CHECK(readable(m->fd()));
	m.answer_snapshot({});
	CHECK(m.told() == words{"pf eth0 present", "synced"});
	CHECK_FALSE(readable(m->fd()));
}

TEST_CASE("the descriptor is readable after an overrun until all is told again")
{
	fake_monitor m;

	m.events->say(std::errc::no_buffer_space);
	m.answer_family();
	m.answer_snapshot({0});
	CHECK(m->next());
	CHECK(readable(m->fd()));
	CHECK(m.told() == words{"pf eth0 present", "vf 0 present", "synced"});
	CHECK_FALSE(readable(m->fd()));
}

TEST_CASE("a monitor that awaits the module says that it is not there, and tells all when it comes")
{
	monitor::options wanted;
	wanted.module = module_need::awaited;
	wanted.snapshot = true;
	fake_monitor m(wanted, fake_monitor::module_is::absent);

	CHECK(readable(m->fd()));
	CHECK(m.told() == words{"gone"});
	CHECK_FALSE(readable(m->fd()));
	CHECK(m.events->joined == std::vector<std::uint32_t>{wire::notify_group});

	m.answer_family(other_id, 9);
	m.answer_snapshot({0}, other_id);
	m.say_family(CTRL_CMD_NEWFAMILY, other_id);
	m.say_vf(0, other_id);
	CHECK(m.told() ==
	      words{"back", "pf eth0 present", "vf 0 present", "synced", "vf 0 changed"});
	CHECK(m.events->joined.back() == 9);
}

TEST_CASE("a monitor that awaits the module can be made while it goes")
{
	monitor::options wanted;
	wanted.module = module_need::awaited;

	SECTION("before its groups are joined")
	{
		fake_monitor m(wanted);
		m.events->join_answers = {{}, std::errc::no_such_file_or_directory};
		m.answer_no_family();
		CHECK(m.told() == words{"gone"});
		m.answer_family(other_id, 9);
		m.answer_snapshot({}, other_id);
		m.say_family(CTRL_CMD_NEWFAMILY, other_id);
		CHECK(m.told() == words{"back", "pf eth0 present", "synced"});
	}
	SECTION("before its groups are joined, and is back at once")
	{
		fake_monitor m(wanted);
		m.events->join_answers = {{}, std::errc::no_such_file_or_directory};
		m.answer_family(other_id, 9);
		CHECK(m.told().empty());
		CHECK(m.events->joined.back() == 9);
		m.say_vf(1, other_id);
		CHECK(m.told() == words{"vf 1 changed"});
	}
	SECTION("before the one PF that is wanted is found")
	{
		wanted.pf = pf_ref("eth0");
		fake_monitor m(wanted);
		m.answer_no_family();
		m.answer_no_family();
		CHECK(m.told().empty());
		m.say_family(CTRL_CMD_DELFAMILY);
		CHECK(m.told() == words{"gone"});
	}
}

TEST_CASE("a monitor of a family whose groups can never be joined is an error")
{
	fake_monitor m;

	m.events->join_answers = {{}};
	m.events->join_error = std::errc::no_such_file_or_directory;
	for (int i = 1; i < genl::attempts; i++)
		m.answer_family();
	CHECK(error_of([&] { *m; }).code() == std::errc::no_such_file_or_directory);
}

TEST_CASE("a monitor that awaits a module which is there is as any other")
{
	monitor::options wanted;
	wanted.module = module_need::awaited;
	fake_monitor m(wanted);

	m.say_vf(1);
	CHECK(m.told() == words{"vf 1 changed"});
}

TEST_CASE("waiting ends with an event, or with the time")
{
	fake_monitor m;

	m.say_vf(1);
	CHECK(m->wait(10s));
	CHECK_FALSE(m->wait(0ms));
	CHECK_FALSE(m->wait(-5ms));
	CHECK_FALSE(m->wait(std::chrono::milliseconds::min()));
	const auto begin = std::chrono::steady_clock::now();
	CHECK_FALSE(m->wait(30ms));
	CHECK(std::chrono::steady_clock::now() - begin >= 30ms);
}

TEST_CASE("waiting for ever is possible, and ends with a signal")
{
	fake_monitor m;
	struct sigaction action = {};
	struct sigaction before = {};
	const itimerval soon = {.it_interval = {}, .it_value = {.tv_sec = 0, .tv_usec = 20'000}};

	CHECK_FALSE(m->next());
	action.sa_handler = [](int) {
	};
	REQUIRE(sigaction(SIGALRM, &action, &before) == 0);
	REQUIRE(setitimer(ITIMER_REAL, &soon, nullptr) == 0);
	CHECK_FALSE(m->wait(std::chrono::milliseconds::max()));
	sigaction(SIGALRM, &before, nullptr);
}

TEST_CASE("a monitor can be moved")
{
	fake_monitor m;

	m.say_vf(1);
	monitor other = std::move(*m);
	CHECK(other.next());
	*m = std::move(other);
	CHECK(m.told().empty());
}
