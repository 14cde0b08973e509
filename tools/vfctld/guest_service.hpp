// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>

#include "guest_protocol.hpp"
#include "line_server.hpp"
#include "request_budget.hpp"

namespace vfctl::daemon {

/// The channel of guests whose card has no mailbox for it: answers their requests on a socket of
/// vsock, and cuts off those that flood it or send what is no request.
class guest_service {
public:
	/// \param fd       listening; closed at the end
	/// \param host     has to outlive this
	/// \param per_second  requests of one guest, on average
	guest_service(sd_event* loop, int fd, guest_host& host, double per_second);

	void set_rate(double per_second) { budget_.set_rate(per_second); }

	std::uint64_t requests() const noexcept { return requests_; }
	std::uint64_t refusals() const noexcept { return refusals_; }
	std::uint64_t cut_offs() const noexcept { return budget_.cut_offs(); }

private:
	line_server::answer reply(std::uint32_t cid, std::string_view line);
	bool may_connect(std::uint32_t cid);
	bool has_budget(std::uint32_t cid);
	void cut_off(std::uint32_t cid);

	guest_host& host_;
	request_budget budget_;
	std::uint64_t requests_ = 0;
	std::uint64_t refusals_ = 0;
	line_server server_;
};

} // namespace vfctl::daemon
