// SPDX-License-Identifier: GPL-2.0-only
#include "mailbox.hpp"

#include <cerrno>
#include <system_error>

#include <fcntl.h>
#include <sys/mman.h>
#include <unistd.h>

namespace hostile {

namespace {

// Registers of the VF's BAR 0, and bits: drivers/net/ethernet/intel/igbvf/{regs,mbx}.h.
constexpr std::size_t control = 0xc40, memory = 0x800, registers_size = 0x4000;
constexpr std::uint32_t request = 1, acknowledge = 2, vf_has_it = 4, pf_wrote = 0x10,
			pf_read = 0x20;

// E1000_VT_MSGTYPE_ACK and _NACK: what calls itself an answer, the PF reads and leaves at that.
constexpr std::uint32_t answers = 0xc0000000;

[[noreturn]] void fail(const std::string& what)
{
	throw std::system_error(errno, std::generic_category(), what);
}

// A VF without a driver decodes no memory: bits 1 and 2 of PCI_COMMAND, memory and bus master.
void enable(const std::string& folder)
{
	const std::string path = folder + "/config";
	constexpr unsigned char command[] = {6, 0};
	const int file = ::open(path.c_str(), O_RDWR | O_CLOEXEC);

	if (file < 0 || ::pwrite(file, command, sizeof(command), 4) != ssize_t{sizeof(command)})
		fail(path);
	::close(file);
}

} // namespace

mailbox::mailbox(const std::string& pci_address)
{
	const std::string folder = "/sys/bus/pci/devices/" + pci_address;
	const std::string path = folder + "/resource0";

	enable(folder);
	const int file = ::open(path.c_str(), O_RDWR | O_SYNC | O_CLOEXEC);
	if (file < 0)
		fail(path);
	registers_ = ::mmap(nullptr, registers_size, PROT_READ | PROT_WRITE, MAP_SHARED, file, 0);
	if (registers_ == MAP_FAILED)
		fail(path);
	::close(file);
}

mailbox::~mailbox()
{
	::munmap(registers_, registers_size);
}

volatile std::uint32_t& mailbox::at(std::size_t offset) const
{
	return *reinterpret_cast<volatile std::uint32_t*>(static_cast<char*>(registers_) + offset);
}

std::optional<answer> mailbox::send(std::span<const std::uint32_t> words,
				    std::chrono::microseconds patience)
{
	const auto end = std::chrono::steady_clock::now() + patience;
	const bool is_answer = (words[0] & answers) != 0;
	const std::uint32_t awaited = is_answer ? pf_read : pf_wrote;

	do {
		if (std::chrono::steady_clock::now() > end)
			return std::nullopt;
		at(control) = vf_has_it;
	} while ((at(control) & vf_has_it) == 0);
	for (std::size_t i = 0; i < words.size(); ++i)
		at(memory + 4 * i) = words[i];
	at(control) = request;
	while (std::chrono::steady_clock::now() < end) {
		if ((at(control) & awaited) == 0)
			continue;
		if (is_answer)
			break;
		const answer got = {at(memory), at(memory + 4)};
		at(control) = acknowledge;
		return got;
	}
	return std::nullopt;
}

} // namespace hostile
