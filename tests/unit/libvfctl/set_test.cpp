// SPDX-License-Identifier: GPL-2.0-only
// What comes of setting limits, over the module's family.
#include "../catch.hpp"

#include <cerrno>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <vfctl/client.hpp>
#include <vfctl/error.hpp>

#include "client_access.hpp"
#include "error_of.hpp"
#include "fake_socket.hpp"
#include "module_backend.hpp"

using namespace vfctl;

namespace {

constexpr std::uint64_t mbit = 1'000'000;

struct fake_client {
	std::shared_ptr<fake_kernel> kernel = std::make_shared<fake_kernel>();
	vfctl::client client = client_access::make(
		std::make_unique<module_backend>(std::make_unique<fake_socket>(kernel)));

	fake_client()
	{
		answer_family();
		kernel->answer({wire::done()});
		client.vfs();
		kernel->sent.clear();
		kernel->datagrams = 0;
	}

	void answer_family(std::uint16_t id = wire::family_id) const
	{
		kernel->answer({wire::family_reply(wire::vfctl_family(id)), wire::ack()});
	}

	void answer_vf(const wire::attrs& vf) const
	{
		kernel->answer({wire::genl(VFCTL_CMD_VF_GET, vf), wire::ack()});
	}
	void answer_ack(int code = 0) const { kernel->answer({wire::ack(code)}); }

	std::vector<unsigned> commands() const
	{
		std::vector<unsigned> all;
		for (const auto& one : kernel->sent)
			all.push_back(std::to_integer<unsigned>(one.at(NLMSG_HDRLEN)));
		return all;
	}
};

constexpr unsigned get = VFCTL_CMD_VF_GET;
constexpr unsigned put = VFCTL_CMD_VF_SET;
using commands = std::vector<unsigned>;

limits hard(std::uint32_t value)
{
	limits wanted;
	wanted.hard = rate::from_mbits_per_sec(value);
	return wanted;
}

wire::attrs vf_with(std::uint64_t hard_mbit)
{
	return wire::vf(1, 2, "eth0", hard_mbit * mbit);
}

/// A VF that does not exist now, whose limit is kept.
wire::attrs absent_vf()
{
	return wire::attrs()
		.u32(VFCTL_A_VF_PF_IFINDEX, 2)
		.text(VFCTL_A_VF_PF_IFNAME, "eth0")
		.u32(VFCTL_A_VF_VF, 1)
		.u64(VFCTL_A_VF_HARD_RATE, 500 * mbit)
		.u32(VFCTL_A_VF_STATE, VFCTL_LIMIT_ABSENT);
}

wire::bytes refusal(int code, std::string_view words)
{
	return wire::ack(code, wire::words(words));
}

/// As if a client had told it.
vf_info as_read(std::uint32_t hard_mbit = 500)
{
	vf_info vf;
	vf.pf_index = 2;
	vf.pf_name = "eth0";
	vf.number = 1;
	vf.index = 101;
	vf.name = "veth0.1";
	vf.hard = rate::from_mbits_per_sec(hard_mbit);
	vf.soft = rate::none();
	return vf;
}

} // namespace

TEST_CASE("a limit is set and read in one system call")
{
	fake_client c;
	c.answer_ack();
	c.answer_vf(vf_with(300));
	const auto result = c.client.set("veth0.1", hard(300));
	CHECK(result.outcome == set_outcome::set);
	CHECK_FALSE(result.before);
	REQUIRE(result.now);
	CHECK(result.now->hard == rate::from_mbits_per_sec(300));
	CHECK(result.now->state == limit_state::in_force);
	CHECK(c.kernel->datagrams == 1);
	CHECK(c.commands() == commands{put, get});
	CHECK(c.kernel->header_sent(1).nlmsg_seq == c.kernel->header_sent(0).nlmsg_seq + 1);
}

TEST_CASE("a limit that is pending is told with its reason")
{
	fake_client c;
	c.answer_ack();
	c.answer_vf(wire::vf_names(1)
			    .u64(VFCTL_A_VF_HARD_RATE, 300 * mbit)
			    .u32(VFCTL_A_VF_STATE, VFCTL_LIMIT_PENDING)
			    .text(VFCTL_A_VF_PENDING_REASON, "the link of eth0 is down"));
	const auto now = c.client.set("veth0.1", hard(300)).now;
	REQUIRE(now);
	CHECK(now->state == limit_state::pending);
	CHECK(now->pending_reason == "the link of eth0 is down");
}

TEST_CASE("a limit that is refused is an error, whatever the VF is")
{
	fake_client c;
	c.kernel->answer({refusal(EINVAL, "soft limit above the hard one")});
	c.answer_vf(vf_with(500));
	const auto e = error_of([&] { c.client.set("veth0.1", hard(300)); });
	CHECK(e.code() == std::errc::invalid_argument);
	CHECK(std::string(e.what()) == "set limits of veth0.1: soft limit above the hard one");
	CHECK(e.from_kernel());
	CHECK(c.kernel->quiet());
}

TEST_CASE("a VF that goes right after it was set is no error")
{
	fake_client c;
	c.answer_ack();
	c.kernel->answer({refusal(ENODEV, "no such device")});
	const auto result = c.client.set("veth0.1", hard(300));
	CHECK(result.outcome == set_outcome::set);
	CHECK_FALSE(result.now);
}

TEST_CASE("answers to both in one datagram, and what belongs to neither")
{
	fake_client c;
	auto both = wire::concat({wire::message(wire::family_id, wire::bytes(8)), wire::ack()});
	c.kernel->answer({both});
	c.answer_vf(vf_with(7));
	CHECK(c.client.set("veth0.1", hard(7)).now->hard == rate::from_mbits_per_sec(7));
	CHECK(c.kernel->quiet());
}

TEST_CASE("a module that was loaded again is asked again, before anything was set")
{
	fake_client c;
	c.answer_ack(ENOENT);
	c.answer_ack(ENOENT);
	c.answer_family(40);
	c.answer_ack();
	c.kernel->answer({wire::genl(VFCTL_CMD_VF_GET, vf_with(3), {}, 40), wire::ack()});
	CHECK(c.client.set("veth0.1", hard(3)).now);
}

TEST_CASE("a module that goes before anything was set is named")
{
	fake_client c;
	c.answer_ack(ENOENT);
	c.answer_ack(ENOENT);
	c.answer_ack(ENOENT);
	const auto e = error_of([&] { c.client.set("veth0.1", hard(3)); });
	CHECK(e.code() == std::errc::protocol_not_supported);
}

TEST_CASE("a module that goes right after it was set is no error")
{
	fake_client c;
	c.answer_ack();
	c.answer_ack(ENOENT);
	CHECK_FALSE(c.client.set("veth0.1", hard(3)).now);
}

TEST_CASE("an answer that is lost is not taken for success, and the change is not sent again")
{
	fake_client c;
	c.kernel->answer({std::errc::no_buffer_space});
	const auto e = error_of([&] { c.client.set("veth0.1", hard(3)); });
	CHECK(e.code() == std::errc::no_buffer_space);
	CHECK(e.message() == "the kernel's answer was lost, it may have made the change");
	CHECK(c.commands() == commands{put, get});
}

TEST_CASE("an answer that cannot be understood is an error, and the next call is not disturbed")
{
	fake_client c;
	c.answer_ack();
	c.kernel->answer({wire::genl(VFCTL_CMD_VF_GET, wire::attrs()), wire::ack()});
	CHECK(error_of([&] { c.client.set("veth0.1", hard(3)); }).code() ==
	      std::errc::protocol_error);
	c.answer_ack();
	c.answer_vf(vf_with(3));
	CHECK(c.client.set("veth0.1", hard(3)).now);
}

TEST_CASE("a limit that is still what was read is set")
{
	fake_client c;
	c.answer_vf(vf_with(500));
	c.answer_vf(vf_with(500));
	c.answer_ack();
	c.answer_vf(vf_with(300));
	const auto result = c.client.set_if_unchanged(as_read(), hard(300));
	CHECK(result.outcome == set_outcome::set);
	CHECK(result.before->hard == rate::from_mbits_per_sec(500));
	CHECK(result.now->hard == rate::from_mbits_per_sec(300));
	CHECK(c.commands() == commands{get, get, put, get});
	CHECK(c.kernel->datagrams == 2);
}

TEST_CASE("a limit that differs from what was read is left alone")
{
	fake_client c;
	auto read = as_read();
	c.answer_vf(vf_with(500));
	SECTION("the hard one")
	{
		read.hard = rate::from_mbits_per_sec(400);
	}
	SECTION("one that is not to be set")
	{
		read.soft = rate::from_mbits_per_sec(1);
	}
	SECTION("of a VF that was made anew")
	{
		read.index = 77;
	}
	const auto result = c.client.set_if_unchanged(read, hard(300));
	CHECK(result.outcome == set_outcome::differs);
	CHECK(result.now->hard == rate::from_mbits_per_sec(500));
	CHECK_FALSE(result.before);
	CHECK(c.commands() == commands{get});
}

TEST_CASE("a VF that went since it was read, or came, is another one")
{
	fake_client c;
	auto read = as_read();
	read.state = limit_state::in_force;
	SECTION("it went")
	{
		c.answer_vf(absent_vf());
	}
	SECTION("it came")
	{
		read.index.reset();
		read.name.reset();
		read.state = limit_state::absent;
		c.answer_vf(vf_with(500));
	}
	const auto result = c.client.set_if_unchanged(read, hard(300), vf_presence::any);
	CHECK(result.outcome == set_outcome::differs);
	CHECK(c.commands() == commands{get});
}

TEST_CASE("a VF that is absent still is the one that was read")
{
	fake_client c;
	auto read = as_read();
	read.index.reset();
	read.name.reset();
	read.state = limit_state::absent;
	c.answer_vf(absent_vf());
	c.answer_vf(absent_vf());
	c.answer_ack();
	c.answer_vf(absent_vf());
	CHECK(c.client.set_if_unchanged(read, hard(300), vf_presence::any).outcome ==
	      set_outcome::set);
}

TEST_CASE("what was not known when it was read is not compared")
{
	fake_client c;
	auto read = as_read();
	read.soft.reset();
	read.index.reset();
	c.answer_vf(vf_with(500));
	c.answer_vf(vf_with(500));
	c.answer_ack();
	c.answer_vf(vf_with(300));
	CHECK(c.client.set_if_unchanged(read, hard(300)).outcome == set_outcome::set);
}

TEST_CASE("a change of others between the look and the change is told")
{
	fake_client c;
	c.answer_vf(vf_with(500));
	c.answer_vf(vf_with(123));
	c.answer_ack();
	c.answer_vf(vf_with(300));
	const auto result = c.client.set_if_unchanged(as_read(), hard(300));
	CHECK(result.outcome == set_outcome::overwrote);
	CHECK(result.before->hard == rate::from_mbits_per_sec(123));
	CHECK(result.now->hard == rate::from_mbits_per_sec(300));
}

TEST_CASE("a VF that is gone since it was read is an error, and says which")
{
	fake_client c;
	c.kernel->answer({refusal(ENOENT, "eth0 has no VFs now")});
	const auto e = error_of([&] { c.client.set_if_unchanged(as_read(), hard(3)); });
	CHECK(e.code() == std::errc::no_such_file_or_directory);
	CHECK(std::string(e.what()) == "set limits of eth0/1: eth0 has no VFs now");
}

TEST_CASE("outcomes have names")
{
	CHECK(to_string(set_outcome::set) == "set");
	CHECK(to_string(set_outcome::differs) == "differs");
	CHECK(to_string(set_outcome::overwrote) == "overwrote");
	CHECK(to_string(static_cast<set_outcome>(9)) == "unknown");
}
