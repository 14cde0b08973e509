// SPDX-License-Identifier: GPL-2.0-only
// A client and a monitor with a kernel that says anything, in any order: every call comes to an
// end, with a result or an error.
//
// The input: a byte that chooses what is called, then what the socket gives, one after the other:
// two bytes of length and so many bytes of a datagram, or a length above the longest and what is
// left of it as errno.
#include <algorithm>
#include <cerrno>
#include <chrono>
#include <cstdint>
#include <cstring>
#include <memory>
#include <span>
#include <vector>

#include <linux/netlink.h>
#include <sys/eventfd.h>
#include <unistd.h>

#include <vfctl/error.hpp>

#include "client_access.hpp"
#include "module_backend.hpp"
#include "monitor_access.hpp"
#include "require.hpp"

namespace {

constexpr std::size_t longest = 0x2000;
constexpr std::uint32_t port = 4242;

// What is left of the input, for all sockets of a run.
class script {
public:
	explicit script(std::span<const std::byte> input) : rest_(input) {}

	/// \return false at the end
	bool next(std::span<const std::byte>& datagram, int& error)
	{
		std::uint16_t length = 0;
		if (rest_.size() < sizeof(length))
			return false;
		std::memcpy(&length, rest_.data(), sizeof(length));
		rest_ = rest_.subspan(sizeof(length));
		error = length > longest ? static_cast<int>(length - longest) % 133 : 0;
		datagram = rest_.first(error ? 0 : std::min<std::size_t>(length, rest_.size()));
		rest_ = rest_.subspan(datagram.size());
		return true;
	}

private:
	std::span<const std::byte> rest_;
};

// Gives what the script has. An answer is one to the last request, or to one of those that were sent
// together, whichever it was to when it was recorded; what had no number is an event.
class scripted_socket final : public vfctl::netlink_socket {
public:
	explicit scripted_socket(std::shared_ptr<script> from)
	    : script_(std::move(from)), event_(eventfd(0, EFD_CLOEXEC))
	{}
	scripted_socket(const scripted_socket&) = delete;
	scripted_socket& operator=(const scripted_socket&) = delete;
	~scripted_socket() override { close(event_); }

	int fd() const noexcept override { return event_; }
	std::uint32_t port() const noexcept override { return ::port; }

	std::error_code send(std::span<const std::byte> message) noexcept override
	{
		nlmsghdr header;
		REQUIRE(message.size() >= sizeof(header));
		std::memcpy(&header, message.data(), sizeof(header));
		sequence_ = header.nlmsg_seq;
		for (requests_ = 0; message.size() >= sizeof(header); requests_++) {
			std::memcpy(&header, message.data(), sizeof(header));
			REQUIRE(header.nlmsg_len >= sizeof(header));
			REQUIRE(header.nlmsg_len <= message.size());
			REQUIRE(header.nlmsg_len % 4 == 0);
			message = message.subspan(header.nlmsg_len);
		}
		return {};
	}

	std::error_code receive(std::span<std::byte> into, const vfctl::deadline& /*until*/,
				vfctl::datagram_info& info) noexcept override
	{
		std::span<const std::byte> datagram;
		int error = 0;
		if (!script_->next(datagram, error))
			error = ETIMEDOUT;
		if (error)
			return {error, std::generic_category()};
		info.size = datagram.size();
		info.sender = 0;
		const auto given = into.first(std::min(into.size(), datagram.size()));
		std::ranges::copy(datagram.first(given.size()), given.begin());
		number(given);
		return given.size() < datagram.size()
			       ? std::make_error_code(std::errc::message_size)
			       : std::error_code();
	}

	std::error_code join(std::uint32_t /*group*/) noexcept override { return {}; }

private:
	void number(std::span<std::byte> messages) const noexcept
	{
		nlmsghdr header;
		while (messages.size() >= sizeof(header)) {
			std::memcpy(&header, messages.data(), sizeof(header));
			if (header.nlmsg_seq) {
				header.nlmsg_seq = sequence_ + header.nlmsg_seq % requests_;
				header.nlmsg_pid = ::port;
			}
			std::memcpy(messages.data(), &header, sizeof(header));
			// NLMSG_ALIGN() is of 32 bits.
			const auto length = (std::size_t{header.nlmsg_len} + 3) & ~std::size_t{3};
			messages = messages.subspan(
				std::min(messages.size(), std::max(length, sizeof(header))));
		}
	}

	std::shared_ptr<script> script_;
	int event_; // for who polls: never readable
	std::uint32_t sequence_ = 0;
	std::uint32_t requests_ = 1;
};

void call(vfctl::client& client, unsigned which)
{
	std::vector<vfctl::vf_stats> stats;
	vfctl::limits wanted;
	wanted.hard = vfctl::rate::from_mbits_per_sec(500);

	vfctl::vf_info read;
	read.pf_index = 2;
	read.pf_name = "eth0";

	switch (which % 9) {
	case 0:
		client.pfs();
		break;
	case 1:
		client.vfs();
		client.vfs("eth0");
		break;
	case 2:
		client.stats(stats);
		client.stats(stats, "eth0");
		break;
	case 3:
		client.pf("eth0");
		break;
	case 4:
		client.vf("0000:01:10.0");
		break;
	case 5:
		client.stats(vfctl::vf_ref("veth0.1"));
		break;
	case 6:
		client.set("eth0/1", wanted);
		break;
	case 7:
		client.set_if_unchanged(read, wanted);
		break;
	default:
		client.set_interval("eth0", std::chrono::milliseconds(100));
	}
}

void ask(const std::shared_ptr<script>& from, unsigned which)
{
	auto client = vfctl::client_access::make(
		std::make_unique<vfctl::module_backend>(std::make_unique<scripted_socket>(from)));
	// Once more: what was learned of the family is used again.
	for (int i = 0; i < 2; i++) {
		try {
			call(client, which);
		} catch (const vfctl::error& e) {
			REQUIRE(e.code() && *e.what());
		}
	}
}

void listen(const std::shared_ptr<script>& from, unsigned which)
{
	vfctl::monitor::options wanted;
	wanted.config = which & 1U;
	wanted.stats = which & 2U;
	wanted.snapshot = which & 4U;
	if (which & 8U)
		wanted.module = vfctl::module_need::awaited;
	if (which & 16U)
		wanted.pf = "eth0";
	auto monitor = vfctl::monitor_access::make(std::make_unique<scripted_socket>(from),
						   std::make_unique<scripted_socket>(from), wanted);
	int failures = 0;
	// Each event is of some bytes of the input, or tells what came of one.
	for (std::size_t events = 0; failures < 2; events++) {
		REQUIRE(events < 100'000);
		try {
			if (!monitor.next())
				break;
		} catch (const vfctl::error& e) {
			REQUIRE(e.code() && *e.what());
			failures++;
		}
	}
}

} // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size)
{
	const auto input = std::as_bytes(std::span(data, size));
	if (input.empty())
		return 0;
	const auto which = std::to_integer<unsigned>(input.front());
	const auto from = std::make_shared<script>(input.subspan(1));

	try {
		if (which & 0x80U)
			listen(from, which);
		else
			ask(from, which);
	} catch (const vfctl::error& e) {
		REQUIRE(e.code() && *e.what());
	}
	return 0;
}
