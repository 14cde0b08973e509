// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include <vfctl/error.hpp>

#include "codec.hpp"
#include "error_of.hpp"
#include "fake_socket.hpp"
#include "genl.hpp"

using namespace vfctl;

namespace {

constexpr std::uint16_t other_id = 40;

/// Keeps what came since begin().
class kept final : public reply_sink {
public:
	void begin() override { all.clear(); }
	void take(std::span<const std::byte> attributes) override
	{
		if (fail)
			throw error({}, std::make_error_code(std::errc::io_error));
		message_check check;
		all.push_back(attribute_table(attributes, check).u32(1).value_or(0));
	}

	std::vector<std::uint32_t> all;
	bool fail = false;
};

/// A connection that has resolved the family.
struct connection {
	std::shared_ptr<fake_kernel> kernel = std::make_shared<fake_kernel>();
	genl family{std::make_unique<fake_socket>(kernel), vfctl_protocol};
	request what{VFCTL_CMD_VF_GET, 1};
	kept replies;

	connection()
	{
		answer_family();
		CHECK(family.resolve());
	}

	void answer_family(std::uint16_t id = wire::family_id)
	{
		kernel->answer({wire::family_reply(wire::vfctl_family(id)), wire::ack()});
	}

	void answer_no_family() { kernel->answer({wire::ack(ENOENT)}); }

	void transact() { family.transact(what, replies); }
	void dump() { family.dump(what, replies); }

	/// Requests after the first, which resolves.
	std::size_t requests() const { return kernel->sent.size() - 1; }
};

wire::bytes one(std::uint32_t value)
{
	return wire::genl(VFCTL_CMD_VF_GET, wire::attrs().u32(1, value));
}

wire::bytes some(std::uint32_t value, std::uint16_t flags = 0)
{
	return wire::part(VFCTL_CMD_VF_GET, wire::attrs().u32(1, value), flags);
}

} // namespace

TEST_CASE("a family is resolved with its groups")
{
	connection c;

	CHECK(c.family.family().id == wire::family_id);
	CHECK(c.family.family().group("config") == wire::config_group);
	CHECK(c.family.family().group("stats") == wire::stats_group);
	CHECK_FALSE(c.family.family().group("other"));
	const auto header = c.kernel->header_sent(0);
	CHECK(header.nlmsg_type == GENL_ID_CTRL);
	CHECK(header.nlmsg_flags == (NLM_F_REQUEST | NLM_F_ACK));
	CHECK(c.kernel->attributes_sent(0) ==
	      wire::attrs().text(CTRL_ATTR_FAMILY_NAME, "vfctl").all());
}

TEST_CASE("another family is found, and one that there is none of is not")
{
	connection c;

	c.kernel->answer({wire::nlctrl_reply(), wire::ack()});
	const auto found = c.family.find("nlctrl");
	REQUIRE(found);
	CHECK(found->id == GENL_ID_CTRL);
	CHECK(found->group("notify") == wire::notify_group);
	c.answer_no_family();
	CHECK_FALSE(c.family.find("other"));
	CHECK(c.family.family().id == wire::family_id);
}

TEST_CASE("a family without an id, or with half a group, is not taken")
{
	connection c;
	const auto nameless = wire::attrs().nest(1, wire::attrs().u32(CTRL_ATTR_MCAST_GRP_ID, 3));

	SECTION("no id")
	{
		c.kernel->answer(
			{wire::family_reply(wire::attrs().text(CTRL_ATTR_FAMILY_NAME, "vfctl")),
			 wire::ack()});
		CHECK(error_of([&] { c.family.resolve(); }).code() == std::errc::protocol_error);
	}
	SECTION("an id of control messages")
	{
		c.kernel->answer({wire::family_reply(wire::vfctl_family(NLMSG_DONE)), wire::ack()});
		CHECK(error_of([&] { c.family.resolve(); }).code() == std::errc::protocol_error);
	}
	SECTION("an acknowledgement only")
	{
		c.kernel->answer({wire::ack()});
		CHECK(error_of([&] { c.family.resolve(); }).code() == std::errc::protocol_error);
	}
	SECTION("a group without a name")
	{
		c.kernel->answer({wire::family_reply(wire::family_attrs("vfctl", 31, nameless)),
				  wire::ack()});
		CHECK(c.family.resolve());
		CHECK(c.family.family().groups.empty());
	}
}

TEST_CASE("a request has its reply and its acknowledgement")
{
	connection c;

	SECTION("in two datagrams")
	{
		c.kernel->answer({one(5), wire::ack()});
	}
	SECTION("in one")
	{
		c.kernel->answer({wire::concat({one(5), wire::ack()})});
	}
	SECTION("after something that means nothing")
	{
		c.kernel->answer({wire::message(NLMSG_NOOP, {}), one(5), wire::ack()});
	}

	c.transact();
	CHECK(c.replies.all == std::vector<std::uint32_t>{5});
	const auto header = c.kernel->header_sent(1);
	CHECK(header.nlmsg_type == wire::family_id);
	CHECK(header.nlmsg_flags == (NLM_F_REQUEST | NLM_F_ACK));
	CHECK(c.kernel->quiet());
}

TEST_CASE("answers to other requests, to others, and of others are passed over")
{
	connection c;
	const auto stale = wire::genl(VFCTL_CMD_VF_GET, wire::attrs().u32(1, 9), {.sequence = 1});
	const auto not_ours = wire::genl(VFCTL_CMD_VF_GET, wire::attrs().u32(1, 9), {.to = 7});

	c.kernel->answer({stale,
			  wire::ack(EPERM, {}, {.sequence = 1}),
			  not_ours,
			  wire::ack(EPERM, {}, {.to = 7}),
			  {one(9), 1000},
			  {wire::ack(EPERM), 1000},
			  one(5),
			  {wire::bytes(100'000), 1000},
			  std::errc::interrupted,
			  wire::ack()});
	c.transact();
	CHECK(c.replies.all == std::vector<std::uint32_t>{5});
}

TEST_CASE("a refusal has the kernel's words and the attribute's name")
{
	connection c;
	c.what.put(VFCTL_A_VF_IFNAME, std::string_view("veth0.1"));
	c.what.put(VFCTL_A_VF_SOFT_RATE, std::uint64_t{1});

	SECTION("of the attribute at an offset")
	{
		c.kernel->answer({wire::ack(
			EINVAL, wire::words("too much").u32(NLMSGERR_ATTR_OFFS, 20 + 12))});
		const auto e = error_of([&] { c.transact(); });
		CHECK(e.code() == std::errc::invalid_argument);
		CHECK(e.message() == "too much");
		CHECK(e.attribute() == "soft-rate");
		CHECK(e.from_kernel());
		CHECK(e.operation().empty());
	}
	SECTION("of one that is missing")
	{
		c.kernel->answer({wire::ack(
			EINVAL, wire::attrs().u32(NLMSGERR_ATTR_MISS_TYPE, VFCTL_A_VF_HARD_RATE))});
		CHECK(error_of([&] { c.transact(); }).attribute() == "hard-rate");
	}
	SECTION("of none")
	{
		c.kernel->answer({wire::ack(EPERM)});
		const auto e = error_of([&] { c.transact(); });
		CHECK(e.code() == std::errc::operation_not_permitted);
		CHECK(e.message().empty());
		CHECK(e.attribute().empty());
		CHECK(e.from_kernel());
	}
	SECTION("of one that is not in the request")
	{
		c.kernel->answer({wire::ack(EINVAL, wire::attrs().u32(NLMSGERR_ATTR_OFFS, 21))});
		CHECK(error_of([&] { c.transact(); }).attribute().empty());
	}
	SECTION("of one that has no name")
	{
		c.kernel->answer(
			{wire::ack(EINVAL, wire::attrs().u32(NLMSGERR_ATTR_MISS_TYPE, 1000))});
		CHECK(error_of([&] { c.transact(); }).attribute().empty());
	}
	SECTION("with the request in full")
	{
		c.kernel->answer(
			{wire::uncapped_ack(EINVAL, {c.what.bytes().begin(), c.what.bytes().end()},
					    wire::words("too much").u32(NLMSGERR_ATTR_OFFS, 20))});
		const auto e = error_of([&] { c.transact(); });
		CHECK(e.message() == "too much");
		CHECK(e.attribute() == "ifname");
	}
}

TEST_CASE("words of a success are no error")
{
	connection c;

	c.kernel->answer({one(5), wire::ack(0, wire::words("by the way"))});
	CHECK_NOTHROW(c.transact());
}

TEST_CASE("a dump is read to its end over several datagrams")
{
	connection c;

	c.kernel->answer({wire::concat({some(1), some(2)}), some(3), wire::done()});
	c.dump();
	CHECK(c.replies.all == std::vector<std::uint32_t>{1, 2, 3});
	CHECK(c.kernel->header_sent(1).nlmsg_flags == (NLM_F_REQUEST | NLM_F_DUMP));
}

TEST_CASE("a dump of nothing is empty")
{
	connection c;

	c.kernel->answer({wire::done()});
	c.dump();
	CHECK(c.replies.all.empty());
}

TEST_CASE("a torn dump is read again")
{
	connection c;

	SECTION("torn in the middle")
	{
		c.kernel->answer({some(1), some(2, NLM_F_DUMP_INTR), some(3), wire::done()});
	}
	SECTION("torn at its end")
	{
		c.kernel->answer({some(1), wire::done(0, {}, NLM_F_DUMP_INTR)});
	}
	SECTION("lost in part")
	{
		c.kernel->answer({some(1), std::errc::no_buffer_space});
	}
	SECTION("lost in part, with the rest still coming")
	{
		c.kernel->answer({some(1), std::errc::no_buffer_space, some(9), wire::done()});
	}
	SECTION("lost in part, as a message says")
	{
		c.kernel->answer({some(1), wire::message(NLMSG_OVERRUN, {}), wire::done()});
	}
	SECTION("torn, and its rest is lost twice")
	{
		c.kernel->answer({std::errc::no_buffer_space, std::errc::no_buffer_space});
	}
	c.kernel->answer({some(4), wire::done()});

	c.dump();
	CHECK(c.replies.all == std::vector<std::uint32_t>{4});
	CHECK(c.requests() == 2);
	CHECK(c.kernel->header_sent(1).nlmsg_seq != c.kernel->header_sent(2).nlmsg_seq);
	CHECK(c.kernel->quiet());
}

TEST_CASE("a dump that is torn each time is given up")
{
	connection c;

	for (int i = 0; i < genl::attempts; i++)
		c.kernel->answer({some(1, NLM_F_DUMP_INTR), wire::done()});
	c.kernel->answer({some(1), wire::done()});

	const auto e = error_of([&] { c.dump(); });
	CHECK(e.code() == std::errc::resource_unavailable_try_again);
	CHECK(e.message() == "there was a change each time that it was read");
	CHECK(c.requests() == genl::attempts);
}

TEST_CASE("answers that are lost each time are given up")
{
	connection c;

	for (int i = 0; i < genl::attempts; i++)
		c.kernel->answer({std::errc::no_buffer_space});
	const auto e = error_of([&] { c.transact(); });
	CHECK(e.code() == std::errc::resource_unavailable_try_again);
	CHECK(e.message() == "the kernel's answers were lost each time");
	for (int i = 0; i < genl::attempts; i++)
		c.kernel->answer({std::errc::no_buffer_space});
	CHECK(error_of([&] { c.family.resolve(); }).code() ==
	      std::errc::resource_unavailable_try_again);
}

TEST_CASE("a datagram that is larger than the buffer is read at the next attempt")
{
	connection c;
	wire::bytes large;

	for (std::uint32_t i = 0; i < 2000; i++)
		wire::append(large, some(i).data(), some(i).size());
	REQUIRE(large.size() > 40'000);
	c.kernel->answer({large, wire::done()});
	c.kernel->answer({large, wire::done()});

	c.dump();
	CHECK(c.replies.all.size() == 2000);
	CHECK(c.replies.all.back() == 1999);
	CHECK(c.requests() == 2);
}

TEST_CASE("a dump that is refused tells why")
{
	connection c;
	c.what.put(VFCTL_A_VF_PF_IFNAME, std::string_view("lo"));
	const auto tlvs = wire::words("lo is no PF").u32(NLMSGERR_ATTR_OFFS, 20);

	SECTION("before it begins")
	{
		c.kernel->answer({wire::ack(EOPNOTSUPP, tlvs)});
	}
	SECTION("at its end")
	{
		c.kernel->answer({wire::done(EOPNOTSUPP, tlvs)});
	}

	const auto e = error_of([&] { c.dump(); });
	CHECK(e.code() == std::errc::operation_not_supported);
	CHECK(e.message() == "lo is no PF");
	CHECK(e.attribute() == "pf-ifname");
	CHECK(c.requests() == 1);
}

TEST_CASE("a family that was loaded again is found again")
{
	connection c;

	c.answer_no_family();
	c.answer_family(other_id);
	c.kernel->answer(
		{wire::genl(VFCTL_CMD_VF_GET, wire::attrs().u32(1, 5), {}, other_id), wire::ack()});
	c.transact();
	CHECK(c.replies.all == std::vector<std::uint32_t>{5});
	CHECK(c.kernel->header_sent(3).nlmsg_type == other_id);
}

TEST_CASE("without the module, it is named")
{
	connection c;

	c.answer_no_family();
	c.answer_no_family();
	const auto e = error_of([&] { c.transact(); });
	CHECK(e.code() == std::errc::protocol_not_supported);
	CHECK(e.message() == "the kernel module vfctl is not loaded; \"modprobe vfctl\" loads it");
	CHECK_FALSE(e.from_kernel());

	SECTION("and is found when it comes")
	{
		c.answer_family();
		c.kernel->answer({wire::ack()});
		CHECK_NOTHROW(c.transact());
	}
}

TEST_CASE("ENOENT of the family itself is an answer")
{
	connection c;

	c.kernel->answer({wire::ack(ENOENT, wire::words("there is no VF 9"))});
	const auto e = error_of([&] { c.transact(); });
	CHECK(e.code() == std::errc::no_such_file_or_directory);
	CHECK(e.message() == "there is no VF 9");
	CHECK(c.requests() == 1);
}

TEST_CASE("a family that goes each time it is found is given up")
{
	connection c;

	for (int i = 0; i < genl::attempts * 2; i++) {
		c.answer_no_family();
		c.answer_family();
	}
	const auto e = error_of([&] { c.transact(); });
	CHECK(e.code() == std::errc::protocol_not_supported);
	CHECK(e.message() == "the kernel module vfctl is not loaded; \"modprobe vfctl\" loads it");
}

TEST_CASE("a dump while the module is being unloaded names it, and is not repeated")
{
	connection c;

	c.kernel->answer({wire::ack(EPROTONOSUPPORT)});
	const auto e = error_of([&] { c.dump(); });
	CHECK(e.code() == std::errc::protocol_not_supported);
	CHECK(e.message() == "the kernel module vfctl is not loaded; \"modprobe vfctl\" loads it");
	CHECK(c.requests() == 1);
}

TEST_CASE("EPROTONOSUPPORT with words is an answer")
{
	connection c;

	c.kernel->answer({wire::ack(EPROTONOSUPPORT, wire::words("not today"))});
	const auto e = error_of([&] { c.dump(); });
	CHECK(e.message() == "not today");
	CHECK(e.from_kernel());
}

TEST_CASE("an answer that cannot be understood is an error, and the next request is not disturbed")
{
	connection c;
	auto broken = one(1);

	SECTION("of another family")
	{
		c.kernel->answer({wire::genl(1, {}, {}, other_id), wire::ack()});
	}
	SECTION("too short for the family")
	{
		c.kernel->answer({wire::message(wire::family_id, wire::bytes(3)), wire::ack()});
	}
	SECTION("longer than its datagram")
	{
		broken[0] = std::byte{0xf0};
		c.kernel->answer({broken, wire::ack()});
	}
	SECTION("an acknowledgement without a number")
	{
		c.kernel->answer({wire::message(NLMSG_ERROR, {}), wire::ack()});
	}

	CHECK(error_of([&] { c.transact(); }).code() == std::errc::protocol_error);
	CHECK(c.kernel->quiet());
	c.kernel->answer({one(5), wire::ack()});
	c.transact();
	CHECK(c.replies.all == std::vector<std::uint32_t>{5});
}

TEST_CASE("a reply that its taker cannot use ends the request, and the rest is read away")
{
	connection c;

	c.replies.fail = true;
	c.kernel->answer({some(1), some(2), wire::done()});
	CHECK(error_of([&] { c.dump(); }).code() == std::errc::io_error);
	CHECK(c.kernel->quiet());
}

TEST_CASE("a socket that fails is an error")
{
	connection c;

	SECTION("sending")
	{
		c.kernel->send_error = std::errc::permission_denied;
		CHECK(error_of([&] { c.transact(); }).code() == std::errc::permission_denied);
	}
	SECTION("receiving")
	{
		c.kernel->answer({std::errc::bad_file_descriptor});
		const auto e = error_of([&] { c.transact(); });
		CHECK(e.code() == std::errc::bad_file_descriptor);
		CHECK_FALSE(e.from_kernel());
	}
}
