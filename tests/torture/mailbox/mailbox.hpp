// SPDX-License-Identifier: GPL-2.0-only
// The mailbox of an 82576 VF that has no driver, as its guest sees it.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>

namespace hostile {

/// So many words a message has at most, and so many the mailbox (82576 datasheet, VMBMEM).
inline constexpr std::size_t mailbox_words = 16;

/// What the PF wrote in return: the message's number with its flags, and a word that goes with it.
struct answer {
	std::uint32_t head;
	std::uint32_t status;

	/// E1000_VT_MSGTYPE_NACK of igbvf's mbx.h.
	bool refused() const { return (head & 0x40000000U) != 0; }
};

class mailbox {
public:
	/// The registers of the VF at this PCI address, "0000:00:03.0", which needs root. Throws
	/// std::system_error where they cannot be had.
	explicit mailbox(const std::string& pci_address);
	~mailbox();
	mailbox(const mailbox&) = delete;
	mailbox& operator=(const mailbox&) = delete;

	/// Writes the message and waits for the PF's answer, both together for so long. Where none
	/// is to be expected, it waits until the PF has read the message.
	std::optional<answer> send(std::span<const std::uint32_t> words,
				   std::chrono::microseconds patience);

private:
	volatile std::uint32_t& at(std::size_t offset) const;

	void* registers_;
};

} // namespace hostile
