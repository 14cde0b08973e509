// SPDX-License-Identifier: LGPL-2.1-or-later
#pragma once

#include "descriptor.hpp"

namespace vfctl {

/// A descriptor for event loops: readable while another one is, and while it was said that there is
/// work although the other one may be quiet.
class readiness {
public:
	/// \param other  has to stay open as long as this is used
	/// \throws error
	explicit readiness(int other);

	int fd() const noexcept { return either_.get(); }

	/// There is work.
	void set() noexcept;
	/// There is none that the other one does not tell of.
	void clear() noexcept;

private:
	descriptor work_; ///< an eventfd
	descriptor either_;
	bool is_set_ = false;
};

} // namespace vfctl
