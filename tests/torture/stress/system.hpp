// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <optional>
#include <stdexcept>
#include <string>
#include <string_view>
#include <vector>

namespace stress {

/// Something that may not be: an errno that nobody expects, an answer that makes no sense, a state
/// that does not come. It ends the program.
class failure : public std::runtime_error {
public:
	using std::runtime_error::runtime_error;
};

/// "ENODEV", and "0" where there is none.
std::string errno_name(int error);

/// Writes that in one write(2). Returns 0 or an errno.
int write_file(const std::string& path, std::string_view text);

/// All that is in a file, of sysfs or proc; nothing where it cannot be read, with the cause in errno.
std::optional<std::string> read_file(const std::string& path);

/// A file with a number in it.
std::optional<unsigned long> read_number(const std::string& path);

bool exists(const std::string& path);

/// Names in a folder, sorted; none where there is no such folder.
std::vector<std::string> names_in(const std::string& folder);

/// A file descriptor that is closed in the end.
class descriptor {
public:
	explicit descriptor(int fd = -1) noexcept : fd_(fd) {}
	descriptor(descriptor&& other) noexcept : fd_(other.fd_) { other.fd_ = -1; }
	descriptor& operator=(descriptor&& other) noexcept;
	descriptor(const descriptor&) = delete;
	descriptor& operator=(const descriptor&) = delete;
	~descriptor();

	int get() const noexcept { return fd_; }

private:
	int fd_;
};

/// The calling thread's network namespace.
descriptor own_netns();

/// A network namespace that lives as long as somebody has it open or is in it.
descriptor new_netns();

/// Has the calling thread in another network namespace until it goes.
class visit {
public:
	explicit visit(const descriptor& there);
	~visit();
	visit(const visit&) = delete;
	visit& operator=(const visit&) = delete;

private:
	descriptor before_;
};

using clock = std::chrono::steady_clock;

/// Until `what` returns an empty text, which says that all is well, at most so long. Returns its
/// last text.
template <typename Function>
std::string wait_until_well(std::chrono::milliseconds most, const Function& what);

void pause_ms(unsigned ms);

template <typename Function>
std::string wait_until_well(std::chrono::milliseconds most, const Function& what)
{
	const auto end = clock::now() + most;
	for (;;) {
		std::string wrong = what();
		if (wrong.empty() || clock::now() >= end)
			return wrong;
		pause_ms(10);
	}
}

} // namespace stress
