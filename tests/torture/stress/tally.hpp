// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>

namespace stress {

/// How often one kind of action succeeded, and with what it was refused.
class tally {
public:
	/// \param what  the action's name, for failures
	explicit tally(std::string_view what) : what_(what) {}

	/// An attempt. Throws failure where `error` is neither 0 nor among those that are to be
	/// expected.
	/// \param detail  what was attempted
	bool note(int error, const std::set<int>& expected, std::string_view detail);

	/// As note(), with the errno of the vfctl::error that `call` throws, or 0.
	bool note_call(const std::set<int>& expected, std::string_view detail,
		       const std::function<void()>& call);

	/// May be asked by other threads.
	std::uint64_t successes() const noexcept { return successes_.load(); }

	/// "rate 812 times, 40 ENODEV, 3 EAGAIN"
	std::string text() const;

private:
	std::string_view what_;
	std::atomic<std::uint64_t> successes_ = 0;
	std::map<int, std::uint64_t> refusals_;
};

} // namespace stress
