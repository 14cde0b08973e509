// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vfctl/monitor.hpp>

#include <cerrno>
#include <string>
#include <utility>
#include <vector>

#include <linux/genetlink.h>
#include <linux/vfctl.h>
#include <poll.h>

#include <vfctl/error.hpp>

#include "attempt.hpp"
#include "codec.hpp"
#include "deadline.hpp"
#include "message.hpp"
#include "module_backend.hpp"
#include "monitor_access.hpp"
#include "netlink_socket.hpp"
#include "netns.hpp"
#include "pf_filter.hpp"
#include "readiness.hpp"
#include "snapshot.hpp"

namespace vfctl {

// Events come over one socket, answers for snapshots over another, so that neither has to be
// looked for among the other's.
struct VFCTL_HIDDEN monitor::impl {
	impl(std::unique_ptr<netlink_socket> events, std::unique_ptr<netlink_socket> requests,
	     const options& wanted);

	std::optional<event> next();

	int fd() const noexcept { return ready_.fd(); }

private:
	/// What is to be done next.
	enum class step : std::uint8_t {
		await, ///< say that the module is not there
		read,  ///< the next message
		drain, ///< after an overrun: forget what is older than what was lost
		join,  ///< the groups of the family, which may be another one now
		dump,  ///< ask for all that exists
		tell,  ///< tell of it
	};

	void start();
	void find_pf();
	bool advance(std::optional<event>& e);
	bool read(std::optional<event>& e);
	bool is_to_be_told(const event& e);
	std::optional<event> decode(const message& m);
	std::optional<event> control(const genl_payload& payload);
	bool join();
	std::error_code join(const genl_family& family, const char* group);
	std::error_code join_groups(const genl_family& family);
	std::optional<event> rejoin();
	void dump();
	event tell();
	void update_readiness() noexcept;

	std::unique_ptr<netlink_socket> socket_;
	readiness ready_;
	receiver receiver_;
	module_backend backend_;
	options wanted_;
	pf_filter filter_;
	std::uint16_t family_ = 0; ///< whose groups are joined; 0 while the module is gone
	step step_ = step::read;
	message_walker rest_; ///< of the last datagram
	snapshot snapshot_;
};

monitor::impl::impl(std::unique_ptr<netlink_socket> events,
		    std::unique_ptr<netlink_socket> requests, const options& wanted)
    : socket_(std::move(events)), ready_(socket_->fd()), receiver_(*socket_),
      backend_(std::move(requests)), wanted_(wanted), filter_(wanted.pf)
{
	start();
	update_readiness();
}

// First the events of families, so that none is missed that comes or goes from here on.
void monitor::impl::start()
{
	const auto controller = backend_.family().find("nlctrl");

	if (!controller)
		throw error({}, std::make_error_code(std::errc::protocol_error),
			    "the kernel does not tell of families");
	if (const auto code = join(*controller, "notify"))
		throw error({}, code);
	if (!join()) {
		if (wanted_.module == module_need::required)
			backend_.family().need();
		step_ = step::await;
	} else if (wanted_.snapshot) {
		step_ = step::dump;
	} else if (filter_.is_narrow()) {
		find_pf();
	}
}

// The kernel knows other names of it than events tell.
void monitor::impl::find_pf()
{
	try {
		filter_.find(backend_);
	} catch (const error& e) {
		// The event that says that the module went is on its way.
		if (wanted_.module == module_need::required ||
		    e.code() != std::errc::protocol_not_supported)
			throw;
	}
}

std::optional<event> monitor::impl::next()
{
	std::optional<event> e;
	bool more = true;

	try {
		while (!e && more)
			more = advance(e);
	} catch (...) {
		update_readiness();
		throw;
	}
	update_readiness();
	return e;
}

// What the socket does not tell: steps to do, and messages of a datagram that was read already.
void monitor::impl::update_readiness() noexcept
{
	if (step_ != step::read || !rest_.empty())
		ready_.set();
	else
		ready_.clear();
}

/// \return whether there may be more at hand
bool monitor::impl::advance(std::optional<event>& e)
{
	switch (step_) {
	case step::await:
		step_ = step::read;
		e = gone_event{};
		break;
	case step::read:
		return read(e);
	case step::drain:
		rest_ = {};
		receiver_.drain();
		step_ = step::join;
		break;
	case step::join:
		e = rejoin();
		break;
	case step::dump:
		dump();
		break;
	case step::tell:
		e = tell();
		break;
	}
	return true;
}

bool monitor::impl::read(std::optional<event>& e)
{
	message_check check;

	if (const auto m = rest_.next(check)) {
		e = decode(*m);
		if (e && !is_to_be_told(*e))
			e.reset();
		return true;
	}
	check.finish();

	std::span<const std::byte> datagram;
	const auto code = receiver_.receive(deadline::passed_already(), datagram);
	if (code == std::errc::timed_out)
		return false;
	if (code == std::errc::no_buffer_space) {
		step_ = step::drain;
		e = overrun_event{};
		return true;
	}
	if (code)
		throw error({}, code);
	rest_ = message_walker(datagram);
	return true;
}

// Events of the configuration come also where only the filter wants them.
bool monitor::impl::is_to_be_told(const event& e)
{
	const auto match = filter_.look_at(e);
	const bool is_config =
		std::holds_alternative<pf_event>(e) || std::holds_alternative<vf_event>(e);

	if (match == pf_match::found && wanted_.config)
		step_ = step::dump;
	return match != pf_match::other && (wanted_.config || !is_config);
}

std::optional<event> monitor::impl::decode(const message& m)
{
	if (m.type != GENL_ID_CTRL && (m.type != family_ || m.type < NLMSG_MIN_TYPE))
		return std::nullopt;

	message_check check;
	const auto payload = split_genl(m.payload, check);
	check.finish();
	return m.type == GENL_ID_CTRL ? control(payload)
				      : decode_event(payload.command, payload.attributes);
}

// The family comes or goes. After an overrun the monitor may know already what it is told here:
// the id tells.
std::optional<event> monitor::impl::control(const genl_payload& payload)
{
	if (payload.command != CTRL_CMD_NEWFAMILY && payload.command != CTRL_CMD_DELFAMILY)
		return std::nullopt;

	const auto family = decode_family(payload.attributes);
	const bool came = payload.command == CTRL_CMD_NEWFAMILY;
	const bool known = family.id == family_;
	if (family.name != vfctl_protocol.name || came == known)
		return std::nullopt;

	if (came)
		step_ = step::join;
	if (family_ == 0)
		return std::nullopt;
	family_ = 0;
	return gone_event{};
}

std::error_code monitor::impl::join(const genl_family& family, const char* group)
{
	const auto id = family.group(group);

	if (!id)
		throw error({}, std::make_error_code(std::errc::protocol_error),
			    "the family " + family.name + " has no group " + group);
	return socket_->join(*id);
}

std::error_code monitor::impl::join_groups(const genl_family& family)
{
	std::error_code code;

	if (wanted_.config || filter_.is_by_name())
		code = join(family, VFCTL_MCGRP_CONFIG);
	if (!code && wanted_.stats)
		code = join(family, VFCTL_MCGRP_STATS);
	return code;
}

// Joins the groups of the family as it is now; false where there is none. The kernel has let all
// sockets leave those of an earlier one (genl_unregister_mc_groups()).
bool monitor::impl::join()
{
	std::error_code code;

	for (int i = 0; i < genl::attempts && backend_.family().resolve(); i++) {
		const auto& family = backend_.family().family();

		code = join_groups(family);
		if (!code) {
			family_ = family.id;
			return true;
		}
		// There is no such group: the module went since (genl_bind()).
		if (code != std::errc::no_such_file_or_directory)
			throw error({}, code);
	}
	if (backend_.family().family().id != 0)
		throw error({}, code);
	family_ = 0;
	return false;
}

std::optional<event> monitor::impl::rejoin()
{
	const bool was = family_ != 0;
	const bool is = join();

	step_ = is ? step::dump : step::read;
	if (is && !was)
		return back_event{};
	if (was && !is)
		return gone_event{};
	return std::nullopt;
}

void monitor::impl::dump()
{
	snapshot_ = {};
	try {
		if (wanted_.config)
			snapshot_.take(backend_, filter_);
		else if (filter_.is_by_name())
			filter_.find(backend_);
		step_ = step::tell;
	} catch (const error& e) {
		// The event that says so is on its way.
		if (e.code() != std::errc::protocol_not_supported)
			throw;
		step_ = step::read;
	}
}

event monitor::impl::tell()
{
	if (auto e = snapshot_.next())
		return std::move(*e);
	step_ = step::read;
	return synced_event{};
}

monitor::monitor() : monitor(options()) {}

monitor::monitor(const options& wanted)
{
	std::unique_ptr<netlink_socket> events;
	std::unique_ptr<netlink_socket> requests;

	attempt([] { return "open a monitor"; },
		[&] {
			in_netns(wanted.netns, [&] {
				events = open_generic_netlink(wanted.receive_buffer);
				requests = open_generic_netlink(0);
			});
			impl_ = std::make_unique<impl>(std::move(events), std::move(requests),
						       wanted);
		});
}

monitor::monitor(std::unique_ptr<impl> p) noexcept : impl_(std::move(p)) {}
monitor::monitor(monitor&&) noexcept = default;
monitor& monitor::operator=(monitor&&) noexcept = default;
monitor::~monitor() = default;

monitor monitor_access::make(std::unique_ptr<netlink_socket> events,
			     std::unique_ptr<netlink_socket> requests,
			     const monitor::options& wanted)
{
	return attempt([] { return "open a monitor"; },
		       [&] {
			       return monitor(std::make_unique<monitor::impl>(
				       std::move(events), std::move(requests), wanted));
		       });
}

int monitor::fd() const noexcept
{
	return impl_->fd();
}

std::optional<event> monitor::next()
{
	return attempt([] { return "read events"; }, [&] { return impl_->next(); });
}

std::optional<event> monitor::wait(std::chrono::milliseconds timeout)
{
	const deadline until(timeout);

	for (;;) {
		if (auto e = next())
			return e;

		if (until.passed())
			return std::nullopt;

		pollfd ready = {.fd = fd(), .events = POLLIN, .revents = 0};
		const auto got = poll(&ready, 1, until.left());
		if (got < 0 && errno == EINTR)
			return std::nullopt;
		if (got < 0)
			throw error("wait for events",
				    std::error_code(errno, std::generic_category()));
	}
}

} // namespace vfctl
