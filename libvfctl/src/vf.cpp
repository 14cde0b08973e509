// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vfctl/vf.hpp>

#include <algorithm>
#include <charconv>
#include <cstdio>
#include <system_error>
#include <tuple>

#include <net/if.h>

#include <vfctl/error.hpp>

#include "sysfs.hpp"

namespace vfctl {
namespace {

[[noreturn]] void refuse(std::string_view text, const std::string& why)
{
	std::string shown(text.substr(0, 80));
	if (shown.size() < text.size())
		shown += "...";
	throw error("name a VF", std::make_error_code(std::errc::invalid_argument),
		    '"' + shown + "\" " + why);
}

// What dev_valid_name() takes; the slash was looked at before.
bool is_space_or_control(char c)
{
	return static_cast<unsigned char>(c) <= ' ' || c == '\x7f';
}

void check_device_name(std::string_view text, std::string_view name)
{
	if (name.size() >= IFNAMSIZ)
		refuse(text, "names no VF: a device's name has at most " +
				     std::to_string(IFNAMSIZ - 1) + " characters");
	if (name == "." || name == ".." ||
	    std::any_of(name.begin(), name.end(), is_space_or_control))
		refuse(text, "names no VF: this is no name that a device can have");
}

std::uint32_t parse_number(std::string_view text, std::string_view digits)
{
	const auto is_digit = [](char c) {
		return c >= '0' && c <= '9';
	};
	if (digits.empty() || !std::all_of(digits.begin(), digits.end(), is_digit))
		refuse(text, "names no VF: after the slash comes its number, as in eth0/1");

	std::uint32_t number = 0;
	const auto* const end = digits.data() + digits.size();
	if (std::from_chars(digits.data(), end, number).ec != std::errc())
		refuse(text, "names no VF: its number is too large");
	return number;
}

std::variant<vf_ref::numbered, vf_ref::device, vf_ref::address> parse(std::string_view text)
{
	if (text.empty())
		refuse(text, "names no VF; veth0.1, eth0/1 or 0000:01:10.1 would");

	if (const auto slash = text.find('/'); slash != std::string_view::npos) {
		const auto pf = text.substr(0, slash);
		if (pf.empty())
			refuse(text, "names no VF: before the slash comes its PF, as in eth0/1");
		check_device_name(text, pf);
		return vf_ref::numbered{pf_ref(pf), parse_number(text, text.substr(slash + 1))};
	}

	// No device can have a colon in its name.
	if (text.find(':') != std::string_view::npos) {
		auto full = full_pci_address(text);
		if (!full)
			refuse(text, "names no VF: this is no PCI address, as 0000:01:10.1 is");
		return vf_ref::address{*std::move(full)};
	}

	check_device_name(text, text);
	return vf_ref::device{std::string(text)};
}

struct names_of_ref {
	std::string operator()(const vf_ref::numbered& vf) const
	{
		return to_string(vf.pf) + '/' + std::to_string(vf.number);
	}
	std::string operator()(const vf_ref::device& vf) const { return vf.name; }
	std::string operator()(const vf_ref::address& vf) const { return vf.bus_address; }
};

} // namespace

std::string_view to_string(limit_state state)
{
	switch (state) {
	case limit_state::none:
		return "none";
	case limit_state::in_force:
		return "in-force";
	case limit_state::pending:
		return "pending";
	case limit_state::absent:
		return "absent";
	}
	return "unknown";
}

std::string to_string(const mac_address& mac)
{
	std::array<char, sizeof("02:00:00:00:00:01")> text{};
	const auto& b = mac.bytes;
	static_cast<void>(std::snprintf(text.data(), text.size(), "%02x:%02x:%02x:%02x:%02x:%02x",
					b[0], b[1], b[2], b[3], b[4], b[5]));
	return text.data();
}

bool operator==(const vf_info& a, const vf_info& b)
{
	const auto parts = [](const vf_info& v) {
		return std::tie(v.pf_index, v.pf_name, v.number, v.index, v.name, v.bus_address,
				v.mac, v.link_speed, v.hard, v.soft, v.min, v.effective, v.state,
				v.pending_reason, v.guest_soft);
	};
	return parts(a) == parts(b);
}

vf_ref::vf_ref(std::string_view text) : what_(parse(text)) {}

std::string to_string(const vf_ref& vf)
{
	return std::visit(names_of_ref(), vf.what());
}

std::optional<std::string> bound_driver(std::string_view bus_address)
{
	const auto full = full_pci_address(bus_address);
	return full ? sysfs().pci_driver(*full) : std::nullopt;
}

} // namespace vfctl
