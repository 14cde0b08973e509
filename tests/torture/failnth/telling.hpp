// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <functional>
#include <string>

#include "kernel_log.hpp"

namespace failnth {

/// Nobody waits for what a work does: where memory fails in one, and something is missing then,
/// the log has to tell. From its making on.
class telling {
public:
	telling();

	/// Waits until nothing is missing, or for a moment after memory has failed in the function
	/// that failwork looks into, and keeps what is missing then.
	void look(const std::function<std::string()>& complaint);

	/// Throws wrong where something was missing and the log does not tell.
	void require_told();

private:
	kernel_log log_;
	unsigned int failures_;
	std::string missing_;
};

} // namespace failnth
