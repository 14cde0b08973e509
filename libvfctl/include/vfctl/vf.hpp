// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <iosfwd>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <variant>

#include <vfctl/export.hpp>
#include <vfctl/pf.hpp>
#include <vfctl/rate.hpp>

namespace vfctl {

/// What has become of the wanted limit of a VF. Values are the kernel's (enum vfctl_limit_state);
/// a newer kernel may send others.
enum class limit_state : std::uint32_t {
	none = 0,     ///< no limit is wanted and none is in force
	in_force = 1, ///< the device applies what is wanted
	pending = 2,  ///< the device does not apply it yet; see vf_info::pending_reason
	absent = 3,   ///< the VF does not exist now; the next one of its number will have the limit
};

/// Which VFs a call is about.
enum class vf_presence : std::uint8_t {
	existing, ///< those that exist now
	any, ///< also those that do not, and have a wanted limit: limit_state::absent; module only
};

/// "none", "in-force", "pending", "absent", or "unknown".
VFCTL_EXPORT std::string_view to_string(limit_state state);

/// Who sets the soft limit of a VF.
enum class guest_permission : std::uint8_t {
	forbidden, ///< the guest may not; one that it has set already stays
	allowed,   ///< the guest may
};

/// A MAC address: mac_address{2, 0, 0, 0, 0, 1}.
struct mac_address {
	std::array<std::uint8_t, 6> bytes{};

	friend bool operator==(const mac_address& a, const mac_address& b) noexcept
	{
		return a.bytes == b.bytes;
	}
	friend bool operator!=(const mac_address& a, const mac_address& b) noexcept
	{
		return a.bytes != b.bytes;
	}
	friend bool operator<(const mac_address& a, const mac_address& b) noexcept
	{
		return a.bytes < b.bytes;
	}
	friend bool operator>(const mac_address& a, const mac_address& b) noexcept { return b < a; }
	friend bool operator<=(const mac_address& a, const mac_address& b) noexcept
	{
		return !(b < a);
	}
	friend bool operator>=(const mac_address& a, const mac_address& b) noexcept
	{
		return !(a < b);
	}
};

/// "02:00:00:00:00:01"
VFCTL_EXPORT std::string to_string(const mac_address& mac);

/// Limits of a VF. In a request, what is absent stays as it is; in an event, it was not known.
struct limits {
	std::optional<rate> hard; ///< the host's
	std::optional<rate>
		soft;            ///< the guest's, which can never raise the rate above the hard one
	std::optional<rate> min; ///< guaranteed rate, for drivers with capabilities::min_rate

	friend bool operator==(const limits& a, const limits& b)
	{
		return a.hard == b.hard && a.soft == b.soft && a.min == b.min;
	}
	friend bool operator!=(const limits& a, const limits& b) { return !(a == b); }
};

/// A VF and its limits. What is not known is absent: by backend_type::rtnetlink, all that is
/// marked "module only".
struct vf_info {
	std::uint32_t pf_index = 0;         ///< interface index of the PF's network device
	std::string pf_name;                ///< name of the PF's network device
	std::uint32_t number = 0;           ///< of the VF below its PF, from 0
	std::optional<std::uint32_t> index; ///< interface index of the stub; module only
	std::optional<std::string> name;    ///< of the stub device, as in "veth0.1"; module only
	std::optional<std::string> bus_address; ///< PCI address, as in "0000:01:10.0"
	std::optional<mac_address> mac;         ///< that the PF driver gave the VF; never all zeros
	std::optional<rate> link_speed;         ///< of the PF's link; absent while it is down
	std::optional<rate> hard;               ///< the host's limit
	std::optional<rate> soft;               ///< the guest's limit; module only
	std::optional<rate> min;          ///< guaranteed rate; absent where the driver has none
	std::optional<rate> effective;    ///< what the device applies now; module only
	std::optional<limit_state> state; ///< module only
	std::optional<std::string> pending_reason; ///< in words, while pending; module only
	/// May the guest set its soft limit? Absent without capabilities::guest_soft.
	std::optional<bool> guest_soft;
};

VFCTL_EXPORT bool operator==(const vf_info& a, const vf_info& b);
inline bool operator!=(const vf_info& a, const vf_info& b)
{
	return !(a == b);
}

/// Names a VF in a call. References are equal that say the same; their order has no meaning.
class vf_ref {
public:
	/// A VF of a PF, by its number from 0.
	struct numbered {
		pf_ref pf;
		std::uint32_t number;

		friend bool operator==(const numbered& a, const numbered& b)
		{
			return a.pf == b.pf && a.number == b.number;
		}
		friend bool operator<(const numbered& a, const numbered& b)
		{
			return a.pf < b.pf || (a.pf == b.pf && a.number < b.number);
		}
	};
	/// By the name of its stub device.
	struct device {
		std::string name;

		friend bool operator==(const device& a, const device& b)
		{
			return a.name == b.name;
		}
		friend bool operator<(const device& a, const device& b) { return a.name < b.name; }
	};
	/// By its bus address, in full: "0000:01:10.0".
	struct address {
		std::string bus_address;

		friend bool operator==(const address& a, const address& b)
		{
			return a.bus_address == b.bus_address;
		}
		friend bool operator<(const address& a, const address& b)
		{
			return a.bus_address < b.bus_address;
		}
	};

	// Not explicit: client.vf("eth0/1") is how one wants to say it.

	/// \param text  "veth0.1" (the stub device), "eth0/1" (PF and number) or "0000:01:10.1"
	///              (PCI address, also without the domain)
	/// \throws error  invalid_argument where it is none of these
	VFCTL_EXPORT vf_ref(std::string_view text);
	vf_ref(const std::string& text) : vf_ref(std::string_view(text)) {}
	vf_ref(const char* text) : vf_ref(std::string_view(text)) {}
	vf_ref(pf_ref pf, std::uint32_t number) : what_(numbered{std::move(pf), number}) {}
	vf_ref(const vf_info& vf) : vf_ref(pf_ref::by_index(vf.pf_index), vf.number) {}

	const std::variant<numbered, device, address>& what() const noexcept { return what_; }

	friend bool operator==(const vf_ref& a, const vf_ref& b) { return a.what_ == b.what_; }
	friend bool operator!=(const vf_ref& a, const vf_ref& b) { return !(a == b); }
	friend bool operator<(const vf_ref& a, const vf_ref& b) { return a.what_ < b.what_; }
	friend bool operator>(const vf_ref& a, const vf_ref& b) { return b < a; }
	friend bool operator<=(const vf_ref& a, const vf_ref& b) { return !(b < a); }
	friend bool operator>=(const vf_ref& a, const vf_ref& b) { return !(a < b); }

	friend VFCTL_EXPORT std::ostream& operator<<(std::ostream& out, const vf_ref& vf);

private:
	std::variant<numbered, device, address> what_;
};

/// As it was given, in full: "veth0.1", "eth0/1", "0000:01:10.1".
VFCTL_EXPORT std::string to_string(const vf_ref& vf);

/// The driver that is bound to a PCI device: "vfio-pci" where a guest has it, "igbvf" where the
/// host does; absent where none is, or where there is no such device. Reads sysfs.
VFCTL_EXPORT std::optional<std::string> bound_driver(std::string_view bus_address);

} // namespace vfctl

template <> struct std::hash<vfctl::mac_address> {
	std::size_t operator()(const vfctl::mac_address& mac) const noexcept
	{
		std::uint64_t all = 0;
		for (const auto byte : mac.bytes)
			all = all << 8U | byte;
		return std::hash<std::uint64_t>()(all);
	}
};

template <> struct std::hash<vfctl::vf_ref> {
	std::size_t operator()(const vfctl::vf_ref& vf) const
	{
		return std::hash<std::string>()(to_string(vf));
	}
};
