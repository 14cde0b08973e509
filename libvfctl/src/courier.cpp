// SPDX-License-Identifier: LGPL-2.1-or-later
#include "courier.hpp"

#include <atomic>
#include <cerrno>
#include <cstdint>
#include <exception>
#include <system_error>

#include <sys/eventfd.h>
#include <unistd.h>

#include "descriptor.hpp"
#include "quiet_thread.hpp"

namespace vfctl {

/// One call. Its thread has a share of it, and is the only one to touch it until `ended`.
struct courier::job {
	std::function<void()> call;
	std::exception_ptr failed;
	descriptor ended; ///< an eventfd, readable then
	/// Set just before. It makes what the thread has written visible to who reads it: of a
	/// descriptor that became readable the language does not say so.
	std::atomic<bool> has_ended = false;

	static std::shared_ptr<job> make(std::function<void()> call);
	void work() noexcept;
	std::error_code wait(const deadline& until) const noexcept;
};

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

	try {
		call();
	} catch (...) {
		failed = std::current_exception();
	}
	call = nullptr;
	has_ended.store(true, std::memory_order_release);
	static_cast<void>(!::write(ended.get(), &one, sizeof(one)));
}

std::error_code courier::job::wait(const deadline& until) const noexcept
{
	const auto code = until.wait_for(ended.get());

	while (!code && !has_ended.load(std::memory_order_acquire))
		;
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

void courier::start(call_kind kind, const deadline& until, std::function<void()> call)
{
	const auto now = job::make(std::move(call));

	start_quiet_thread([now] { now->work(); }).detach();
	last_ = now;
	const auto code = now->wait(until);
	if (code == std::errc::timed_out && kind == call_kind::writes)
		throw error({}, code,
			    until.missed().message() +
				    ", it may have made the change or make it yet");
	if (code == std::errc::timed_out)
		throw until.missed();
	if (code)
		throw error({}, code);
	last_.reset();
	// Taken from the job, whose last owner may be the other thread.
	if (const auto failed = std::move(now->failed))
		std::rethrow_exception(failed);
}

} // namespace vfctl
