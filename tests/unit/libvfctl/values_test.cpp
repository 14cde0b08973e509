// SPDX-License-Identifier: GPL-2.0-only
#include "../catch.hpp"

#include <array>
#include <set>
#include <string>
#include <type_traits>

#include <vfctl/client.hpp>
#include <vfctl/error.hpp>
#include <vfctl/event.hpp>
#include <vfctl/stats.hpp>

using namespace vfctl;

TEST_CASE("an error says what was attempted and why it failed")
{
	const error e("set limits of eth0/1", std::make_error_code(std::errc::invalid_argument),
		      "too much", "hard-rate", error::source::kernel);

	CHECK(std::string(e.what()) == "set limits of eth0/1: too much");
	CHECK(e.operation() == "set limits of eth0/1");
	CHECK(e.code() == std::errc::invalid_argument);
	CHECK(e.message() == "too much");
	CHECK(e.attribute() == "hard-rate");
	CHECK(e.from_kernel());
	CHECK(e.refused_by() == error::source::kernel);
}

TEST_CASE("an error without words has those of its number")
{
	const error e("read VFs", std::make_error_code(std::errc::operation_not_permitted));

	CHECK(std::string(e.what()) == "read VFs: Operation not permitted");
	CHECK(e.message().empty());
	CHECK_FALSE(e.from_kernel());
	CHECK(std::string(error({}, e.code(), "no").what()) == "no");
}

TEST_CASE("a copy of an error is the same, and making it does not throw")
{
	STATIC_REQUIRE(std::is_nothrow_copy_constructible_v<error>);
	STATIC_REQUIRE(std::is_nothrow_copy_assignable_v<error>);
	const error one("one", {}, "a");
	error two("two", {}, "b");

	CHECK(std::string(error(one).what()) == "one: a");
	two = one;
	CHECK(std::string(two.what()) == "one: a");
}

TEST_CASE("each counter has a name of its own")
{
	std::set<std::string_view> names;

	for (const auto c : all_counters)
		names.insert(to_string(c));
	CHECK(names.size() == counter_count);
	CHECK(to_string(counter::rx_packets) == "rx_packets");
	CHECK(to_string(counter::rx_dropped) == "rx_dropped");
	CHECK(to_string(counter::tx_loopback_bytes) == "tx_loopback_bytes");
	CHECK(to_string(static_cast<counter>(counter_count)) == "unknown");
}

TEST_CASE("a counter is absent until it is set")
{
	counters all;

	CHECK(all.empty());
	all.set(counter::tx_bytes, 0);
	CHECK(all[counter::tx_bytes] == 0U);
	CHECK_FALSE(all[counter::rx_bytes]);
	CHECK_FALSE(all.empty());
	all.clear();
	CHECK_FALSE(all[counter::tx_bytes]);
}

TEST_CASE("enumerations have the names of the protocol")
{
	CHECK(to_string(origin::netlink) == "netlink");
	CHECK(to_string(origin::tx_maxrate) == "tx-maxrate");
	CHECK(to_string(origin::sysfs) == "sysfs");
	CHECK(to_string(origin::outside) == "outside");
	CHECK(to_string(origin::device) == "device");
	CHECK(to_string(origin::guest) == "guest");
	CHECK(to_string(static_cast<origin>(99)) == "unknown");

	CHECK(to_string(change::added) == "added");
	CHECK(to_string(change::removed) == "removed");
	CHECK(to_string(change::changed) == "changed");
	CHECK(to_string(change::present) == "present");
	CHECK(to_string(static_cast<change>(99)) == "unknown");

	CHECK(to_string(backend_type::automatic) == "automatic");
	CHECK(to_string(backend_type::module) == "module");
	CHECK(to_string(backend_type::rtnetlink) == "rtnetlink");
	CHECK(to_string(static_cast<backend_type>(99)) == "unknown");
}
