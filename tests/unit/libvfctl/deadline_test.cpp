// SPDX-License-Identifier: GPL-2.0-only
// Calls that come to their end in time, whatever the kernel does.
#include "../catch.hpp"

#include <algorithm>
#include <atomic>
#include <chrono>
#include <condition_variable>
#include <cstdlib>
#include <filesystem>
#include <functional>
#include <memory>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
#include <utility>
#include <vector>

#include <sys/eventfd.h>
#include <unistd.h>

#include <vfctl/client.hpp>
#include <vfctl/error.hpp>

#include "backend.hpp"
#include "client_access.hpp"
#include "courier.hpp"
#include "deadline.hpp"
#include "descriptor.hpp"
#include "netlink_socket.hpp"

using namespace vfctl;
using namespace std::chrono_literals;

namespace {

using clock_type = std::chrono::steady_clock;

/// A card that keeps who asks it waiting, until the test lets it go.
class slow_card {
public:
	void hold()
	{
		const std::lock_guard lock(mutex_);
		held_ = true;
	}

	void release()
	{
		const std::lock_guard lock(mutex_);
		held_ = false;
		changed_.notify_all();
	}

	void wait()
	{
		std::unique_lock lock(mutex_);
		while (held_)
			changed_.wait(lock);
	}

	void note(std::string what)
	{
		const std::lock_guard lock(mutex_);
		done_.push_back(std::move(what));
	}

	std::vector<std::string> done()
	{
		const std::lock_guard lock(mutex_);
		return done_;
	}

	/// Waits for the end of what was given up.
	void wait_for_end(const std::string& what)
	{
		const auto end = clock_type::now() + 20s;
		for (auto is = done(); std::find(is.begin(), is.end(), what) == is.end();
		     is = done()) {
			REQUIRE(clock_type::now() < end);
			std::this_thread::sleep_for(1ms);
		}
	}

private:
	std::mutex mutex_;
	std::condition_variable changed_;
	bool held_ = false;
	std::vector<std::string> done_;
};

/// Over that card. Everything but reads of the module waits for it.
class slow_backend final : public backend {
public:
	slow_backend(std::shared_ptr<slow_card> card, bool reads_wait)
	    : card_(std::move(card)), reads_wait_(reads_wait)
	{}
	~slow_backend() override { card_->note("closed"); }

	backend_type type() const noexcept override { return backend_type::module; }
	bool reads_wait() const noexcept override { return reads_wait_; }

	void pfs(std::vector<pf_info>& into) override { into.assign(1, pf_info()); }
	pf_info pf(const pf_ref& which) override
	{
		pf_info info;
		info.name = which.name();
		return info;
	}
	void vfs(std::vector<vf_info>& into, const pf_ref* /*of*/,
		 vf_presence /*presence*/) override
	{
		into.assign(3, vf_info());
	}
	vf_info vf(const vf_ref& /*which*/, vf_presence /*presence*/) override
	{
		read();
		vf_info info;
		info.hard = hard_;
		return info;
	}
	void stats(std::vector<vf_stats>& into, const pf_ref* /*of*/) override
	{
		read();
		into.assign(5, vf_stats());
		card_->note("stats");
	}
	vf_stats stats(const vf_ref& /*which*/) override { return {}; }
	set_result set(const vf_ref& /*which*/, const limits& wanted,
		       vf_presence /*presence*/) override
	{
		card_->wait();
		hard_ = wanted.hard;
		thread = std::this_thread::get_id();
		card_->note("set");
		return {};
	}
	set_result set_if_unchanged(const vf_info& read, const limits& wanted,
				    vf_presence presence) override
	{
		return set(read, wanted, presence);
	}
	void set_guest_permission(const vf_ref& /*which*/, guest_permission /*to*/) override
	{
		throw error({}, std::make_error_code(std::errc::operation_not_supported), "no");
	}
	void set_interval(const pf_ref& /*which*/, std::chrono::milliseconds /*to*/) override {}
	void set_limit_lifetime(const pf_ref& /*which*/, limit_lifetime /*to*/) override {}

	static inline std::atomic<std::thread::id> thread;

private:
	void read() const
	{
		if (reads_wait_)
			card_->wait();
	}

	std::shared_ptr<slow_card> card_;
	bool reads_wait_;
	std::optional<rate> hard_;
};

/// A client of a slow card.
struct host {
	explicit host(std::chrono::milliseconds timeout, bool reads_wait = false)
	    : client(client_access::make(std::make_unique<slow_backend>(card, reads_wait), timeout))
	{}
	~host() { card->release(); }

	std::shared_ptr<slow_card> card = std::make_shared<slow_card>();
	vfctl::client client;
};

limits hard(std::uint32_t mbit)
{
	limits wanted;
	wanted.hard = rate::from_mbits_per_sec(mbit);
	return wanted;
}

std::string late(const std::function<void()>& call)
{
	try {
		call();
	} catch (const error& e) {
		CHECK(e.code() == std::errc::timed_out);
		CHECK_FALSE(e.from_kernel());
		return e.what();
	}
	FAIL("nothing was thrown");
	std::abort();
}

/// Calls again while the time of a client is too short for a machine that has much to do.
template <typename Call> auto eventually(const Call& call)
{
	const auto end = clock_type::now() + 20s;
	for (;;) {
		try {
			return call();
		} catch (const error& e) {
			if (e.code() != std::errc::timed_out || clock_type::now() > end)
				throw;
		}
	}
}

bool is_running(pid_t thread)
{
	return std::filesystem::exists("/proc/self/task/" + std::to_string(thread));
}

} // namespace

TEST_CASE("a write that the card does not answer ends with the timeout")
{
	host h(30ms);
	h.card->hold();
	const auto begin = clock_type::now();
	CHECK(late([&] { h.client.set("eth0/1", hard(5)); }) ==
	      "set limits of eth0/1: the kernel has not answered within 30 ms, it may have made "
	      "the "
	      "change or make it yet");
	CHECK(clock_type::now() - begin >= 30ms);
}

TEST_CASE("a write that was given up may be made, and the next read tells")
{
	host h(20ms);
	h.card->hold();
	late([&] { h.client.set("eth0/1", hard(5)); });
	CHECK(h.card->done().empty());
	h.card->release();
	h.card->wait_for_end("set");
	CHECK(eventually([&] { return h.client.vf("eth0/1"); }).hard ==
	      rate::from_mbits_per_sec(5));
}

TEST_CASE("while the kernel is at a call that was given up the next ones send nothing")
{
	host h(20ms);
	h.card->hold();
	late([&] { h.client.set("eth0/1", hard(5)); });
	CHECK(late([&] { h.client.set("eth0/2", hard(6)); }) ==
	      "set limits of eth0/2: the kernel is still at work on an earlier request");
	CHECK(late([&] { h.client.pfs(); }) ==
	      "read PFs: the kernel is still at work on an earlier request");
	h.card->release();
	h.card->wait_for_end("set");
	CHECK(eventually([&] { return h.client.pfs(); }).size() == 1);
	CHECK(h.card->done() == std::vector<std::string>{"set"});
}

TEST_CASE("the next call waits for the one that was given up, within its own timeout")
{
	courier one;
	slow_card card;
	card.hold();
	const auto wait = [&card] {
		card.wait();
		return 1;
	};
	late([&] { one.run(call_kind::writes, deadline(10ms), wait); });
	std::thread later([&] {
		std::this_thread::sleep_for(30ms);
		card.release();
	});
	one.wait_until_idle(deadline(20s));
	later.join();
	CHECK(one.run(call_kind::reads, deadline(20s), [] { return 7; }) == 7);
}

TEST_CASE("a call that ended in time has left no thread")
{
	courier one;
	for (int i = 0; i < 200; i++) {
		const auto thread =
			one.run(call_kind::reads, deadline(20s), [] { return ::gettid(); });
		REQUIRE(thread != ::gettid());
		REQUIRE_FALSE(is_running(thread));
	}
}

TEST_CASE("a call that was given up and waited for has left no thread")
{
	courier one;
	slow_card card;
	std::atomic<pid_t> thread = 0;
	card.hold();
	const auto wait = [&] {
		thread = ::gettid();
		card.wait();
		return 1;
	};
	late([&] { one.run(call_kind::writes, deadline(10ms), wait); });
	card.release();
	one.wait_until_idle(deadline(20s));
	CHECK(thread != 0);
	CHECK_FALSE(is_running(thread));
}

TEST_CASE("a write that sees the deadline pass by itself may be made as well")
{
	courier one;
	const auto call = [](error::source by) {
		return [by]() -> int {
			throw error("test", std::make_error_code(std::errc::timed_out), "late", {},
				    by);
		};
	};
	const auto said = [&](call_kind kind, error::source by) -> std::string {
		try {
			one.run(kind, deadline(20s), call(by));
		} catch (const error& e) {
			CHECK(e.refused_by() == by);
			return e.what();
		}
		return {};
	};
	CHECK(said(call_kind::writes, error::source::library) ==
	      "test: late, it may have made the change or make it yet");
	CHECK(said(call_kind::reads, error::source::library) == "test: late");
	CHECK(said(call_kind::writes, error::source::kernel) == "test: late");
}

TEST_CASE("a read of rtnetlink that waits for a lock ends with the timeout, and leaves no trace")
{
	host h(20ms, true);
	std::vector<vf_stats> into(2);
	h.card->hold();
	CHECK(late([&] { h.client.stats(into); }) ==
	      "read counters: the kernel has not answered within 20 ms");
	into.assign(1, vf_stats());
	h.card->release();
	h.card->wait_for_end("stats");
	CHECK(into.size() == 1);
	CHECK(eventually([&] { return h.client.stats(); }).size() == 5);
}

TEST_CASE("a client can be destroyed while the kernel is at a call that was given up")
{
	const auto card = std::make_shared<slow_card>();
	card->hold();
	{
		auto client =
			client_access::make(std::make_unique<slow_backend>(card, false), 10ms);
		late([&] { client.set("eth0/1", hard(5)); });
	}
	CHECK(card->done().empty());
	card->release();
	card->wait_for_end("closed");
	CHECK(card->done() == std::vector<std::string>{"set", "closed"});
}

TEST_CASE("a client can be moved while the kernel is at a call that was given up")
{
	host h(20ms);
	h.card->hold();
	late([&] { h.client.set("eth0/1", hard(5)); });
	auto other = std::move(h.client);
	late([&] { other.pfs(); });
	h.card->release();
	h.card->wait_for_end("set");
	CHECK(eventually([&] { return other.pfs(); }).size() == 1);
	h.client = std::move(other);
}

TEST_CASE("what is refused in time is told as it is")
{
	host h(20s);
	try {
		h.client.set_guest_permission("eth0/1", guest_permission::allowed);
		FAIL("nothing was thrown");
	} catch (const error& e) {
		CHECK(e.code() == std::errc::operation_not_supported);
		CHECK(std::string(e.what()) == "set who limits eth0/1: no");
	}
}

TEST_CASE("without a timeout all is done by the caller's own thread")
{
	host h(std::chrono::milliseconds::max());
	h.client.set("eth0/1", hard(5));
	CHECK(slow_backend::thread.load() == std::this_thread::get_id());
	host timed(20s);
	timed.client.set("eth0/1", hard(5));
	CHECK(slow_backend::thread.load() != std::this_thread::get_id());
}

TEST_CASE("with a timeout every call has its result")
{
	const bool reads_wait = GENERATE(false, true);
	host h(20s, reads_wait);
	CHECK(h.client.pfs().size() == 1);
	CHECK(h.client.pf("eth0").name == "eth0");
	CHECK(h.client.vfs().size() == 3);
	CHECK(h.client.vfs("eth0").size() == 3);
	CHECK(h.client.stats().size() == 5);
	h.client.set("eth0/1", hard(9));
	CHECK(h.client.vf("eth0/1").hard == rate::from_mbits_per_sec(9));
	h.client.set_interval("eth0", 100ms);
	h.client.set_limit_lifetime("eth0", limit_lifetime::kept);
}

TEST_CASE("a timeout of nothing, and one beyond all clocks")
{
	CHECK(deadline(0ms).passed());
	CHECK(deadline(-5ms).passed());
	CHECK(deadline(std::chrono::milliseconds::max()).is_never());
	CHECK(deadline(std::chrono::milliseconds::max() - 1ms).is_never());
	CHECK(deadline(std::chrono::hours(24 * 365 * 200)).is_never() == false);
	CHECK(deadline().is_never());
	CHECK_FALSE(deadline().passed());
}

TEST_CASE("a descriptor is waited for until it can be read or the time is over")
{
	const descriptor quiet(::eventfd(0, EFD_CLOEXEC));
	const descriptor ready(::eventfd(1, EFD_CLOEXEC));
	const auto begin = clock_type::now();
	CHECK(deadline(20ms).wait_for(quiet.get()) == std::errc::timed_out);
	CHECK(clock_type::now() - begin >= 20ms);
	CHECK_FALSE(deadline(0ms).wait_for(ready.get()));
	CHECK_FALSE(deadline().wait_for(ready.get()));
}

TEST_CASE("a socket to which nothing comes is not waited for longer")
{
	const auto socket = open_generic_netlink(0);
	std::vector<std::byte> room(64);
	datagram_info info;
	const auto begin = clock_type::now();
	CHECK(socket->receive(room, deadline(20ms), info) == std::errc::timed_out);
	CHECK(clock_type::now() - begin >= 20ms);
}
