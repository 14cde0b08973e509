// SPDX-License-Identifier: LGPL-2.1-or-later
#include "sysfs.hpp"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstdio>
#include <system_error>

#include <fcntl.h>
#include <unistd.h>

#include "descriptor.hpp"

namespace fs = std::filesystem;

namespace vfctl {
namespace {

// All of a text, without sign or space.
template <typename Number> std::optional<Number> number_of(std::string_view text, int base = 10)
{
	Number value{};
	const auto* const end = text.data() + text.size();
	const auto [stop, failed] = std::from_chars(text.data(), end, value, base);
	if (failed != std::errc() || stop != end || text.empty() || text.front() == '-')
		return std::nullopt;
	return value;
}

std::optional<std::string> first_line(const fs::path& file)
{
	constexpr std::size_t most = 4096; // A page: sysfs has no longer ones.
	const descriptor in(::open(file.c_str(), O_RDONLY | O_CLOEXEC));
	std::string text(most, '\0');
	const auto got = ::read(in.get(), text.data(), text.size());
	if (got <= 0)
		return std::nullopt;
	text.resize(static_cast<std::size_t>(got));
	return text.substr(0, text.find('\n'));
}

template <typename Number> std::optional<Number> number_in(const fs::path& file)
{
	const auto line = first_line(file);
	return line ? number_of<Number>(*line) : std::nullopt;
}

// The last part of what a symbolic link points to.
std::optional<std::string> link_name(const fs::path& link)
{
	std::error_code failed;
	const auto target = fs::read_symlink(link, failed);
	if (failed || target.filename().empty())
		return std::nullopt;
	return target.filename().string();
}

std::vector<std::string> names_in(const fs::path& folder)
{
	std::vector<std::string> names;
	std::error_code failed;
	for (fs::directory_iterator it(folder, failed), end; !failed && it != end;
	     it.increment(failed))
		names.push_back(it->path().filename().string());
	std::sort(names.begin(), names.end());
	return names;
}

constexpr std::string_view vf_link = "virtfn";

} // namespace

fs::path sysfs::below(const std::string& netdev) const
{
	return root_ / "class/net" / netdev / "device";
}

fs::path sysfs::pci(std::string_view address) const
{
	return root_ / "bus/pci/devices" / address;
}

std::optional<std::uint32_t> sysfs::index(const std::string& netdev) const
{
	return number_in<std::uint32_t>(root_ / "class/net" / netdev / "ifindex");
}

std::optional<std::string> sysfs::bus_address(const std::string& netdev) const
{
	return link_name(below(netdev));
}

std::optional<std::string> sysfs::driver(const std::string& netdev) const
{
	return link_name(below(netdev) / "driver");
}

std::optional<std::uint32_t> sysfs::total_vfs(const std::string& netdev) const
{
	return number_in<std::uint32_t>(below(netdev) / "sriov_totalvfs");
}

// speed_show(): Mbit/s, -1 for unknown, and EINVAL while the device is down.
std::optional<rate> sysfs::link_speed(const std::string& netdev) const
{
	const auto mbit = number_in<std::uint32_t>(root_ / "class/net" / netdev / "speed");
	if (!mbit || *mbit == 0 || *mbit == UINT32_MAX)
		return std::nullopt;
	return rate::from_mbits_per_sec(*mbit);
}

std::optional<std::string> sysfs::vf_address(const std::string& pf, std::uint32_t number) const
{
	return link_name(below(pf) / (std::string(vf_link) + std::to_string(number)));
}

std::optional<std::string> sysfs::pci_driver(std::string_view address) const
{
	return link_name(pci(address) / "driver");
}

bool sysfs::has_pci_device(std::string_view address) const
{
	std::error_code failed;
	return fs::exists(pci(address), failed);
}

std::optional<sysfs::vf_place> sysfs::find_vf(std::string_view address) const
{
	const auto pf = pci(address) / "physfn";
	for (const auto& name : names_in(pf)) {
		if (name.rfind(vf_link, 0) != 0 || link_name(pf / name) != address)
			continue;
		const auto number = number_of<std::uint32_t>(name.substr(vf_link.size()));
		if (number)
			return vf_place{names_in(pf / "net"), *number};
	}
	return std::nullopt;
}

std::optional<std::string> full_pci_address(std::string_view text)
{
	const auto dot = text.rfind('.');
	const auto last = text.rfind(':', dot);
	if (dot == std::string_view::npos || last == std::string_view::npos)
		return std::nullopt;
	const auto first = text.find(':');
	const auto bus_at = first == last ? 0 : first + 1;

	const auto part = [](std::string_view hex, std::uint32_t most) {
		const auto value = number_of<std::uint32_t>(hex, 16);
		return value && *value <= most ? value : std::nullopt;
	};
	const auto domain = first == last ? std::optional<std::uint32_t>(0)
					  : part(text.substr(0, first), UINT32_MAX);
	const auto bus = part(text.substr(bus_at, last - bus_at), 0xff);
	const auto device = part(text.substr(last + 1, dot - last - 1), 0x1f);
	const auto function = part(text.substr(dot + 1), 7);
	if (!domain || !bus || !device || !function)
		return std::nullopt;

	// "12345678:01:1f.7" and its end; the format is that of pci_setup_device().
	std::array<char, sizeof("12345678:01:1f.7")> full{};
	static_cast<void>(std::snprintf(full.data(), full.size(), "%04x:%02x:%02x.%u", *domain,
					*bus, *device, *function));
	return full.data();
}

} // namespace vfctl
