// SPDX-License-Identifier: GPL-2.0-only
#include "host_channel.hpp"

#include <array>
#include <cerrno>
#include <stdexcept>
#include <system_error>

#include <sys/socket.h>
#include <unistd.h>

#include "vsock.hpp"

namespace vfctl::guest {

namespace {

// A guest has few VFs; what is longer does not come from vfctld.
constexpr std::size_t longest_answer = std::size_t{1} << 20;

} // namespace

host_channel::host_channel(std::uint32_t port) : fd_(tool::connect_to_host(port)) {}

host_channel::~host_channel()
{
	::close(fd_);
}

std::string host_channel::read_line()
{
	std::string line;
	std::array<char, 4096> buffer{};
	while (line.find('\n') == std::string::npos) {
		const ssize_t n = ::recv(fd_, buffer.data(), buffer.size(), 0);
		if (n < 0 && errno == EINTR)
			continue;
		if (n < 0)
			throw std::system_error(errno, std::generic_category(),
						"vfctld of the host does not answer");
		if (n == 0 || line.size() > longest_answer)
			throw std::runtime_error("vfctld of the host does not listen to this "
						 "machine (does its policy name it?)");
		line.append(buffer.data(), static_cast<std::size_t>(n));
	}
	return line;
}

tool::json host_channel::ask(tool::json request)
{
	request["version"] = 1;
	const std::string line = tool::to_text(request) + '\n';
	if (::send(fd_, line.data(), line.size(), MSG_NOSIGNAL) !=
	    static_cast<ssize_t>(line.size()))
		throw std::system_error(errno, std::generic_category(),
					"cannot ask vfctld of the host");
	tool::json answer = tool::json::parse(read_line(), nullptr, false);
	if (!answer.is_object())
		throw std::runtime_error("what answers on the host is no vfctld");
	if (const auto error = answer.find("error"); error != answer.end())
		throw std::runtime_error(error->is_string() ? error->get<std::string>()
							    : error->dump());
	return answer;
}

} // namespace vfctl::guest
