// SPDX-License-Identifier: GPL-2.0-only
#include "kernel_module.hpp"

#include <cerrno>
#include <filesystem>
#include <utility>

#include <fcntl.h>
#include <sys/syscall.h>
#include <sys/utsname.h>
#include <unistd.h>

#include "system.hpp"

namespace stress {

namespace {

std::string find_file(const std::string& name)
{
	utsname running{};
	::uname(&running);
	const std::string top = std::string("/lib/modules/") + running.release;

	for (const auto& entry : std::filesystem::recursive_directory_iterator(top))
		if (entry.path().filename() == name + ".ko")
			return entry.path();
	throw failure("there is no " + name + ".ko in " + top);
}

} // namespace

kernel_module::kernel_module(std::string name, std::string parameters)
    : name_(std::move(name)), parameters_(std::move(parameters)), file_(find_file(name_))
{}

int kernel_module::load() const
{
	const descriptor file(::open(file_.c_str(), O_RDONLY | O_CLOEXEC));
	if (file.get() < 0)
		throw failure("cannot open " + file_ + ": " + errno_name(errno));
	return ::syscall(SYS_finit_module, file.get(), parameters_.c_str(), 0) < 0 ? errno : 0;
}

int kernel_module::remove() const
{
	return ::syscall(SYS_delete_module, name_.c_str(), O_NONBLOCK) < 0 ? errno : 0;
}

bool kernel_module::is_loaded() const
{
	const auto state = read_file("/sys/module/" + name_ + "/initstate");
	return state && *state == "live\n";
}

} // namespace stress
