// SPDX-License-Identifier: GPL-2.0-only
#include "faults.hpp"

#include <array>
#include <cerrno>
#include <charconv>
#include <fstream>
#include <string>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "operation.hpp"
#include "world.hpp"

namespace failnth {

namespace {

const std::string parameters = "/sys/module/failwork/parameters/";

unsigned int read_parameter(const std::string& name)
{
	std::ifstream file(parameters + name);
	unsigned int value = 0;

	if (!(file >> value))
		throw std::system_error(ENOENT, std::generic_category(), parameters + name);
	return value;
}

void write_parameter(const std::string& name, unsigned int value)
{
	std::ofstream file(parameters + name);

	if (!(file << value << std::endl))
		throw std::system_error(EIO, std::generic_category(), parameters + name);
}

class of_thread : public faults {
public:
	of_thread() : file_(open("/proc/thread-self/fail-nth", O_RDWR | O_CLOEXEC))
	{
		if (file_ < 0)
			throw std::system_error(errno, std::generic_category(), "fail-nth");
	}

	~of_thread() override { close(file_); }

	void arm(unsigned int nth) override
	{
		std::array<char, 16> text{};
		const auto end = std::to_chars(text.begin(), text.end(), nth).ptr;
		const auto size = static_cast<std::size_t>(end - text.begin());

		if (write(file_, text.data(), size) != static_cast<ssize_t>(size))
			throw std::system_error(errno, std::generic_category(), "fail-nth");
	}

	// What is left is printed before it is copied here, and that copy is the next to fail.
	bool disarm() override
	{
		std::array<char, 16> text{};
		const ssize_t got = pread(file_, text.data(), text.size(), 0);
		const bool failed = got > 0 && text[0] == '0';

		// Copying what is written may be the one to fail in turn.
		if (!failed && write(file_, "0", 1) != 1)
			arm(0);
		return failed;
	}

private:
	int file_;
};

// Works run also without being asked: a poll's may be in progress at any time.
class of_work : public faults {
public:
	// A run that has begun before does not fail, and could do what the operation asks for.
	void arm(unsigned int nth) override
	{
		before_ = work_failures();
		write_parameter("nth", nth);
		await_end_of_runs();
	}

	// What the operation asks for may be seen before the run that does it has ended, or failed.
	bool disarm() override
	{
		write_parameter("nth", 0);
		await_end_of_runs();
		return work_failures() != before_;
	}

private:
	// Those that have begun until now: the function never runs twice at a time.
	static void await_end_of_runs()
	{
		const auto begun = read_parameter("begun");
		const auto said =
			await([begun] { return work_runs() < begun ? "a run does not end" : ""; });
		require(said.empty(), said);
	}

	unsigned int before_ = 0;
};

} // namespace

std::unique_ptr<faults> thread_faults()
{
	return std::make_unique<of_thread>();
}

std::unique_ptr<faults> work_faults()
{
	return std::make_unique<of_work>();
}

unsigned int work_runs()
{
	return read_parameter("runs");
}

unsigned int work_failures()
{
	return read_parameter("failed");
}

} // namespace failnth
