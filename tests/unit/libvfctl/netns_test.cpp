// SPDX-License-Identifier: GPL-2.0-only
// Clients and monitors in network namespaces of the kernel's, which takes root to make. Where that
// is not allowed, what needs it is skipped and says so.
#include "../catch.hpp"

#include <csignal>
#include <cstdlib>
#include <cstring>
#include <functional>
#include <memory>
#include <new>
#include <optional>
#include <string>
#include <thread>

#include <fcntl.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sched.h>
#include <sys/ioctl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <vfctl/client.hpp>
#include <vfctl/error.hpp>
#include <vfctl/monitor.hpp>

#include "descriptor.hpp"
#include "netlink_socket.hpp"
#include "netns.hpp"
#include "quiet_thread.hpp"

using namespace vfctl;

namespace {

descriptor own_namespace()
{
	return descriptor(::open("/proc/thread-self/ns/net", O_RDONLY | O_CLOEXEC));
}

/// A new network namespace, whose only device has been renamed from "lo" to "there"; none where it
/// may not be made.
std::optional<descriptor> make_namespace()
{
	std::optional<descriptor> made;
	std::thread([&] {
		if (::unshare(CLONE_NEWNET) != 0)
			return;
		const descriptor any(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0));
		ifreq change = {};
		std::strcpy(change.ifr_name, "lo");
		std::strcpy(change.ifr_newname, "there");
		if (::ioctl(any.get(), SIOCSIFNAME, &change) == 0)
			made = own_namespace();
	}).join();
	// As on a machine of a build farm. A skipped test has not passed, so it says so.
	if (!made)
		WARN("SKIPPED: no network namespace can be made here, that takes CAP_SYS_ADMIN");
	return made;
}

/// Calls that with a thread that enters another namespace first.
void in_a_thread_of(const descriptor& other, const std::function<void()>& call)
{
	bool entered = false;
	std::thread([&] {
		entered = ::setns(other.get(), CLONE_NEWNET) == 0;
		if (entered)
			call();
	}).join();
	REQUIRE(entered);
}

std::string message_of(const std::function<void()>& call, std::errc code)
{
	try {
		call();
	} catch (const error& e) {
		CHECK(e.code() == code);
		return e.what();
	}
	FAIL("nothing was thrown");
	std::abort();
}

/// Which of the two a client sees: neither is a PF, but only one of them is there.
std::string device_seen(client& by)
{
	for (const char* name : {"lo", "there"}) {
		const auto said = message_of([&] { by.pf(name); }, std::errc::no_such_device);
		if (said.find("is no PF") != std::string::npos)
			return name;
	}
	return "none";
}

client::options rtnetlink_in(const netns_ref& where)
{
	return {.backend = backend_type::rtnetlink, .netns = where};
}

/// Of the namespace that a socket is in, as stat() has it; 0 where it is not told.
ino_t namespace_of(const netlink_socket& socket)
{
	struct stat s = {};
	const descriptor of(::ioctl(socket.fd(), SIOCGSKNS));
	return ::fstat(of.get(), &s) == 0 ? s.st_ino : 0;
}

ino_t inode(const descriptor& of)
{
	struct stat s = {};
	return ::fstat(of.get(), &s) == 0 ? s.st_ino : 0;
}

/// A name for a namespace, as `ip netns` gives them.
class named_namespace {
public:
	explicit named_namespace(const descriptor& of)
	{
		const auto target = "/proc/self/fd/" + std::to_string(of.get());
		::mkdir("/run/netns", 0755);
		const descriptor file(::open(path_.c_str(), O_RDONLY | O_CREAT | O_EXCL, 0));
		REQUIRE(file.get() >= 0);
		mounted_ = ::mount(target.c_str(), path_.c_str(), "none", MS_BIND, nullptr) == 0;
	}
	named_namespace(const named_namespace&) = delete;
	named_namespace& operator=(const named_namespace&) = delete;
	~named_namespace()
	{
		if (mounted_)
			::umount2(path_.c_str(), MNT_DETACH);
		::unlink(path_.c_str());
	}

	bool mounted() const { return mounted_; }
	const std::string& name() const { return name_; }

private:
	std::string name_ = "vfctl-test-" + std::to_string(::getpid());
	std::string path_ = "/run/netns/" + name_;
	bool mounted_ = false;
};

} // namespace

TEST_CASE("a client stays in the namespace it was made in when its thread moves")
{
	const auto other = make_namespace();
	if (!other)
		return;

	std::string before;
	std::string after;
	std::string made_there;
	bool moved = false;
	std::thread([&] {
		client here(rtnetlink_in(netns_ref::current()));
		before = device_seen(here);
		moved = ::setns(other->get(), CLONE_NEWNET) == 0;
		after = device_seen(here);
		client there(rtnetlink_in(netns_ref::current()));
		made_there = device_seen(there);
	}).join();
	REQUIRE(moved);
	CHECK(before == "lo");
	CHECK(after == "lo");
	CHECK(made_there == "there");
}

TEST_CASE("a client that was not used yet when its thread moves is where it was made")
{
	const auto other = make_namespace();
	if (!other)
		return;

	client here(backend_type::rtnetlink);
	std::string seen;
	in_a_thread_of(*other, [&] { seen = device_seen(here); });
	CHECK(seen == "lo");
}

TEST_CASE("a client keeps its namespace after a request that was refused")
{
	const auto other = make_namespace();
	if (!other)
		return;

	client here(backend_type::rtnetlink);
	std::string seen;
	in_a_thread_of(*other, [&] {
		message_of([&] { here.set("lo/0", {.hard = rate::none(), .soft = {}, .min = {}}); },
			   std::errc::no_such_device);
		seen = device_seen(here);
	});
	CHECK(seen == "lo");
}

TEST_CASE("a client is made in a namespace that is given by a descriptor, and the thread stays")
{
	auto other = make_namespace();
	if (!other)
		return;

	const auto own = inode(own_namespace());
	client there(rtnetlink_in(netns_ref::by_fd(other->get())));
	CHECK(inode(own_namespace()) == own);
	other.reset();
	CHECK(device_seen(there) == "there");

	client here(backend_type::rtnetlink);
	CHECK(device_seen(here) == "lo");
}

TEST_CASE("a client is made in a namespace that is given by its name")
{
	const auto other = make_namespace();
	if (!other)
		return;
	const named_namespace named(*other);
	if (!named.mounted()) {
		WARN("SKIPPED: no namespace can be named here, that takes mount(2)");
		return;
	}

	client there(rtnetlink_in(netns_ref::by_name(named.name())));
	CHECK(device_seen(there) == "there");
}

TEST_CASE("sockets of both protocols are opened in the namespace, and stay there")
{
	const auto other = make_namespace();
	if (!other)
		return;

	std::unique_ptr<netlink_socket> generic;
	std::unique_ptr<netlink_socket> route;
	in_netns(netns_ref::by_fd(other->get()), [&] {
		generic = open_generic_netlink(0);
		route = open_route_netlink();
	});
	CHECK(namespace_of(*generic) == inode(*other));
	CHECK(namespace_of(*route) == inode(*other));
	CHECK(namespace_of(*open_generic_netlink(0)) == inode(own_namespace()));
}

TEST_CASE("a thread that enters a namespace takes no signal, and the caller has its own again")
{
	const auto other = make_namespace();
	if (!other)
		return;

	sigset_t blocked = {};
	sigset_t after = {};
	in_netns(netns_ref::by_fd(other->get()),
		 [&] { pthread_sigmask(SIG_SETMASK, nullptr, &blocked); });
	pthread_sigmask(SIG_SETMASK, nullptr, &after);
	CHECK(sigismember(&blocked, SIGTERM) == 1);
	CHECK(sigismember(&after, SIGTERM) == 0);
}

TEST_CASE("the caller has its signals again where there is no memory for a thread")
{
	struct call {
		call() = default;
		call(const call& /*other*/) { throw std::bad_alloc(); }
		void operator()() const {}
	};
	const call none;
	sigset_t after = {};

	CHECK_THROWS_AS(start_quiet_thread(none), std::bad_alloc);
	pthread_sigmask(SIG_SETMASK, nullptr, &after);
	CHECK(sigismember(&after, SIGTERM) == 0);
}

TEST_CASE("what is thrown in a namespace arrives")
{
	const auto other = make_namespace();
	if (!other)
		return;

	const auto fail = [] {
		throw error("test", std::make_error_code(std::errc::io_error));
	};
	CHECK(message_of([&] { in_netns(netns_ref::by_fd(other->get()), fail); },
			 std::errc::io_error)
		      .rfind("test: ", 0) == 0);
}

TEST_CASE("the caller's own namespace is entered without a privilege and without a thread")
{
	const auto own = own_namespace();
	const auto caller = std::this_thread::get_id();
	std::thread::id called;

	in_netns(netns_ref::by_fd(own.get()), [&] { called = std::this_thread::get_id(); });
	CHECK(called == caller);
}

TEST_CASE("a namespace that cannot be entered is an error of who opens something there")
{
	const descriptor no_namespace(::open("/dev/null", O_RDONLY | O_CLOEXEC));
	netns_ref where;
	std::errc code{};
	std::string said;

	SECTION("no such name")
	{
		where = netns_ref::by_name("vfctl has no such one");
		code = std::errc::no_such_file_or_directory;
		said = "the network namespace \"vfctl has no such one\" cannot be opened";
	}
	SECTION("a name that leads elsewhere")
	{
		where = netns_ref::by_name("../../proc/self/ns/net");
		code = std::errc::invalid_argument;
		said = "the network namespace \"../../proc/self/ns/net\" has a name that none can "
		       "have";
	}
	SECTION("no name")
	{
		where = netns_ref::by_name("");
		code = std::errc::invalid_argument;
		said = "the network namespace \"\" has a name that none can have";
	}
	SECTION("a descriptor of something else")
	{
		where = netns_ref::by_fd(no_namespace.get());
		code = std::errc::invalid_argument;
		said = "the network namespace of descriptor " + std::to_string(no_namespace.get()) +
		       " is no network namespace";
	}
	SECTION("no descriptor")
	{
		where = netns_ref::by_fd(-1);
		code = std::errc::bad_file_descriptor;
		said = "the network namespace of descriptor -1 cannot be entered";
	}

	CHECK(message_of([&] { client made({.backend = backend_type::automatic, .netns = where}); },
			 code) == "open a client: " + said);
	monitor::options wanted;
	wanted.netns = where;
	CHECK(message_of([&] { monitor made(wanted); }, code) == "open a monitor: " + said);
}

TEST_CASE("a FIFO in place of a named namespace is refused, not waited for")
{
	const std::string name = "vfctl-fifo-" + std::to_string(::getpid());
	const std::string path = "/run/netns/" + name;

	::mkdir("/run/netns", 0755);
	if (::mkfifo(path.c_str(), 0600) != 0) {
		WARN("SKIPPED: no file can be made in /run/netns here");
		return;
	}
	const auto said = message_of([&] { in_netns(netns_ref::by_name(name), [] {}); },
				     std::errc::invalid_argument);
	::unlink(path.c_str());
	CHECK(said.find("is no network namespace") != std::string::npos);
}

TEST_CASE("without the privilege another namespace is refused")
{
	const auto other = make_namespace();
	if (!other)
		return;

	// The thread's own privilege, which ends with it.
	std::string said;
	std::thread([&] {
		if (::syscall(SYS_setresuid, 65534, 65534, 65534) != 0)
			return;
		try {
			in_netns(netns_ref::by_fd(other->get()), [] {});
		} catch (const error& e) {
			said = e.what();
		}
	}).join();
	CHECK(said.find("cannot be entered without CAP_SYS_ADMIN") != std::string::npos);
}
