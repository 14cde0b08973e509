// SPDX-License-Identifier: GPL-2.0-only
#include <atomic>
#include <cerrno>
#include <cstring>
#include <memory>
#include <stdexcept>
#include <string>
#include <thread>
#include <vector>

#include <arpa/inet.h>
#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>

#include "../catch.hpp"

#include "exporter.hpp"

namespace {

using namespace vfctl::daemon;

sockaddr_in local(std::uint16_t port)
{
	sockaddr_in address{};
	address.sin_family = AF_INET;
	address.sin_port = htons(port);
	address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
	return address;
}

// One that nobody has now.
std::uint16_t free_port()
{
	const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
	sockaddr_in address = local(0);
	socklen_t size = sizeof(address);
	::bind(fd, reinterpret_cast<sockaddr*>(&address), size);
	::getsockname(fd, reinterpret_cast<sockaddr*>(&address), &size);
	::close(fd);
	return ntohs(address.sin_port);
}

// Somebody else may take a port before it is listened to.
std::unique_ptr<exporter> serve(const snapshot_board& board, std::uint16_t& port)
{
	for (int tries = 0;; ++tries) {
		port = free_port();
		try {
			return std::make_unique<exporter>("127.0.0.1:" + std::to_string(port),
							  board);
		} catch (const std::runtime_error&) {
			if (tries == 20)
				throw;
		}
	}
}

std::string get(std::uint16_t port)
{
	const int fd = ::socket(AF_INET, SOCK_STREAM, 0);
	const sockaddr_in address = local(port);
	std::string answer;
	const std::string request = "GET /metrics HTTP/1.0\r\n\r\n";
	if (::connect(fd, reinterpret_cast<const sockaddr*>(&address), sizeof(address)) == 0 &&
	    ::send(fd, request.data(), request.size(), MSG_NOSIGNAL) > 0) {
		char buffer[4096];
		ssize_t n = 0;
		while ((n = ::recv(fd, buffer, sizeof(buffer), 0)) > 0)
			answer.append(buffer, static_cast<std::size_t>(n));
	}
	::close(fd);
	return answer;
}

std::shared_ptr<snapshot> with_periods(std::uint64_t n)
{
	auto next = std::make_shared<snapshot>();
	next->periods = n;
	next->vfs.resize(64);
	for (auto& vf : next->vfs) {
		vf.info.pf_name = "eth0";
		vf.use = static_cast<double>(n);
	}
	return next;
}

} // namespace

TEST_CASE("Metrics are served while snapshots come and go")
{
	snapshot_board board;
	std::uint16_t port = 0;
	const auto serves = serve(board, port);
	board.put(with_periods(0));
	std::atomic<bool> end = false;
	std::thread writer([&] {
		for (std::uint64_t n = 1; !end; ++n)
			board.put(with_periods(n));
	});
	std::atomic<int> good = 0;
	std::vector<std::thread> readers;
	for (int i = 0; i < 3; ++i) {
		readers.emplace_back([&] {
			for (int n = 0; n < 20; ++n)
				good += get(port).find("vfctl_controller_periods_total") !=
					std::string::npos;
		});
	}
	for (auto& one : readers)
		one.join();
	end = true;
	writer.join();
	CHECK(good == 60);
}
