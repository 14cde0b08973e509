// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <chrono>
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
#include <vfctl/rate.hpp>

namespace vfctl {

/// What the driver of a PF can do for its VFs.
struct capabilities {
	bool stats = false;      ///< counters of VFs can be read
	bool max_rate = false;   ///< the transmit rate of a VF can be limited
	bool min_rate = false;   ///< a minimum transmit rate can be given to a VF
	bool guest_soft = false; ///< a guest can set the soft limit of its VF
};

VFCTL_EXPORT bool operator==(const capabilities& a, const capabilities& b) noexcept;
inline bool operator!=(const capabilities& a, const capabilities& b) noexcept
{
	return !(a == b);
}

/// What becomes of the limits of a PF's VFs when the VFs go.
enum class limit_lifetime : std::uint8_t {
	of_vf, ///< they go with their VF
	kept,  ///< the next VF of the number has them
};

/// A PF (Physical Function) and what is known of its VFs as a whole. What is not known is absent.
struct pf_info {
	std::uint32_t index = 0;                ///< interface index of its network device
	std::string name;                       ///< of its network device, as in "eth0"
	std::optional<std::string> bus_address; ///< as in "0000:01:00.0"
	std::optional<std::string> driver;      ///< as in "igb"
	std::optional<std::string> provider; ///< the module's part that talks to it: "82576", "ndo"
	std::uint32_t vfs = 0;               ///< number of VFs that exist now
	std::optional<std::uint32_t> total_vfs;            ///< number of VFs that it can have
	std::optional<rate> link_speed;                    ///< absent while the link is down
	std::optional<std::chrono::milliseconds> interval; ///< of sampling; module only
	std::optional<capabilities> caps;                  ///< module only
	/// From one sample to the next, as it is kept: longer than `interval` where the driver is too
	/// slow for that, or where nobody has read a counter for a minute, shorter where a counter
	/// could wrap. Module only, after the first sample.
	std::optional<std::chrono::milliseconds> kept_interval;
	/// What the last sample of all VFs cost: how long the driver was asked for it.
	std::optional<std::chrono::microseconds> sample_time;
	/// Within what time a change of a limit is noticed that nobody tells of: longer where the
	/// driver is slow. Module only.
	std::optional<std::chrono::milliseconds> look_interval;
	/// Are limits kept for the next VF of a number, when VFs go? Module only.
	std::optional<bool> keep_limits;
};

VFCTL_EXPORT bool operator==(const pf_info& a, const pf_info& b);
inline bool operator!=(const pf_info& a, const pf_info& b)
{
	return !(a == b);
}

/// Names a PF in a call, by its network device. References are equal that say the same: one by name
/// and one by index are not, whichever devices they mean. Their order has no meaning.
class pf_ref {
public:
	// Not explicit: client.vfs("eth0") is how one wants to say it.
	pf_ref(std::string name) : what_(std::move(name)) {}
	pf_ref(std::string_view name) : what_(std::string(name)) {}
	pf_ref(const char* name) : what_(std::string(name)) {}
	pf_ref(const pf_info& pf) : what_(pf.index) {}

	static pf_ref by_index(std::uint32_t index) { return pf_ref(index); }

	/// The interface index, or 0 where it is named by name().
	std::uint32_t index() const noexcept
	{
		const auto* i = std::get_if<std::uint32_t>(&what_);
		return i ? *i : 0;
	}

	/// The name of the device, or empty where it is named by index().
	std::string_view name() const noexcept
	{
		const auto* n = std::get_if<std::string>(&what_);
		return n ? std::string_view(*n) : std::string_view();
	}

	friend bool operator==(const pf_ref& a, const pf_ref& b) { return a.what_ == b.what_; }
	friend bool operator!=(const pf_ref& a, const pf_ref& b) { return a.what_ != b.what_; }
	friend bool operator<(const pf_ref& a, const pf_ref& b) { return a.what_ < b.what_; }
	friend bool operator>(const pf_ref& a, const pf_ref& b) { return a.what_ > b.what_; }
	friend bool operator<=(const pf_ref& a, const pf_ref& b) { return a.what_ <= b.what_; }
	friend bool operator>=(const pf_ref& a, const pf_ref& b) { return a.what_ >= b.what_; }

	friend VFCTL_EXPORT std::ostream& operator<<(std::ostream& out, const pf_ref& pf);

private:
	explicit pf_ref(std::uint32_t index) : what_(index) {}

	std::variant<std::string, std::uint32_t> what_;
};

/// "eth0", or "#7" for one that is named by its index.
VFCTL_EXPORT std::string to_string(const pf_ref& pf);

} // namespace vfctl

template <> struct std::hash<vfctl::pf_ref> {
	std::size_t operator()(const vfctl::pf_ref& pf) const noexcept
	{
		return std::hash<std::string_view>()(pf.name()) ^ pf.index();
	}
};
