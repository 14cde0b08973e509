// SPDX-License-Identifier: GPL-2.0-only
#include "time_of_day.hpp"

#include <ctime>

#include <fmt/chrono.h>
#include <fmt/format.h>

namespace vfctl::tool {
namespace {

std::tm local(std::chrono::system_clock::time_point at)
{
	const auto seconds =
		std::chrono::system_clock::to_time_t(std::chrono::floor<std::chrono::seconds>(at));
	std::tm out{};
	::localtime_r(&seconds, &out);
	return out;
}

} // namespace

std::string time_of_day(std::chrono::system_clock::time_point at)
{
	return fmt::format("{:%H:%M:%S}", local(at));
}

std::string time_of_day_ms(std::chrono::system_clock::time_point at)
{
	const auto whole = std::chrono::floor<std::chrono::seconds>(at);
	const auto ms = std::chrono::floor<std::chrono::milliseconds>(at - whole);
	return fmt::format("{:%H:%M:%S}.{:03}", local(at), ms.count());
}

std::string date_and_time(std::chrono::system_clock::time_point at)
{
	return fmt::format("{:%Y-%m-%d %H:%M:%S}", local(at));
}

} // namespace vfctl::tool
