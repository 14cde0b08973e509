// SPDX-License-Identifier: GPL-2.0-only
#include "system.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <filesystem>
#include <system_error>
#include <thread>
#include <utility>

#include <fcntl.h>
#include <sched.h>
#include <unistd.h>

namespace stress {

namespace {

constexpr const char* this_netns = "/proc/thread-self/ns/net";

descriptor must_open(const char* path)
{
	descriptor opened(::open(path, O_RDONLY | O_CLOEXEC));
	if (opened.get() < 0)
		throw std::system_error(errno, std::generic_category(), path);
	return opened;
}

void enter(const descriptor& netns)
{
	if (::setns(netns.get(), CLONE_NEWNET) != 0)
		throw std::system_error(errno, std::generic_category(), "setns");
}

} // namespace

std::string errno_name(int error)
{
	const char* name = ::strerrorname_np(error);
	return name != nullptr ? name : std::to_string(error);
}

int write_file(const std::string& path, std::string_view text)
{
	const descriptor file(::open(path.c_str(), O_WRONLY | O_CLOEXEC));
	if (file.get() < 0 || ::write(file.get(), text.data(), text.size()) < 0)
		return errno;
	return 0;
}

std::optional<std::string> read_file(const std::string& path)
{
	const descriptor file(::open(path.c_str(), O_RDONLY | O_CLOEXEC));
	std::string all;
	char part[4096];
	ssize_t got = -1;

	while (file.get() >= 0 && (got = ::read(file.get(), part, sizeof(part))) > 0)
		all.append(part, static_cast<std::size_t>(got));
	if (got < 0)
		return std::nullopt;
	return all;
}

std::optional<unsigned long> read_number(const std::string& path)
{
	const auto text = read_file(path);
	if (!text || text->empty() || text->front() < '0' || text->front() > '9')
		return std::nullopt;
	return std::stoul(*text);
}

bool exists(const std::string& path)
{
	return ::access(path.c_str(), F_OK) == 0;
}

std::vector<std::string> names_in(const std::string& folder)
{
	std::vector<std::string> names;
	std::error_code none;

	// What is listed may go meanwhile.
	for (std::filesystem::directory_iterator entry(folder, none), end; !none && entry != end;
	     entry.increment(none))
		names.push_back(entry->path().filename());
	std::sort(names.begin(), names.end());
	return names;
}

descriptor& descriptor::operator=(descriptor&& other) noexcept
{
	std::swap(fd_, other.fd_);
	return *this;
}

descriptor::~descriptor()
{
	if (fd_ >= 0)
		::close(fd_);
}

descriptor own_netns()
{
	return must_open(this_netns);
}

descriptor new_netns()
{
	const descriptor before = own_netns();
	if (::unshare(CLONE_NEWNET) != 0)
		throw std::system_error(errno, std::generic_category(), "unshare");
	descriptor made = own_netns();
	enter(before);
	return made;
}

visit::visit(const descriptor& there) : before_(own_netns())
{
	enter(there);
}

visit::~visit()
{
	enter(before_);
}

void pause_ms(unsigned ms)
{
	std::this_thread::sleep_for(std::chrono::milliseconds(ms));
}

} // namespace stress
