// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <cerrno>
#include <limits>
#include <string>

#include <vfctl/error.hpp>

#include "message.hpp"
#include "wire.hpp"

using namespace vfctl;

namespace {

std::string problem_of(const message_check& check)
{
	try {
		check.finish();
	} catch (const error& e) {
		CHECK(e.code() == std::errc::protocol_error);
		CHECK_FALSE(e.from_kernel());
		return e.message();
	}
	return {};
}

message first_of(const wire::bytes& datagram)
{
	message_check check;
	message_walker walker(datagram);
	const auto m = walker.next(check);

	REQUIRE(m);
	return *m;
}

} // namespace

TEST_CASE("the first problem sticks")
{
	message_check check;

	CHECK(check.ok());
	CHECK_NOTHROW(check.finish());
	check.fail("one");
	check.fail("two");
	CHECK_FALSE(check.ok());
	CHECK(problem_of(check) == "one");
}

TEST_CASE("messages of a datagram are found one after the other")
{
	const auto datagram = wire::concat({wire::message(20, wire::bytes(3), {.flags = 2}),
					    wire::message(21, {}, {.sequence = 9, .to = 8})});
	message_check check;
	message_walker walker(datagram);

	const auto one = walker.next(check);
	REQUIRE(one);
	CHECK(one->type == 20);
	CHECK(one->flags == 2);
	CHECK(one->payload.size() == 3);
	const auto two = walker.next(check);
	REQUIRE(two);
	CHECK(two->type == 21);
	CHECK(two->sequence == 9);
	CHECK(two->port == 8);
	CHECK(two->payload.empty());
	CHECK_FALSE(walker.next(check));
	CHECK(check.ok());
}

TEST_CASE("a message that is longer than its datagram, or shorter than its header, is none")
{
	auto datagram = wire::message(20, wire::bytes(8));

	SECTION("longer")
	{
		datagram[0] = std::byte{25};
	}
	SECTION("much longer")
	{
		datagram[3] = std::byte{0xff};
	}
	SECTION("shorter")
	{
		datagram[0] = std::byte{15};
	}
	SECTION("empty")
	{
		datagram[0] = std::byte{0};
	}
	SECTION("cut in its header")
	{
		datagram.resize(15);
	}

	message_check check;
	message_walker walker(datagram);
	CHECK_FALSE(walker.next(check));
	CHECK(problem_of(check) == "a message does not fit into what was received");
	CHECK_FALSE(walker.next(check));
}

TEST_CASE("attributes are found by their type, of several the last")
{
	const auto list = wire::attrs()
				  .u32(1, 5)
				  .u16(2, 6)
				  .u64(3, std::numeric_limits<std::uint64_t>::max())
				  .text(4, "igb")
				  .nest(5, wire::attrs().u32(1, 7))
				  .u32(1, 8)
				  .u32(attribute_table::capacity, 9)
				  .raw(6, {});
	message_check check;
	const attribute_table table(list.all(), check);

	CHECK(table.u32(1) == 8U);
	CHECK(table.u16(2) == std::uint16_t{6});
	CHECK(table.u64(3) == std::numeric_limits<std::uint64_t>::max());
	CHECK(table.string(4) == "igb");
	REQUIRE(table.bytes(5));
	CHECK(attribute_table(*table.bytes(5), check).u32(1) == 7U);
	REQUIRE(table.bytes(6));
	CHECK(table.bytes(6)->empty());
	CHECK_FALSE(table.u32(7));
	CHECK_FALSE(table.string(7));
	CHECK_FALSE(table.bytes(7));
	CHECK(check.ok());
}

TEST_CASE("a number of another length is not read")
{
	const auto list = wire::attrs().u32(1, 5).u64(2, 5).u16(3, 5).raw(4, {});
	message_check check;
	const attribute_table table(list.all(), check);

	SECTION("too long")
	{
		CHECK_FALSE(table.u32(2));
		CHECK(problem_of(check) == "attribute 2 is 8 bytes long, not 4");
	}
	SECTION("too short")
	{
		CHECK_FALSE(table.u64(1));
		CHECK(problem_of(check) == "attribute 1 is 4 bytes long, not 8");
	}
	SECTION("empty")
	{
		CHECK_FALSE(table.u16(4));
		CHECK(problem_of(check) == "attribute 4 is 0 bytes long, not 2");
	}
}

TEST_CASE("a text ends at its first NUL, and must have one")
{
	const auto list = wire::attrs()
				  .text(1, "")
				  .text(2, std::string_view("a\0b", 3))
				  .raw(3, {std::byte{'x'}})
				  .raw(4, {});
	message_check check;
	const attribute_table table(list.all(), check);

	CHECK(table.string(1) == "");
	CHECK(table.string(2) == "a");
	CHECK(check.ok());
	SECTION("none")
	{
		CHECK_FALSE(table.string(3));
		CHECK(problem_of(check) == "the text of attribute 3 has no end");
	}
	SECTION("empty")
	{
		CHECK_FALSE(table.string(4));
		CHECK(problem_of(check) == "the text of attribute 4 has no end");
	}
}

TEST_CASE("an attribute that runs over its message, or has no room for its header, is none")
{
	auto list = wire::attrs().u32(1, 5).u32(2, 6).all();

	SECTION("over")
	{
		list[8] = std::byte{9};
	}
	SECTION("far over")
	{
		list[9] = std::byte{0xff};
	}
	SECTION("short")
	{
		list[8] = std::byte{3};
	}
	SECTION("zero")
	{
		list[8] = std::byte{0};
	}
	SECTION("left-over bytes")
	{
		list.resize(list.size() + 3);
	}

	message_check check;
	const attribute_table table(list, check);
	CHECK(table.u32(1) == 5U);
	CHECK(problem_of(check) == "an attribute does not fit into its message");
}

TEST_CASE("the last attribute may lack its padding")
{
	auto list = wire::attrs().text(1, "igb").text(2, "ab").all();
	list.resize(list.size() - 1);
	message_check check;

	CHECK(attribute_table(list, check).string(2) == "ab");
	CHECK(check.ok());
}

TEST_CASE("a message that is too short for the header of generic netlink is of no family")
{
	message_check check;

	CHECK(split_genl(wire::bytes(3), check).attributes.empty());
	CHECK(problem_of(check) == "a message is too short to be of a family");
}

TEST_CASE("an acknowledgement tells the error, the kernel's words and the attribute")
{
	const auto tlvs = wire::words("no").u32(NLMSGERR_ATTR_OFFS, 20);
	message_check check;

	SECTION("success")
	{
		CHECK(read_acknowledgement(first_of(wire::ack()), check).error == 0);
	}
	SECTION("capped")
	{
		const auto datagram = wire::ack(EINVAL, tlvs);
		const auto ack = read_acknowledgement(first_of(datagram), check);
		CHECK(ack.error == EINVAL);
		CHECK(ack.text == "no");
		CHECK(ack.offset == 20U);
		CHECK_FALSE(ack.missing);
	}
	SECTION("with the request, whose length is no multiple of four")
	{
		auto request = wire::message(31, wire::bytes(13));
		request.resize(16 + 13);
		const auto datagram = wire::uncapped_ack(EPERM, request, tlvs);
		const auto ack = read_acknowledgement(first_of(datagram), check);
		CHECK(ack.error == EPERM);
		CHECK(ack.text == "no");
		CHECK(ack.offset == 20U);
	}
	SECTION("the end of a dump")
	{
		const auto datagram =
			wire::done(ENODEV, wire::words("no").u32(NLMSGERR_ATTR_MISS_TYPE, 3));
		const auto ack = read_acknowledgement(first_of(datagram), check);
		CHECK(ack.error == ENODEV);
		CHECK(ack.text == "no");
		CHECK(ack.missing == 3U);
	}
	CHECK(check.ok());
}

TEST_CASE("an acknowledgement of a request that claims to be huge has no words")
{
	auto request = wire::message(31, wire::bytes(4));
	request[3] = std::byte{0xff};
	const auto datagram = wire::uncapped_ack(EPERM, request, wire::words("no"));
	message_check check;

	const auto ack = read_acknowledgement(first_of(datagram), check);
	CHECK(ack.error == EPERM);
	CHECK(ack.text.empty());
}

TEST_CASE("an acknowledgement without a proper error number is none")
{
	message_check check;

	SECTION("positive")
	{
		read_acknowledgement(first_of(wire::ack(-5)), check);
	}
	SECTION("the least integer")
	{
		const auto least = std::numeric_limits<int>::min();
		auto datagram = wire::ack(1);
		std::memcpy(datagram.data() + 16, &least, sizeof(least));
		read_acknowledgement(first_of(datagram), check);
	}
	SECTION("out of range")
	{
		read_acknowledgement(first_of(wire::ack(4096)), check);
	}
	SECTION("short")
	{
		read_acknowledgement(first_of(wire::message(NLMSG_ERROR, wire::bytes(19))), check);
	}
	SECTION("empty end of a dump")
	{
		read_acknowledgement(first_of(wire::message(NLMSG_DONE, {})), check);
	}
	CHECK(problem_of(check) == "an acknowledgement is too short, or has no error number");
}

TEST_CASE("a request is built as the kernel reads it")
{
	request what(7, 1);
	what.put(1, std::uint32_t{2});
	what.put(2, std::string_view("eth0"));
	what.put(3, std::uint64_t{1} << 40U);
	what.address(31, 5, 77);

	CHECK(what.command() == 7);
	CHECK(what.family() == 31);
	const auto m = first_of({what.bytes().begin(), what.bytes().end()});
	CHECK(m.type == 31);
	CHECK(m.flags == 5);
	CHECK(m.sequence == 77);

	const auto want = wire::genl(
		7, wire::attrs().u32(1, 2).text(2, "eth0").u64(3, std::uint64_t{1} << 40U),
		{.flags = 5, .sequence = 77, .to = 0}, 31);
	CHECK(wire::bytes(what.bytes().begin(), what.bytes().end()) == want);
}

TEST_CASE("the attribute at an offset of a request is found, and none between two")
{
	request what(7, 1);
	what.put(9, std::uint32_t{2});
	what.put(5, std::string_view("eth0"));
	what.put(3, std::uint32_t{1});

	CHECK(what.attribute_at(20) == 9U);
	CHECK(what.attribute_at(28) == 5U);
	CHECK(what.attribute_at(40) == 3U);
	CHECK_FALSE(what.attribute_at(0));
	CHECK_FALSE(what.attribute_at(24));
	CHECK_FALSE(what.attribute_at(48));
	CHECK_FALSE(what.attribute_at(std::numeric_limits<std::uint32_t>::max()));
}

TEST_CASE("a request that grows too long is refused")
{
	request what(7, 1);

	CHECK_THROWS_AS(what.put(1, std::string_view(std::string(300, 'x'))), error);
	for (int i = 0; i < 29; i++)
		what.put(1, std::uint32_t{1});
	CHECK_THROWS_AS(what.put(1, std::uint64_t{1}), error);
	try {
		what.put(1, std::uint32_t{1});
		FAIL("it fits");
	} catch (const error& e) {
		CHECK(e.code() == std::errc::message_size);
	}
}
