// SPDX-License-Identifier: LGPL-2.1-or-later
#include "deadline.hpp"

#include <algorithm>
#include <cerrno>
#include <limits>
#include <system_error>

#include <poll.h>

namespace vfctl {

deadline::deadline(milliseconds length) : length_(std::max(length, milliseconds::zero()))
{
	if (length_ == milliseconds::max())
		return;

	// Beyond what the clock can count is never as well.
	const auto now = clock::now();
	if (length_ > std::chrono::floor<milliseconds>(clock::time_point::max() - now))
		length_ = milliseconds::max();
	else
		end_ = now + length_;
}

int deadline::left() const noexcept
{
	if (is_never())
		return -1;

	constexpr auto most = milliseconds(std::numeric_limits<int>::max());
	const auto rest = std::chrono::ceil<milliseconds>(end_ - clock::now());
	return static_cast<int>(std::clamp(rest, milliseconds::zero(), most).count());
}

std::error_code deadline::wait_for(int fd) const noexcept
{
	for (;;) {
		pollfd ready = {.fd = fd, .events = POLLIN, .revents = 0};
		const int got = ::poll(&ready, 1, left());

		if (got > 0)
			return {};
		if (got < 0 && errno != EINTR)
			return {errno, std::generic_category()};
		if (passed())
			return std::make_error_code(std::errc::timed_out);
	}
}

error deadline::missed() const
{
	return {{},
		std::make_error_code(std::errc::timed_out),
		"the kernel has not answered within " + std::to_string(length_.count()) + " ms"};
}

} // namespace vfctl
