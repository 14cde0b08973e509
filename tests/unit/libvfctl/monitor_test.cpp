// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <cerrno>
#include <cstddef>
#include <memory>
#include <string>
#include <utility>
#include <vector>

#include <vfctl/error.hpp>
#include <vfctl/monitor.hpp>

#include "fake_monitor.hpp"

using namespace vfctl;
using namespace vfctl::test;

TEST_CASE("a monitor joins the groups that are wanted, those of families first")
{
	monitor::options wanted;
	std::vector<std::uint32_t> groups = {wire::notify_group};

	SECTION("configuration")
	{
		groups.push_back(wire::config_group);
	}
	SECTION("samples")
	{
		wanted.config = false;
		wanted.stats = true;
		groups.push_back(wire::stats_group);
	}
	SECTION("both")
	{
		wanted.stats = true;
		groups.push_back(wire::config_group);
		groups.push_back(wire::stats_group);
	}

	fake_monitor m(wanted);
	CHECK_FALSE(m->next());
	CHECK(m.events->joined == groups);
	CHECK(m.events->sent.empty());
}

TEST_CASE("events come one by one, also of one datagram")
{
	fake_monitor m;

	m.events->say(wire::concat({wire::notification(VFCTL_CMD_STATS_NTF, wire::stats(0)),
				    wire::notification(VFCTL_CMD_STATS_NTF, wire::stats(1))}));
	m.say_vf(3);
	CHECK(m.told() == words{"stats 0", "stats 1", "vf 3 changed"});
	CHECK(m.told().empty());
}

TEST_CASE("what is of no family that is wanted, or not from the kernel, is no event")
{
	fake_monitor m;

	m.say_vf(1, other_id);
	m.events->say(wire::ack());
	m.events->say(wire::notification(VFCTL_CMD_MAX + 1, {}));
	m.events->say({wire::notification(VFCTL_CMD_VF_CHANGE_NTF, wire::vf_change(1)), 1000});
	m.say_family(CTRL_CMD_NEWFAMILY, other_id, "other");
	m.say_family(CTRL_CMD_DELFAMILY, other_id, "other");
	m.say_family(CTRL_CMD_NEWMCAST_GRP);
	CHECK(m.told().empty());
}

TEST_CASE("a snapshot at the start tells of all that exists")
{
	fake_monitor m({.config = true, .stats = false, .snapshot = true});

	m.answer_snapshot({0, 1});
	m.say_vf(1);
	CHECK(m.told() ==
	      words{"pf eth0 present", "vf 0 present", "vf 1 present", "synced", "vf 1 changed"});
}

TEST_CASE("a snapshot without configuration is empty")
{
	fake_monitor m({.config = false, .stats = true, .snapshot = true});

	CHECK(m.told() == words{"synced"});
}

TEST_CASE("after an overrun all that is old is forgotten, and all that exists is told")
{
	fake_monitor m;

	m.say_vf(1);
	CHECK(m->next());
	m.events->say(std::errc::no_buffer_space);
	m.say_vf(2);
	m.events->say(std::errc::no_buffer_space);
	m.say_vf(3);
	m.answer_family();
	m.answer_snapshot({0});
	CHECK(m.told() == words{"overrun", "pf eth0 present", "vf 0 present", "synced"});
	m.say_vf(4);
	CHECK(m.told() == words{"vf 4 changed"});
}

TEST_CASE("an event that is longer than the buffer is lost, and its like not again")
{
	fake_monitor m;
	const auto large = wire::concat({wire::notification(VFCTL_CMD_VF_CHANGE_NTF, wire::vf(1)),
					 wire::message(other_id, wire::bytes(50'000))});

	m.events->say(large);
	m.answer_family();
	m.answer_snapshot({});
	CHECK(m.told() == words{"overrun", "pf eth0 present", "synced"});
	m.events->say(large);
	CHECK(m.told() == words{"vf 1 changed"});
}

TEST_CASE("a module that is unloaded is gone, and one that is loaded is back, with other ids")
{
	fake_monitor m;

	m.say_vf(1);
	m.say_family(CTRL_CMD_DELFAMILY);
	m.say_vf(2);
	CHECK(m.told() == words{"vf 1 changed", "gone"});
	m.say_vf(2, other_id);
	CHECK(m.told().empty());

	m.answer_family(other_id, 9);
	m.answer_snapshot({0}, other_id);
	m.say_family(CTRL_CMD_NEWFAMILY, other_id);
	m.say_vf(0, other_id);
	CHECK(m.told() ==
	      words{"back", "pf eth0 present", "vf 0 present", "synced", "vf 0 changed"});
	CHECK(m.events->joined.back() == 9);
}

TEST_CASE("a module that is gone again before it was looked at has not been back")
{
	fake_monitor m;

	m.say_family(CTRL_CMD_DELFAMILY);
	m.say_family(CTRL_CMD_NEWFAMILY, other_id);
	m.say_family(CTRL_CMD_DELFAMILY, other_id);
	m.answer_no_family();
	CHECK(m.told() == words{"gone"});
}

TEST_CASE("a module that came while a going was not heard is told as gone and back")
{
	fake_monitor m;

	m.answer_family(other_id);
	m.answer_snapshot({}, other_id);
	m.say_family(CTRL_CMD_NEWFAMILY, other_id);
	CHECK(m.told() == words{"gone", "back", "pf eth0 present", "synced"});
}

TEST_CASE("what is known already of a family's coming and going is not told twice")
{
	fake_monitor m;

	m.events->say(std::errc::no_buffer_space);
	m.answer_family(other_id);
	m.answer_snapshot({}, other_id);
	CHECK(m.told() == words{"overrun", "pf eth0 present", "synced"});
	m.say_family(CTRL_CMD_DELFAMILY);
	m.say_family(CTRL_CMD_NEWFAMILY, other_id);
	CHECK(m.told().empty());
	m.say_vf(1, other_id);
	CHECK(m.told() == words{"vf 1 changed"});
}

TEST_CASE("an overrun over the end of the module is followed by its being gone")
{
	fake_monitor m;

	m.events->say(std::errc::no_buffer_space);
	m.answer_no_family();
	CHECK(m.told() == words{"overrun", "gone"});

	SECTION("and one over its coming by its being back")
	{
		m.events->say(std::errc::no_buffer_space);
		m.answer_family(other_id);
		m.answer_snapshot({}, other_id);
		CHECK(m.told() == words{"overrun", "back", "pf eth0 present", "synced"});
	}
	SECTION("and one while it is gone by nothing")
	{
		m.events->say(std::errc::no_buffer_space);
		m.answer_no_family();
		CHECK(m.told() == words{"overrun"});
	}
}

TEST_CASE("a module that goes during a snapshot leaves it without an end")
{
	fake_monitor m({.config = true, .stats = false, .snapshot = true});

	m.asked->answer({wire::genl(VFCTL_CMD_PF_GET, wire::pf()), wire::done()});
	m.asked->answer({wire::ack(ENOENT)});
	m.answer_no_family();
	CHECK(m.told().empty());
	m.say_family(CTRL_CMD_DELFAMILY);
	CHECK(m.told() == words{"gone"});
}

TEST_CASE("a snapshot that fails is an error, and is taken again")
{
	fake_monitor m({.config = true, .stats = false, .snapshot = true});

	m.asked->answer({wire::ack(ENOMEM)});
	const auto e = error_of([&] { m->next(); });
	CHECK(e.code() == std::errc::not_enough_memory);
	CHECK(e.operation() == "read PFs");
	m.answer_snapshot({});
	CHECK(m.told() == words{"pf eth0 present", "synced"});
}

TEST_CASE("an event that cannot be understood is an error, once")
{
	fake_monitor m;
	auto broken = wire::notification(VFCTL_CMD_VF_CHANGE_NTF, wire::vf_change(1));

	SECTION("without what names its VF")
	{
		m.events->say(wire::concat(
			{wire::notification(VFCTL_CMD_VF_CHANGE_NTF, {}),
			 wire::notification(VFCTL_CMD_VF_CHANGE_NTF, wire::vf_change(2))}));
	}
	SECTION("longer than its datagram")
	{
		broken[1] = std::byte{0x7f};
		m.events->say(broken);
		m.say_vf(2);
	}
	SECTION("too short")
	{
		m.events->say(wire::message(wire::family_id, wire::bytes(2)));
		m.say_vf(2);
	}
	SECTION("of a family")
	{
		m.events->say(wire::notification(CTRL_CMD_NEWFAMILY, {}, GENL_ID_CTRL));
		m.say_vf(2);
	}

	const auto e = error_of([&] { m->next(); });
	CHECK(e.code() == std::errc::protocol_error);
	CHECK(e.operation() == "read events");
	CHECK(m.told() == words{"vf 2 changed"});
}

TEST_CASE("every event with one wrong byte is told or refused, and the next is not disturbed")
{
	fake_monitor m;
	const auto valid = wire::notification(VFCTL_CMD_VF_CHANGE_NTF, wire::vf_change(1));

	CHECK(m.told().empty());
	for (std::size_t at = 0; at < valid.size(); at++) {
		for (const unsigned value : {0U, 1U, 4U, 16U, 127U, 255U}) {
			auto wrong = valid;
			wrong[at] = static_cast<std::byte>(value);
			m.events->say(wrong);
			m.say_vf(2);
			words all;
			while (all.empty() || all.back() != "vf 2 changed") {
				try {
					for (auto& told : m.told())
						all.push_back(std::move(told));
				} catch (const error& e) {
					CHECK(e.code() == std::errc::protocol_error);
					all.emplace_back("error");
				}
				// A wrong length can make two messages of one.
				REQUIRE(all.size() <= 3);
			}
		}
	}
}

TEST_CASE("a socket that fails is an error, and the monitor may be used on")
{
	fake_monitor m;

	m.events->say(std::errc::not_enough_memory);
	m.say_vf(2);
	CHECK(error_of([&] { m->next(); }).code() == std::errc::not_enough_memory);
	CHECK(m.told() == words{"vf 2 changed"});
}

TEST_CASE("groups that cannot be joined when the module is back are tried again")
{
	fake_monitor m;

	m.say_family(CTRL_CMD_DELFAMILY);
	CHECK(m.told() == words{"gone"});
	m.say_family(CTRL_CMD_NEWFAMILY);
	m.answer_family();
	m.events->join_error = std::errc::operation_not_permitted;
	CHECK(error_of([&] { m->next(); }).code() == std::errc::operation_not_permitted);
	m.events->join_error = {};
	m.answer_family();
	m.answer_snapshot({});
	CHECK(m.told() == words{"back", "pf eth0 present", "synced"});
}

TEST_CASE("a monitor cannot be opened without the module, or what it needs of the kernel")
{
	const auto asked = std::make_shared<fake_kernel>();
	const auto events = std::make_shared<fake_kernel>();
	const auto open = [&] {
		monitor_access::make(std::make_unique<fake_socket>(events),
				     std::make_unique<fake_socket>(asked), {});
	};
	auto code = std::errc::protocol_error;

	SECTION("without the module")
	{
		asked->answer({wire::nlctrl_reply(), wire::ack()});
		asked->answer({wire::ack(ENOENT)});
		asked->answer({wire::ack(ENOENT)});
		code = std::errc::protocol_not_supported;
	}
	SECTION("without events of families")
	{
		asked->answer({wire::ack(ENOENT)});
	}
	SECTION("without a group for them")
	{
		asked->answer(
			{wire::family_reply(wire::family_attrs("nlctrl", 16, {})), wire::ack()});
	}
	SECTION("without a group of the family")
	{
		asked->answer({wire::nlctrl_reply(), wire::ack()});
		asked->answer(
			{wire::family_reply(wire::family_attrs("vfctl", 31, {})), wire::ack()});
	}
	SECTION("without leave to join")
	{
		asked->answer({wire::nlctrl_reply(), wire::ack()});
		events->join_error = std::errc::operation_not_permitted;
		code = std::errc::operation_not_permitted;
	}

	const auto e = error_of(open);
	CHECK(e.code() == code);
	CHECK(e.operation() == "open a monitor");
}
