// SPDX-License-Identifier: GPL-2.0-only
// What the family's answers and events have to look like, as vfctl.yaml says.
#pragma once

#include <string>

#include <libmnl/libmnl.h>

namespace nlfuzz {

/// Looks at a message of the family, its netlink header aside.
/// \return what is wrong, in words; empty where nothing is
std::string fault_of_reply(const nlmsghdr* message);

/// The same for what follows an error or the end of a dump.
/// \param behind  length of what stands before the attributes, after the netlink header
/// \param request_length  nlmsg_len of what was asked
std::string fault_of_words(const nlmsghdr* message, std::size_t behind, std::size_t request_length);

/// What is wrong with the kernel's words, in words.
std::string fault_of_text(std::string text);

} // namespace nlfuzz
