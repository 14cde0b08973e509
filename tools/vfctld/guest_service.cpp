// SPDX-License-Identifier: GPL-2.0-only
#include "guest_service.hpp"

#include <chrono>
#include <exception>

#include <spdlog/spdlog.h>

namespace vfctl::daemon {

namespace {

using clock = std::chrono::steady_clock;
using namespace std::chrono_literals;

// A request and its answer are some hundred bytes; a guest has few VFs.
constexpr line_limits limits{.longest_line = 4096, .connections = 256, .per_peer = 4, .idle = 60s};

} // namespace

guest_service::guest_service(sd_event* loop, int fd, guest_host& host, double per_second)
    : host_(host), budget_(per_second),
      server_(loop, fd, limits,
	      {.reply = [this](std::uint32_t cid,
			       std::string_view line) { return reply(cid, line); },
	       .may_connect = [this](std::uint32_t cid) { return may_connect(cid); },
	       .broke_rules =
		       [this](std::uint32_t cid) {
			       cut_off(cid);
		       }})
{}

// A connection costs as much as a request: for nothing, a guest could keep the host busy with
// them.
bool guest_service::may_connect(std::uint32_t cid)
{
	if (budget_.is_cut_off(cid, clock::now()) || !has_budget(cid))
		return false;
	try {
		return !host_.vfs_of(cid).empty();
	} catch (const std::exception& e) {
		// A VF may go while it is asked for.
		spdlog::warn("the guest with CID {} is not listened to: {}", cid, e.what());
		return false;
	}
}

bool guest_service::has_budget(std::uint32_t cid)
{
	if (budget_.take(cid, clock::now()))
		return true;
	spdlog::warn("the guest with CID {} asks too often, and is cut off", cid);
	return false;
}

void guest_service::cut_off(std::uint32_t cid)
{
	budget_.cut_off(cid, clock::now());
	spdlog::warn("the guest with CID {} sent what is no request, and is cut off", cid);
}

line_server::answer guest_service::reply(std::uint32_t cid, std::string_view line)
{
	++requests_;
	if (budget_.is_cut_off(cid, clock::now()) || !has_budget(cid)) {
		++refusals_;
		return {guest_error("too-many-requests", "too many requests: wait ten seconds"),
			true};
	}
	guest_answer made = answer_guest(cid, line, host_);
	refusals_ += made.outcome != guest_outcome::granted;
	const bool bad = made.outcome == guest_outcome::malformed;
	if (bad)
		cut_off(cid);
	return {std::move(made.line), bad};
}

} // namespace vfctl::daemon
