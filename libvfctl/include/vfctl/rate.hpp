// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <string>
#include <string_view>

#include <vfctl/export.hpp>

namespace vfctl {

/// A transmit rate in bit/s, or none: no limit.
///
/// Drivers take whole Mbit/s. The kernel refuses a rate below 1 Mbit/s and rounds others down;
/// what it came to is vf_info::effective.
class rate {
public:
	/// No limit.
	constexpr rate() noexcept = default;

	static constexpr rate none() noexcept { return {}; }

	/// \param bits  0 is none
	static constexpr rate from_bits_per_sec(std::uint64_t bits) noexcept
	{
		rate r;
		r.bits_ = bits;
		return r;
	}

	/// \param mbit  as drivers and `ip link set vf` count, 0 is none
	static constexpr rate from_mbits_per_sec(std::uint32_t mbit) noexcept
	{
		return from_bits_per_sec(std::uint64_t{mbit} * 1'000'000);
	}

	/// Reads a rate as tc does: a number and a unit, in any case: bit, kbit, mbit, gbit, tbit
	/// (powers of 1000), kibit to tibit (of 1024), and the same with bps for bytes per second.
	/// A bare number is in bit/s; "none", "max" and 0 are none. Fractions of a bit are rounded
	/// to the nearest; what is not 0 and would become 0 is an error. libvfctl/README.md has all
	/// that differs from tc.
	///
	/// \param text  as in "500mbit", "1.5gbit", "1000000"
	/// \param note  where not null, is set to a sentence about what may have been meant
	///              otherwise ("\"100mbps\" is in bytes per second: 800Mbit"), or cleared
	/// \throws error  with std::errc::invalid_argument, and a sentence that quotes the text; with
	///                std::errc::result_out_of_range for what is above 2^64 - 1 bit/s
	VFCTL_EXPORT static rate parse(std::string_view text, std::string* note = nullptr);

	/// 0 is none.
	constexpr std::uint64_t bits_per_sec() const noexcept { return bits_; }

	constexpr bool is_none() const noexcept { return bits_ == 0; }

	// None is above every other rate, as a limit that does not limit.
	friend constexpr bool operator==(rate a, rate b) noexcept { return a.bits_ == b.bits_; }
	friend constexpr bool operator!=(rate a, rate b) noexcept { return !(a == b); }
	friend constexpr bool operator<(rate a, rate b) noexcept
	{
		return !a.is_none() && (b.is_none() || a.bits_ < b.bits_);
	}
	friend constexpr bool operator>(rate a, rate b) noexcept { return b < a; }
	friend constexpr bool operator<=(rate a, rate b) noexcept { return !(b < a); }
	friend constexpr bool operator>=(rate a, rate b) noexcept { return !(a < b); }

private:
	std::uint64_t bits_ = 0;
};

/// The smaller of two limits; none is above every other.
constexpr rate smaller(rate a, rate b) noexcept
{
	return b < a ? b : a;
}

/// As tc prints it, without loss: "500Mbit", "1234567bit", "none". rate::parse() reads it back.
VFCTL_EXPORT std::string to_string(rate r);

} // namespace vfctl

template <> struct std::hash<vfctl::rate> {
	std::size_t operator()(vfctl::rate r) const noexcept
	{
		return std::hash<std::uint64_t>()(r.bits_per_sec());
	}
};
