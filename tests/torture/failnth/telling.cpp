// SPDX-License-Identifier: GPL-2.0-only
#include "telling.hpp"

#include <vfctl/error.hpp>

#include "faults.hpp"
#include "operation.hpp"
#include "world.hpp"

namespace failnth {

telling::telling() : failures_(work_failures()) {}

void telling::look(const std::function<std::string()>& complaint)
{
	await([&] {
		const bool failed = work_failures() != failures_;
		try {
			missing_ = complaint();
		} catch (const vfctl::error& caught) {
			missing_ = caught.what();
		}
		return failed ? std::string() : missing_;
	});
}

void telling::require_told()
{
	require(missing_.empty() || log_.says("vfctl: "),
		"the log does not tell, when this was missing: " + missing_);
}

} // namespace failnth
