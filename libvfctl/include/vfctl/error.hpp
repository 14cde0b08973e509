// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include <memory>
#include <string>
#include <system_error>

#include <vfctl/export.hpp>

namespace vfctl {

/// Every failure that this library reports. code() is its base's.
///
/// Codes to expect, all of std::generic_category() (errno):
///   operation_not_permitted     a write without CAP_NET_ADMIN
///   no_such_device              there is no such network device, PF or VF
///   no_such_file_or_directory   the PF has no VF of that number
///   operation_not_supported     the driver or the backend cannot do that; see message()
///   invalid_argument            a value was refused, by the kernel or before it was asked
///   resource_unavailable_try_again   torn dumps or lost answers, again and again; or a PF that is
///                               being set up
///   timed_out                   the client's timeout has passed; see client
///   no_buffer_space             the kernel's answer to a write was lost
///   protocol_error              an answer that could not be understood
///   protocol_not_supported      the vfctl module is needed and not loaded
///
/// Was the change made? No, where from_kernel(): the kernel has refused it. The library refuses most
/// writes before the kernel is asked, and nothing is changed then either. Of four codes of the
/// library the kernel may have made the change, or may make it yet: timed_out, no_buffer_space,
/// resource_unavailable_try_again and protocol_error. Read the VF to know. A driver whose card does
/// not answer may refuse with timed_out as well: refused_by() tells which of the two it was.
class VFCTL_EXPORT error : public std::system_error {
public:
	/// Who refused.
	enum class source : unsigned char {
		library, ///< before the kernel was asked, or since it did not answer
		kernel,  ///< the message is the kernel's own
	};

	/// \param operation  what was attempted, as in "set limits of eth0/1"
	/// \param code       why it failed
	/// \param message    the cause in words: the kernel's own where it gave any; may be empty
	/// \param attribute  the attribute at fault as the protocol names it, may be empty
	/// \param from       who refused
	error(std::string operation, std::error_code code, std::string message = {},
	      std::string attribute = {}, source from = source::library);
	error(const error& other) noexcept;
	error& operator=(const error& other) noexcept;
	~error() override;

	/// "set limits of eth0/1: 2000 Mbit/s is above the link speed of eth0, 1000 Mbit/s"
	const char* what() const noexcept override;

	/// What was attempted.
	const std::string& operation() const noexcept;

	/// The cause in words: the kernel's, verbatim, where from_kernel(); empty where there are none.
	const std::string& message() const noexcept;

	/// The attribute that the kernel found at fault, as kmod/vfctl.yaml names it ("soft-rate");
	/// empty where it named none.
	const std::string& attribute() const noexcept;

	/// Who refused.
	source refused_by() const noexcept;

	/// Was it the kernel that refused?
	bool from_kernel() const noexcept;

private:
	struct data;
	std::shared_ptr<const data> data_;
};

} // namespace vfctl
