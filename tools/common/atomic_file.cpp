// SPDX-License-Identifier: GPL-2.0-only
#include "atomic_file.hpp"

#include <array>
#include <cerrno>
#include <cstddef>
#include <cstdlib>
#include <filesystem>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <sys/stat.h>
#include <unistd.h>

#include <fmt/core.h>

namespace vfctl::tool {

namespace {

[[noreturn]] void fail(const char* what, const std::string& path)
{
	throw std::system_error(errno, std::generic_category(),
				fmt::format("cannot {} {}", what, path));
}

class descriptor {
public:
	explicit descriptor(int fd) : fd_(fd) {}
	descriptor(const descriptor&) = delete;
	descriptor& operator=(const descriptor&) = delete;
	~descriptor() { close(); }

	int get() const noexcept { return fd_; }

	int close() noexcept { return fd_ < 0 ? 0 : ::close(std::exchange(fd_, -1)); }

private:
	int fd_;
};

void write_all(int fd, std::string_view text, const std::string& path)
{
	while (!text.empty()) {
		const ssize_t n = ::write(fd, text.data(), text.size());
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			fail("write", path);
		text.remove_prefix(static_cast<std::size_t>(n));
	}
}

// The file that is really meant, and what it is now.
std::pair<std::string, std::optional<struct stat>> resolve(const std::string& path)
{
	struct stat now {};
	if (::stat(path.c_str(), &now) != 0) {
		if (errno != ENOENT)
			fail("write", path);
		return {path, std::nullopt};
	}
	std::error_code ignored;
	const auto real = std::filesystem::canonical(path, ignored);
	return {ignored ? path : real.string(), now};
}

mode_t default_mode()
{
	const mode_t mask = ::umask(0);
	::umask(mask);
	return 0666U & ~mask;
}

// A file beside another one, that is gone again unless it took its place.
class temporary_file {
public:
	explicit temporary_file(const std::string& target)
	    : target_(target), name_(beside(target)), fd_(::mkostemp(name_.data(), O_CLOEXEC))
	{
		if (fd_.get() < 0)
			fail("write", target_);
	}
	temporary_file(const temporary_file&) = delete;
	temporary_file& operator=(const temporary_file&) = delete;
	~temporary_file()
	{
		if (!done_ && fd_.get() >= 0)
			::unlink(name_.c_str());
	}

	void fill(std::string_view text, const std::optional<struct stat>& like)
	{
		// Without the privilege to give it away, the file stays ours.
		if (like && ::fchown(fd_.get(), like->st_uid, like->st_gid) != 0)
			errno = 0;
		if (::fchmod(fd_.get(), like ? like->st_mode & 07777U : default_mode()) != 0)
			fail("write", target_);
		write_all(fd_.get(), text, target_);
	}

	void take_place()
	{
		if (::fsync(fd_.get()) != 0 || ::rename(name_.c_str(), target_.c_str()) != 0)
			fail("write", target_);
		done_ = true;
	}

private:
	static std::string beside(const std::string& target)
	{
		const std::filesystem::path path(target);
		return (path.parent_path() / fmt::format(".{}.XXXXXX", path.filename().string()))
			.string();
	}

	const std::string& target_;
	std::string name_;
	descriptor fd_;
	bool done_ = false;
};

// So that the new name is on disk as well.
void flush_folder_of(const std::string& path)
{
	const auto folder = std::filesystem::path(path).parent_path();
	const descriptor fd(
		::open(folder.empty() ? "." : folder.c_str(), O_RDONLY | O_DIRECTORY | O_CLOEXEC));
	if (fd.get() < 0 || ::fsync(fd.get()) != 0)
		fail("flush the folder of", path);
}

void write_as_it_is(const std::string& path, std::string_view text)
{
	descriptor fd(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
	if (fd.get() < 0)
		fail("write", path);
	write_all(fd.get(), text, path);
	if (fd.close() != 0)
		fail("write", path);
}

} // namespace

void write_file(const std::string& path, std::string_view text)
{
	const auto [target, before] = resolve(path);
	if (before && !S_ISREG(before->st_mode)) {
		write_as_it_is(path, text);
		return;
	}
	temporary_file file(target);
	file.fill(text, before);
	file.take_place();
	flush_folder_of(target);
}

std::string read_file(const std::string& path)
{
	descriptor opened(path == "-" ? -1 : ::open(path.c_str(), O_RDONLY | O_CLOEXEC));
	if (path != "-" && opened.get() < 0)
		fail("read", path);
	const int fd = path == "-" ? STDIN_FILENO : opened.get();
	std::string text;
	std::array<char, 16384> buffer{};
	for (;;) {
		const ssize_t n = ::read(fd, buffer.data(), buffer.size());
		if (n == 0)
			return text;
		if (n < 0 && errno != EINTR)
			fail("read", path == "-" ? "standard input" : path);
		if (n > 0)
			text.append(buffer.data(), static_cast<std::size_t>(n));
	}
}

} // namespace vfctl::tool
