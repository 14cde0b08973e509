// SPDX-License-Identifier: GPL-2.0-only
#include "ethtool.hpp"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <system_error>

#include <linux/ethtool.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

namespace stress {

namespace {

// More than any device here has, since the kernel writes as many as there are by then.
constexpr std::size_t most_counters = 256;

// A command of ethtool with room for its answer.
template <typename Head> class question {
public:
	question(std::uint32_t command, std::size_t room)
	    : words_((sizeof(Head) + room) / sizeof(std::uint64_t) + 1)
	{
		head().cmd = command;
	}

	Head& head() { return *reinterpret_cast<Head*>(words_.data()); }
	char* answer() { return reinterpret_cast<char*>(words_.data()) + sizeof(Head); }

	int ask(int socket, const std::string& device)
	{
		ifreq request{};
		device.copy(request.ifr_name, IFNAMSIZ - 1);
		request.ifr_data = reinterpret_cast<char*>(words_.data());
		return ::ioctl(socket, SIOCETHTOOL, &request) < 0 ? errno : 0;
	}

private:
	std::vector<std::uint64_t> words_;
};

} // namespace

ethtool::ethtool() : socket_(::socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0))
{
	if (socket_.get() < 0)
		throw std::system_error(errno, std::generic_category(), "socket");
}

int ethtool::read(const std::string& device, statistics& into)
{
	question<ethtool_drvinfo> driver(ETHTOOL_GDRVINFO, 0);
	question<ethtool_gstrings> names(ETHTOOL_GSTRINGS, most_counters * ETH_GSTRING_LEN);
	question<ethtool_stats> values(ETHTOOL_GSTATS, most_counters * sizeof(std::uint64_t));

	into.clear();
	if (const int error = driver.ask(socket_.get(), device))
		return error;
	const std::uint32_t count = driver.head().n_stats;
	if (count > most_counters)
		throw failure("ethtool: " + device + " has " + std::to_string(count) + " counters");
	names.head().string_set = ETH_SS_STATS;
	names.head().len = count;
	if (const int error = names.ask(socket_.get(), device))
		return error;
	values.head().n_stats = count;
	if (const int error = values.ask(socket_.get(), device))
		return error;
	// Newer kernels answer 0 where there are other counters than were asked for.
	if (names.head().len != count || values.head().n_stats != count)
		return EAGAIN;

	for (std::uint32_t i = 0; i < count; i++) {
		const char* name = names.answer() + std::size_t{i} * ETH_GSTRING_LEN;
		std::uint64_t value = 0;
		std::memcpy(&value, values.answer() + i * sizeof(value), sizeof(value));
		into.emplace_back(std::string(name, ::strnlen(name, ETH_GSTRING_LEN)), value);
	}
	return 0;
}

} // namespace stress
