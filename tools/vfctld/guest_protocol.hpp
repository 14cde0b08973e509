// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include <vfctl/rate.hpp>
#include <vfctl/vf.hpp>

namespace vfctl::daemon {

/// What a guest's requests are about.
class guest_host {
public:
	guest_host() = default;
	guest_host(const guest_host&) = delete;
	guest_host& operator=(const guest_host&) = delete;
	virtual ~guest_host() = default;

	/// VFs of a guest; none for one that is not known.
	virtual std::vector<vf_info> vfs_of(std::uint32_t cid) = 0;

	virtual bool may_set_soft(const vf_info& vf) = 0;

	/// \throws vfctl::error  with the kernel's sentence
	virtual void set_soft(const vf_info& vf, rate limit) = 0;
};

/// What became of a request.
enum class guest_outcome : std::uint8_t {
	granted,
	refused,   ///< it was understood, and cannot be
	malformed, ///< it is none; who sends such is no friend
};

struct guest_answer {
	std::string line;
	guest_outcome outcome = guest_outcome::granted;
};

/// Answers one request of a guest, a line of JSON: GUEST-PROTOCOL.md. The guest is who the kernel
/// says that it is; a VF that is not its own does not exist for it.
guest_answer answer_guest(std::uint32_t cid, std::string_view line, guest_host& host);

/// An answer that is an error, for those who refuse before a request is read.
std::string guest_error(std::string_view code, std::string_view sentence);

} // namespace vfctl::daemon
