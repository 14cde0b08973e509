// SPDX-License-Identifier: GPL-2.0-only
// A monitor of one PF.
#include "../catch.hpp"

#include <cerrno>
#include <memory>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include <vfctl/monitor.hpp>

#include "fake_socket.hpp"
#include "monitor_access.hpp"

using namespace vfctl;

namespace {

using words = std::vector<std::string>;

struct in_words {
	std::string operator()(const pf_event& e) const
	{
		return "pf " + e.pf.name + " " + std::string(to_string(e.what));
	}
	std::string operator()(const vf_event& e) const
	{
		return "vf " + e.vf.pf_name + "/" + std::to_string(e.vf.number) + " " +
		       std::string(to_string(e.what));
	}
	std::string operator()(const stats_event& e) const
	{
		return "stats " + e.stats.pf_name + "/" + std::to_string(e.stats.number);
	}
	std::string operator()(overrun_event /*e*/) const { return "overrun"; }
	std::string operator()(gone_event /*e*/) const { return "gone"; }
	std::string operator()(back_event /*e*/) const { return "back"; }
	std::string operator()(synced_event /*e*/) const { return "synced"; }
};

struct fake_host {
	std::shared_ptr<fake_kernel> events = std::make_shared<fake_kernel>();
	std::shared_ptr<fake_kernel> asked = std::make_shared<fake_kernel>();
	monitor::options wanted;
	std::optional<monitor> made;

	explicit fake_host(pf_ref pf, bool snapshot = false)
	{
		wanted.pf = std::move(pf);
		wanted.snapshot = snapshot;
		wanted.stats = true;
		asked->answer({wire::nlctrl_reply(), wire::ack()});
		answer_family();
	}

	void answer_family() const
	{
		asked->answer({wire::family_reply(wire::vfctl_family()), wire::ack()});
	}
	void answer_pf(std::uint32_t index, const char* name) const
	{
		asked->answer({wire::genl(VFCTL_CMD_PF_GET, wire::pf(index, name)), wire::ack()});
	}
	void answer_no_pf() const { asked->answer({wire::ack(ENODEV, wire::words("none"))}); }
	void answer_vfs(std::uint32_t pf_index, const char* name) const
	{
		asked->answer(
			{wire::part(VFCTL_CMD_VF_GET, wire::vf(0, pf_index, name)), wire::done()});
	}

	void say_pf(std::uint8_t command, std::uint32_t index, const char* name) const
	{
		events->say(wire::notification(command, wire::pf(index, name)));
	}
	void say_vf(std::uint32_t pf_index, const char* name) const
	{
		events->say(
			wire::notification(VFCTL_CMD_VF_CHANGE_NTF, wire::vf(1, pf_index, name)));
	}
	void say_stats(std::uint32_t pf_index, const char* name) const
	{
		events->say(
			wire::notification(VFCTL_CMD_STATS_NTF, wire::stats(1, 0, pf_index, name)));
	}

	words told()
	{
		words all;
		if (!made)
			made.emplace(monitor_access::make(std::make_unique<fake_socket>(events),
							  std::make_unique<fake_socket>(asked),
							  wanted));
		while (const auto e = made->next())
			all.push_back(std::visit(in_words(), *e));
		return all;
	}
};

} // namespace

TEST_CASE("a monitor of one PF tells of it and its VFs alone")
{
	fake_host h("eth0");
	h.answer_pf(2, "eth0");
	h.say_pf(VFCTL_CMD_PF_CHANGE_NTF, 3, "eth1");
	h.say_vf(3, "eth1");
	h.say_stats(3, "eth1");
	h.say_vf(2, "eth0");
	h.say_stats(2, "eth0");
	h.say_pf(VFCTL_CMD_PF_CHANGE_NTF, 2, "eth0");
	CHECK(h.told() == words{"vf eth0/1 changed", "stats eth0/1", "pf eth0 changed"});
}

TEST_CASE("its snapshot is of that PF")
{
	fake_host h("eth0", true);
	h.answer_pf(2, "eth0");
	h.answer_vfs(2, "eth0");
	CHECK(h.told() == words{"pf eth0 present", "vf eth0/0 present", "synced"});
	CHECK(h.asked->attributes_sent(2) == wire::attrs().text(VFCTL_A_PF_IFNAME, "eth0").all());
	CHECK(h.asked->attributes_sent(3) == wire::attrs().u32(VFCTL_A_VF_PF_IFINDEX, 2).all());
}

TEST_CASE("a PF that is not there yet is waited for")
{
	fake_host h("eth0", true);
	h.answer_no_pf();
	CHECK(h.told() == words{"synced"});
	h.say_pf(VFCTL_CMD_PF_NEW_NTF, 3, "eth1");
	h.say_pf(VFCTL_CMD_PF_NEW_NTF, 7, "eth0");
	h.say_vf(7, "eth0");
	CHECK(h.told() == words{"pf eth0 added", "vf eth0/1 changed"});
}

TEST_CASE("a PF is followed when it is renamed, and another one of its old name is not meant")
{
	fake_host h("eth0");
	h.answer_pf(2, "eth0");
	h.say_pf(VFCTL_CMD_PF_CHANGE_NTF, 2, "lan0");
	h.say_pf(VFCTL_CMD_PF_NEW_NTF, 9, "eth0");
	h.say_vf(9, "eth0");
	h.say_vf(2, "lan0");
	CHECK(h.told() == words{"pf lan0 changed", "vf lan0/1 changed"});

	SECTION("until it goes")
	{
		h.say_pf(VFCTL_CMD_PF_DEL_NTF, 2, "lan0");
		h.say_vf(9, "eth0");
		h.answer_pf(9, "eth0");
		h.answer_vfs(9, "eth0");
		CHECK(h.told() == words{"pf lan0 removed", "vf eth0/1 changed", "pf eth0 present",
					"vf eth0/0 present", "synced"});
	}
	SECTION("also over an overrun")
	{
		h.events->say(std::errc::no_buffer_space);
		h.answer_family();
		h.answer_pf(2, "lan0");
		h.answer_vfs(2, "lan0");
		CHECK(h.told() ==
		      words{"overrun", "pf lan0 present", "vf lan0/0 present", "synced"});
	}
	SECTION("unless it went in an overrun")
	{
		h.events->say(std::errc::no_buffer_space);
		h.answer_family();
		h.answer_no_pf();
		h.answer_pf(9, "eth0");
		h.answer_vfs(9, "eth0");
		CHECK(h.told() ==
		      words{"overrun", "pf eth0 present", "vf eth0/0 present", "synced"});
	}
}

TEST_CASE("a PF that gets the wanted name is told with its VFs")
{
	fake_host h("eth0", true);
	h.answer_no_pf();
	CHECK(h.told() == words{"synced"});
	h.say_pf(VFCTL_CMD_PF_CHANGE_NTF, 5, "eth0");
	h.answer_pf(5, "eth0");
	h.answer_vfs(5, "eth0");
	h.say_vf(5, "eth0");
	CHECK(h.told() == words{"pf eth0 changed", "pf eth0 present", "vf eth0/0 present", "synced",
				"vf eth0/1 changed"});
}

TEST_CASE("samples alone of one PF by its name go on when the PF is another one")
{
	fake_host h("eth0");
	h.wanted.config = false;
	h.answer_pf(2, "eth0");
	h.say_stats(2, "eth0");
	h.say_vf(2, "eth0");
	CHECK(h.told() == words{"stats eth0/1"});
	CHECK(h.events->joined == std::vector<std::uint32_t>{wire::notify_group, wire::config_group,
							     wire::stats_group});

	SECTION("as its events say")
	{
		h.say_pf(VFCTL_CMD_PF_DEL_NTF, 2, "eth0");
		h.say_pf(VFCTL_CMD_PF_NEW_NTF, 9, "eth0");
		h.say_stats(9, "eth0");
		CHECK(h.told() == words{"stats eth0/1"});
	}
	SECTION("after an overrun")
	{
		h.events->say(std::errc::no_buffer_space);
		h.answer_family();
		h.answer_no_pf();
		h.answer_pf(9, "eth0");
		CHECK(h.told() == words{"overrun", "synced"});
		h.say_stats(9, "eth0");
		CHECK(h.told() == words{"stats eth0/1"});
	}
}

TEST_CASE("a PF that is known to the kernel by another name is found by that")
{
	fake_host h("the_first_port");
	h.answer_pf(2, "eth0");
	h.say_vf(2, "eth0");
	h.say_vf(3, "eth1");
	CHECK(h.told() == words{"vf eth0/1 changed"});
}

TEST_CASE("a PF that is given by its index is that alone")
{
	fake_host h(pf_ref::by_index(2));
	h.answer_pf(2, "eth0");
	h.say_pf(VFCTL_CMD_PF_DEL_NTF, 2, "eth0");
	h.say_pf(VFCTL_CMD_PF_NEW_NTF, 9, "eth0");
	h.say_vf(9, "eth0");
	CHECK(h.told() == words{"pf eth0 removed"});
}

TEST_CASE("a PF that goes while its snapshot is taken has no VFs")
{
	fake_host h("eth0", true);
	h.answer_pf(2, "eth0");
	h.answer_no_pf();
	CHECK(h.told() == words{"pf eth0 present", "synced"});
}

TEST_CASE("what is about all of them is told as well")
{
	fake_host h("eth0");
	h.answer_pf(2, "eth0");
	h.events->say(wire::notification(
		CTRL_CMD_DELFAMILY, wire::family_attrs("vfctl", wire::family_id, wire::attrs()),
		GENL_ID_CTRL));
	CHECK(h.told() == words{"gone"});
}
