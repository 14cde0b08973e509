// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <memory>

namespace failnth {

/// Makes one allocation fail, or one copy from or to user space: the nth from now on.
class faults {
public:
	faults() = default;
	faults(const faults&) = delete;
	faults& operator=(const faults&) = delete;
	virtual ~faults() = default;

	virtual void arm(unsigned int nth) = 0;
	/// \return whether it has failed
	virtual bool disarm() = 0;
};

/// Those of the calling thread.
std::unique_ptr<faults> thread_faults();

/// Those of the function that the module failwork looks into.
std::unique_ptr<faults> work_faults();

/// How often that function has returned, and how often with a failure.
unsigned int work_runs();
unsigned int work_failures();

} // namespace failnth
