// SPDX-License-Identifier: GPL-2.0-only
#include "line_server.hpp"

#include <algorithm>
#include <array>
#include <cerrno>
#include <system_error>
#include <utility>

#include <linux/vm_sockets.h>
#include <sys/epoll.h>
#include <sys/socket.h>
#include <time.h>
#include <unistd.h>

namespace vfctl::daemon {

namespace {

using clock = std::chrono::steady_clock;

std::uint32_t cid_of(const sockaddr_storage& from)
{
	if (from.ss_family != AF_VSOCK)
		return 0;
	return reinterpret_cast<const sockaddr_vm&>(from).svm_cid;
}

constexpr std::uint64_t second = 1'000'000; // us

} // namespace

struct line_server::connection {
	line_server* owner;
	int fd;
	std::uint32_t cid;
	std::string in;
	std::string out;
	bool closing = false;
	clock::time_point last = clock::now();
	event_source source;

	connection(line_server* o, int f, std::uint32_t c) : owner(o), fd(f), cid(c) {}
	connection(const connection&) = delete;
	connection& operator=(const connection&) = delete;
	~connection()
	{
		source.reset();
		::close(fd);
	}

	/// Is there more to come?
	bool receive(std::size_t most)
	{
		std::array<char, 4096> buffer{};
		while (in.size() <= most) {
			const ssize_t n = ::recv(fd, buffer.data(), buffer.size(), MSG_DONTWAIT);
			if (n < 0 && errno == EINTR)
				continue;
			if (n < 0)
				return errno == EAGAIN;
			if (n == 0)
				return false;
			in.append(buffer.data(), static_cast<std::size_t>(n));
		}
		return true;
	}

	/// Can it be written to any more?
	bool send()
	{
		while (!out.empty()) {
			const ssize_t n =
				::send(fd, out.data(), out.size(), MSG_DONTWAIT | MSG_NOSIGNAL);
			if (n < 0 && errno == EINTR)
				continue;
			if (n < 0)
				return errno == EAGAIN;
			out.erase(0, static_cast<std::size_t>(n));
		}
		return true;
	}
};

line_server::line_server(sd_event* loop, int fd, line_limits limits, handlers use)
    : loop_(loop), fd_(fd), limits_(limits), use_(std::move(use))
{
	sd_event_source* source = nullptr;
	checked(sd_event_add_io(loop, &source, fd_, EPOLLIN, on_new, this), "watch a socket");
	source_.reset(source);
	if (limits_.idle.count() == 0)
		return;
	checked(sd_event_add_time_relative(loop, &source, CLOCK_MONOTONIC, second, second, on_timer,
					   this),
		"set a timer");
	timer_.reset(source);
}

line_server::~line_server()
{
	connections_.clear();
	source_.reset();
	timer_.reset();
	::close(fd_);
}

int line_server::on_new(sd_event_source* /*unused*/, int /*unused*/, std::uint32_t /*unused*/,
			void* self)
{
	static_cast<line_server*>(self)->accept_one();
	return 0;
}

void line_server::accept_one()
{
	sockaddr_storage from{};
	socklen_t size = sizeof(from);
	const int fd = ::accept4(fd_, reinterpret_cast<sockaddr*>(&from), &size,
				 SOCK_CLOEXEC | SOCK_NONBLOCK);
	if (fd < 0)
		return;
	const std::uint32_t cid = cid_of(from);
	if ((use_.may_connect && !use_.may_connect(cid)) || connections_of(cid) >= limits_.per_peer)
		::close(fd);
	else
		add(fd, cid);
}

void line_server::add(int fd, std::uint32_t cid)
{
	auto& added = connections_.emplace_back(std::make_unique<connection>(this, fd, cid));
	sd_event_source* source = nullptr;
	if (sd_event_add_io(loop_, &source, fd, EPOLLIN, on_data, added.get()) < 0) {
		connections_.pop_back();
		return;
	}
	added->source.reset(source);
	// Readable for ever, it would keep the loop busy; the rest waits in the backlog.
	if (connections_.size() >= limits_.connections)
		sd_event_source_set_enabled(source_.get(), SD_EVENT_OFF);
}

std::size_t line_server::connections_of(std::uint32_t cid) const
{
	return static_cast<std::size_t>(
		std::count_if(connections_.begin(), connections_.end(),
			      [&](const auto& one) { return one->cid == cid; }));
}

void line_server::remove(const connection& peer)
{
	connections_.remove_if([&](const auto& one) { return one.get() == &peer; });
	sd_event_source_set_enabled(source_.get(), SD_EVENT_ON);
}

int line_server::on_data(sd_event_source* /*unused*/, int /*unused*/, std::uint32_t /*unused*/,
			 void* peer_)
{
	auto* peer = static_cast<connection*>(peer_);
	line_server& self = *peer->owner;
	if (!self.serve(*peer))
		self.remove(*peer);
	return 0;
}

bool line_server::serve(connection& peer)
{
	const bool more = peer.receive(limits_.longest_line);
	if (!reply(peer))
		return false;
	if (peer.in.size() > limits_.longest_line && peer.in.find('\n') == std::string::npos) {
		if (use_.broke_rules)
			use_.broke_rules(peer.cid);
		return false;
	}
	if (peer.out.empty() && (peer.closing || !more))
		return false;
	return sd_event_source_set_io_events(peer.source.get(),
					     peer.out.empty() ? EPOLLIN : EPOLLOUT) >= 0;
}

// As long as an answer waits to be read, no other is made.
bool line_server::reply(connection& peer)
{
	if (!peer.send())
		return false;
	while (peer.out.empty() && !peer.closing) {
		const auto end = peer.in.find('\n');
		if (end == std::string::npos || end > limits_.longest_line)
			return true;
		peer.last = clock::now();
		answer made = use_.reply(peer.cid, std::string_view(peer.in).substr(0, end));
		peer.in.erase(0, end + 1);
		peer.out = std::move(made.line) + '\n';
		peer.closing = made.close;
		if (!peer.send())
			return false;
	}
	return true;
}

int line_server::on_timer(sd_event_source* source, std::uint64_t /*unused*/, void* self)
{
	static_cast<line_server*>(self)->end_idle();
	sd_event_source_set_time_relative(source, second);
	sd_event_source_set_enabled(source, SD_EVENT_ONESHOT);
	return 0;
}

void line_server::end_idle()
{
	const auto now = clock::now();
	connections_.remove_if([&](const auto& one) { return now - one->last > limits_.idle; });
	if (connections_.size() < limits_.connections)
		sd_event_source_set_enabled(source_.get(), SD_EVENT_ON);
}

} // namespace vfctl::daemon
