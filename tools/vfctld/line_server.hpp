// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <string>
#include <string_view>

#include "event_source.hpp"

namespace vfctl::daemon {

/// How much of a server others may take.
struct line_limits {
	std::size_t longest_line = 65536; ///< bytes
	std::size_t connections = 16;     ///< in all; further ones wait
	std::size_t per_peer = 16;        ///< of one virtual machine; further ones are ended
	std::chrono::seconds idle{
		0}; ///< a connection without a request for so long is ended; 0: never
};

/// Takes requests, a line each, on a listening stream socket, and answers each with a line. A peer is
/// known by its vsock CID, which the kernel tells; it is 0 where the socket is none of vsock.
///
/// Who sends a line that is too long, or does not read its answers, is disconnected: answers are
/// made one at a time, when the one before has been taken.
class line_server {
public:
	struct answer {
		std::string line;
		bool close = false; ///< end the connection after it
	};

	/// What the server asks of those that use it. All but `reply` may be empty.
	struct handlers {
		std::function<answer(std::uint32_t cid, std::string_view line)> reply;
		std::function<bool(std::uint32_t cid)> may_connect;
		std::function<void(std::uint32_t cid)> broke_rules;
	};

	/// \param fd  listening and non-blocking; closed at the end
	/// \throws std::system_error
	line_server(sd_event* loop, int fd, line_limits limits, handlers use);
	line_server(const line_server&) = delete;
	line_server& operator=(const line_server&) = delete;
	~line_server();

private:
	struct connection;

	static int on_new(sd_event_source*, int fd, std::uint32_t events, void* self);
	static int on_data(sd_event_source*, int fd, std::uint32_t events, void* peer);
	static int on_timer(sd_event_source*, std::uint64_t, void* self);
	void accept_one();
	void add(int fd, std::uint32_t cid);
	bool serve(connection& peer);
	bool reply(connection& peer);
	void end_idle();
	void remove(const connection& peer);
	std::size_t connections_of(std::uint32_t cid) const;

	sd_event* loop_;
	int fd_;
	line_limits limits_;
	handlers use_;
	event_source source_;
	event_source timer_;
	std::list<std::unique_ptr<connection>> connections_;
};

} // namespace vfctl::daemon
