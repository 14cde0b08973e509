// SPDX-License-Identifier: LGPL-2.1-or-later
#include "courier.hpp"

#include <cerrno>
#include <cstdint>
#include <exception>
#include <system_error>
#include <thread>
#include <utility>

#include <sys/eventfd.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "descriptor.hpp"
#include "quiet_thread.hpp"

namespace vfctl {

/// One call. Its thread has a share of it, and is the only one to touch it until that has ended.
struct courier::job {
	std::function<void()> call;
	std::exception_ptr failed;
	descriptor ended; ///< an eventfd, readable then
	std::thread thread;
	long thread_id = 0; ///< the kernel's

	job() = default;
	job(const job&) = delete;
	job& operator=(const job&) = delete;
	~job();

	static std::shared_ptr<job> make(std::function<void()> call);
	void work() noexcept;
	void join() noexcept;
	std::error_code wait(const deadline& until) noexcept;
};

// Of a call that was given up nobody waits for the thread. It may be the one that is here.
courier::job::~job()
{
	if (thread.joinable())
		thread.detach();
}

std::shared_ptr<courier::job> courier::job::make(std::function<void()> call)
{
	auto made = std::make_shared<job>();

	made->call = std::move(call);
	made->ended = descriptor(::eventfd(0, EFD_CLOEXEC));
	if (made->ended.get() < 0)
		throw error({}, {errno, std::generic_category()});
	return made;
}

// What the call holds, a client's backend with its sockets, is let go before the end is told.
void courier::job::work() noexcept
{
	constexpr std::uint64_t one = 1;

	thread_id = ::syscall(SYS_gettid);
	try {
		call();
	} catch (...) {
		failed = std::current_exception();
	}
	call = nullptr;
	static_cast<void>(!::write(ended.get(), &one, sizeof(one)));
}

// The kernel wakes who joins a thread shortly before it takes the thread out of the process. The
// number of looks has a limit since another thread might get the same number.
void courier::job::join() noexcept
{
	constexpr int most = 1000;

	thread.join();
	for (int i = 0; i < most && ::syscall(SYS_tgkill, ::getpid(), thread_id, 0) == 0; i++)
		std::this_thread::yield();
}

/// When it returns nothing, there is no thread any more.
std::error_code courier::job::wait(const deadline& until) noexcept
{
	const auto code = until.wait_for(ended.get());

	if (!code)
		join();
	return code;
}

void courier::wait_until_idle(const deadline& until)
{
	if (!last_)
		return;

	const auto code = last_->wait(until);
	if (code == std::errc::timed_out)
		throw error({}, code, "the kernel is still at work on an earlier request");
	if (code)
		throw error({}, code);
	last_.reset();
}

namespace {

/// What is thrown of a call that was not answered in time.
error missed(call_kind kind, const error& plain)
{
	if (kind == call_kind::reads)
		return plain;
	return {plain.operation(), plain.code(),
		plain.message() + ", it may have made the change or make it yet"};
}

// The call has the same deadline, and may be the first to see that it has passed. A driver's
// timed_out is its refusal.
[[noreturn]] void rethrow(call_kind kind, const std::exception_ptr& failed)
{
	try {
		std::rethrow_exception(failed);
	} catch (const error& e) {
		if (e.code() == std::errc::timed_out && !e.from_kernel())
			throw missed(kind, e);
		throw;
	}
}

} // namespace

void courier::start(call_kind kind, const deadline& until, std::function<void()> call)
{
	const auto now = job::make(std::move(call));

	now->thread = start_quiet_thread([now] { now->work(); });
	last_ = now;
	const auto code = now->wait(until);
	if (code == std::errc::timed_out)
		throw missed(kind, until.missed());
	if (code)
		throw error({}, code);
	last_.reset();
	if (now->failed)
		rethrow(kind, now->failed);
}

} // namespace vfctl
