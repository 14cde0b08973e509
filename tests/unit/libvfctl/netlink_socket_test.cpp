// SPDX-License-Identifier: GPL-2.0-only
// The real socket, with the one family that every kernel has: "nlctrl".
#include "../catch.hpp"

#include <memory>
#include <string>

#include <fcntl.h>
#include <linux/genetlink.h>
#include <sys/socket.h>

#include <vfctl/client.hpp>
#include <vfctl/error.hpp>
#include <vfctl/monitor.hpp>

#include "codec.hpp"
#include "fake_socket.hpp"
#include "genl.hpp"
#include "netlink_socket.hpp"

using namespace vfctl;

TEST_CASE("the kernel tells of its own family")
{
	genl kernel(open_generic_netlink(0), vfctl_protocol);

	const auto family = kernel.find("nlctrl");
	REQUIRE(family);
	CHECK(family->id == GENL_ID_CTRL);
	CHECK(family->group("notify"));
	CHECK_FALSE(kernel.find("no such family"));
}

TEST_CASE("a socket is not for programs that are started, and its buffer is as large as may be")
{
	const auto small = open_generic_netlink(0);
	const auto large = open_generic_netlink(150'000);
	int size = 0;
	socklen_t length = sizeof(size);

	CHECK(large->port() != small->port());
	CHECK((fcntl(large->fd(), F_GETFD) & FD_CLOEXEC) != 0);
	REQUIRE(getsockopt(large->fd(), SOL_SOCKET, SO_RCVBUF, &size, &length) == 0);
	CHECK(size == 300'000); // the kernel doubles it
}

TEST_CASE("groups are joined")
{
	genl kernel(open_generic_netlink(0), vfctl_protocol);
	const auto events = open_generic_netlink(0);
	const auto family = kernel.find("nlctrl");

	REQUIRE(family);
	CHECK_FALSE(events->join(family->group("notify").value_or(0)));
	CHECK(events->join(0) == std::errc::invalid_argument);
}

TEST_CASE("a datagram that is longer than the buffer tells its size, and from whom it was")
{
	const auto socket = open_generic_netlink(0);
	request what(CTRL_CMD_GETFAMILY, 2);
	std::byte one{};
	datagram_info info;

	CHECK(socket->receive({&one, 1}, deadline::passed_already(), info) == std::errc::timed_out);
	what.put(CTRL_ATTR_FAMILY_NAME, std::string_view("nlctrl"));
	what.address(GENL_ID_CTRL, NLM_F_REQUEST, 1);
	REQUIRE_FALSE(socket->send(what.bytes()));
	CHECK(socket->receive({&one, 1}, deadline(), info) == std::errc::message_size);
	CHECK(info.size > 100);
	CHECK(info.sender == 0);
}

TEST_CASE(
	"without the module, a client and a monitor say so, and the automatic one has another way")
{
	genl kernel(open_generic_netlink(0), vfctl_protocol);

	if (kernel.resolve()) {
		CHECK(client(backend_type::module).backend() == backend_type::module);
		CHECK(client().backend() == backend_type::module);
		CHECK_NOTHROW(monitor());
		return;
	}
	for (const bool of_monitor : {false, true}) {
		try {
			if (of_monitor)
				static_cast<void>(monitor());
			else
				static_cast<void>(client(backend_type::module));
			FAIL("there is no module");
		} catch (const error& e) {
			CHECK(e.code() == std::errc::protocol_not_supported);
			CHECK(std::string(e.what()) ==
			      std::string(of_monitor ? "open a monitor" : "open a client") +
				      ": the kernel module vfctl is not loaded; \"modprobe vfctl\" "
				      "loads it");
		}
	}
	CHECK(client().backend() == backend_type::rtnetlink);
	CHECK(client(backend_type::rtnetlink).backend() == backend_type::rtnetlink);
}

TEST_CASE("a monitor that awaits the module is made with it or without")
{
	genl kernel(open_generic_netlink(0), vfctl_protocol);
	monitor::options wanted;

	wanted.module = module_need::awaited;
	monitor made(wanted);
	const auto first = made.next();
	if (!kernel.resolve())
		CHECK(first == event(gone_event{}));
	CHECK_FALSE(made.wait(std::chrono::milliseconds(5)));
}

TEST_CASE("what others than the kernel send is not received")
{
	const auto kernel = std::make_shared<fake_kernel>();
	fake_socket socket(kernel);
	receiver from(socket);
	std::span<const std::byte> datagram;

	kernel->say({wire::bytes(8), 1234});
	kernel->say({wire::bytes(100'000), 1234});
	CHECK(from.receive(deadline::passed_already(), datagram) == std::errc::timed_out);
	kernel->say(wire::bytes(12));
	CHECK_FALSE(from.receive(deadline::passed_already(), datagram));
	CHECK(datagram.size() == 12);
}

TEST_CASE("a socket is drained through errors until it is empty")
{
	const auto kernel = std::make_shared<fake_kernel>();
	fake_socket socket(kernel);
	receiver from(socket);

	kernel->say(wire::bytes(8));
	kernel->say(std::errc::no_buffer_space);
	kernel->say(std::errc::interrupted);
	kernel->say({wire::bytes(8), 1234});
	kernel->say(wire::bytes(100'000));
	kernel->say(wire::bytes(8));
	from.drain();
	CHECK(kernel->quiet());
}
