// SPDX-License-Identifier: GPL-2.0-only
// Limits that are set by rtnetlink.
#include "../catch.hpp"

#include <cerrno>
#include <cstdint>
#include <optional>
#include <string>
#include <system_error>
#include <vector>

#include <vfctl/error.hpp>
#include <vfctl/pf.hpp>
#include <vfctl/stats.hpp>
#include <vfctl/vf.hpp>

#include "rtnl_host.hpp"

using replay::acknowledge;
using replay::bytes;
using vfctl::rate;
using namespace rtnl_test;

TEST_CASE("setting one rate keeps the other")
{
	host h;
	h.has(h.eth0());
	h.kernel.answer({acknowledge()});
	SECTION("hard")
	{
		h.backend.set("eth0/1", hard(mbit(400)), existing);
		CHECK(h.last_set().vf == 1);
		CHECK(h.last_set().min_tx_rate == 10);
		CHECK(h.last_set().max_tx_rate == 400);
	}
	SECTION("min")
	{
		h.backend.set("eth0/1", minimum(mbit(20)), existing);
		CHECK(h.last_set().min_tx_rate == 20);
		CHECK(h.last_set().max_tx_rate == 20);
	}
	SECTION("both")
	{
		h.backend.set("eth0/1", {.hard = mbit(7), .soft = {}, .min = mbit(6)}, existing);
		CHECK(h.last_set().min_tx_rate == 6);
		CHECK(h.last_set().max_tx_rate == 7);
	}
	SECTION("none")
	{
		h.backend.set("eth0/1", hard(rate::none()), existing);
		CHECK(h.last_set().min_tx_rate == 10);
		CHECK(h.last_set().max_tx_rate == 0);
	}
	SECTION("rounded down")
	{
		h.backend.set("eth0/1", hard(rate::from_bits_per_sec(99'999'999)), existing);
		CHECK(h.last_set().max_tx_rate == 99);
	}
	SECTION("the most")
	{
		h.backend.set("eth0/1", hard(mbit(INT32_MAX)), existing);
		CHECK(h.last_set().max_tx_rate == INT32_MAX);
	}
	CHECK(h.kernel.sent.size() == 2);
}

TEST_CASE("what came of it is known without asking the driver again")
{
	host h;
	h.has(h.eth0());
	h.kernel.answer({acknowledge()});
	const auto result = h.backend.set("eth0/1", hard(mbit(400)), existing);
	CHECK(result.outcome == vfctl::set_outcome::set);
	REQUIRE(result.now);
	CHECK(result.now->hard == mbit(400));
	CHECK(result.now->min == mbit(10));
	CHECK(result.now->pf_name == "eth0");
	CHECK_FALSE(result.now->state);
	CHECK(h.kernel.sent.size() == 2);
}

TEST_CASE("a limit is set if it is still what was read")
{
	host h;
	h.has(h.eth0());
	const auto read = h.backend.vf("eth0/1", existing);
	SECTION("it is")
	{
		h.has(h.eth0());
		h.kernel.answer({acknowledge()});
		const auto result = h.backend.set_if_unchanged(read, hard(mbit(400)), existing);
		CHECK(result.outcome == vfctl::set_outcome::set);
		CHECK(result.before->hard == mbit(20));
		CHECK(result.now->hard == mbit(400));
		CHECK(h.last_set().max_tx_rate == 400);
	}
	SECTION("it is not")
	{
		h.vfs[1].max = 30;
		h.has(h.eth0());
		const auto result = h.backend.set_if_unchanged(read, hard(mbit(400)), existing);
		CHECK(result.outcome == vfctl::set_outcome::differs);
		CHECK(result.now->hard == mbit(30));
		CHECK(h.kernel.sent.size() == 2);
	}
	SECTION("it has no minimum any more")
	{
		h.vfs[1].min = 0;
		h.has(h.eth0());
		const auto result = h.backend.set_if_unchanged(read, hard(mbit(400)), existing);
		CHECK(result.outcome == vfctl::set_outcome::differs);
		CHECK_FALSE(result.now->min);
		CHECK(h.kernel.sent.size() == 2);
	}
	SECTION("it is, and the driver refuses")
	{
		h.has(h.eth0());
		h.kernel.answer({acknowledge(EINVAL, "no")});
		const auto no = refused(
			[&] { h.backend.set_if_unchanged(read, hard(mbit(400)), existing); });
		CHECK(no.what == "set limits of eth0/1: no");
	}
}

TEST_CASE("a limit is left alone where a rate was none when it was read")
{
	host h;
	auto& vf = h.vfs[1];
	vf = {.number = 1};
	h.has(h.eth0());
	const auto read = h.backend.vf("eth0/1", existing);
	SECTION("the hard one")
	{
		vf.max = 30;
	}
	SECTION("the minimum")
	{
		vf.min = 5;
	}
	h.has(h.eth0());
	const auto result = h.backend.set_if_unchanged(read, hard(mbit(400)), existing);
	CHECK(result.outcome == vfctl::set_outcome::differs);
	CHECK(h.kernel.sent.size() == 2);
}

TEST_CASE("what cannot be set is refused before anything is asked")
{
	host h;
	const auto [wanted, code, cause] = GENERATE(table<vfctl::limits, std::errc, std::string>({
		{{.hard = mbit(5), .soft = mbit(1), .min = {}},
		 std::errc::operation_not_supported,
		 "a soft limit needs the vfctl module, which is not in use"},
		{{}, std::errc::invalid_argument, "nothing to set, give a hard or min rate"},
		{hard(rate::from_bits_per_sec(999'999)), std::errc::invalid_argument,
		 "999999 bit/s is below 1 Mbit/s, the least; 0 is no limit"},
		{minimum(rate::from_bits_per_sec(1)), std::errc::invalid_argument,
		 "1 bit/s is below 1 Mbit/s, the least; 0 is no limit"},
		{hard(rate::from_bits_per_sec(UINT64_MAX)), std::errc::invalid_argument,
		 "18446744073709551615bit is more than a driver can take"},
		{hard(mbit(INT32_MAX + 1U)), std::errc::invalid_argument,
		 "2147483648Mbit is more than a driver can take"},
		{{.hard = mbit(5), .soft = {}, .min = mbit(6)},
		 std::errc::invalid_argument,
		 "minimum 6Mbit is above limit 5Mbit"},
	}));
	const auto no = refused([&, w = wanted] { h.backend.set("eth0/1", w, existing); });
	CHECK(no.code == code);
	CHECK(no.what == "set limits of eth0/1: " + cause);
	CHECK_FALSE(no.from_kernel);
	CHECK(h.kernel.sent.empty());
}

TEST_CASE("a limit below the minimum that there is")
{
	host h;
	h.has(h.eth0());
	const auto no = refused([&] { h.backend.set("eth0/1", hard(mbit(9)), existing); });
	CHECK(no.code == std::errc::invalid_argument);
	CHECK(no.what == "set limits of eth0/1: minimum 10Mbit is above limit 9Mbit");
	CHECK(h.kernel.sent.size() == 1);
}

TEST_CASE("a refusal in the kernel's words")
{
	host h;
	h.has(h.eth0());
	h.kernel.answer({acknowledge(EBUSY, "the moon is full")});
	const auto no = refused([&] { h.backend.set("eth0/0", hard(mbit(5)), existing); });
	CHECK(no.code == std::errc::device_or_resource_busy);
	CHECK(no.what == "set limits of eth0/0: the moon is full");
	CHECK(no.from_kernel);
}

TEST_CASE("a refusal without words tells what is known")
{
	host h;
	bytes eth0 = h.eth0();
	int error = EINVAL;
	rate wanted = mbit(5);
	std::string cause;

	SECTION("the rate is above the link's")
	{
		wanted = mbit(2000);
		cause = "igb refuses it and does not say why (Invalid argument); the link speed of "
			"eth0 "
			"is 1Gbit";
	}
	SECTION("there is no link")
	{
		h.tree.file("class/net/eth0/speed", "-1\n");
		eth0 = replay::without_carrier(std::move(eth0));
		cause = "igb refuses it and does not say why (Invalid argument); eth0 has no link";
	}
	SECTION("the speed of the link is not known")
	{
		h.tree.file("class/net/eth0/speed", "-1\n");
		cause = "igb refuses it and does not say why (Invalid argument)";
	}
	SECTION("nothing is known")
	{
		cause = "igb refuses it and does not say why (Invalid argument)";
	}
	SECTION("not even the driver")
	{
		h.tree.file("class/net/eth0/ifindex", "9\n");
		cause = "the driver of eth0 refuses it and does not say why (Invalid argument)";
	}
	SECTION("no driver has it")
	{
		error = EOPNOTSUPP;
		cause = "igb has no such limit for VFs";
	}
	SECTION("no privilege")
	{
		error = EPERM;
		cause = "setting a limit needs CAP_NET_ADMIN";
	}
	h.has(eth0);
	h.kernel.answer({acknowledge(error)});
	const auto no = refused([&] { h.backend.set("eth0/0", hard(wanted), existing); });
	CHECK(no.code == std::error_code(error, std::generic_category()));
	CHECK(no.what == "set limits of eth0/0: " + cause);
	CHECK_FALSE(no.from_kernel);
}

TEST_CASE("a driver whose card does not answer is told from a kernel that does not")
{
	host h;
	h.has(h.eth0());
	h.kernel.answer({acknowledge(ETIMEDOUT)});
	const auto no = refused([&] { h.backend.set("eth0/0", hard(mbit(5)), existing); });
	CHECK(no.code == std::errc::timed_out);
	CHECK(no.from_kernel);
}

TEST_CASE("a socket that fails is not taken for a refusal")
{
	host h;
	h.has(h.eth0());
	h.kernel.receive_error = std::errc::not_enough_memory;
	const auto no = refused([&] { h.backend.set("eth0/0", hard(mbit(5)), existing); });
	CHECK(no.code == std::errc::not_enough_memory);
	CHECK(no.what == "set limits of eth0/0: " +
				 std::make_error_code(std::errc::not_enough_memory).message());
}
