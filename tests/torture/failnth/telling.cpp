// SPDX-License-Identifier: GPL-2.0-only
#include "telling.hpp"

#include <chrono>
#include <optional>

#include <vfctl/error.hpp>

#include "faults.hpp"
#include "operation.hpp"
#include "world.hpp"

namespace failnth {

namespace {

// VFs come in shares, some milliseconds after one another. What is missing for longer has to wait
// until the work looks again, which it does after 800 ms.
constexpr std::chrono::milliseconds in_shares(600);

} // namespace

telling::telling() : failures_(work_failures()) {}

void telling::look(const std::function<std::string()>& complaint)
{
	std::optional<std::chrono::steady_clock::time_point> failed;

	await([&] {
		const auto now = std::chrono::steady_clock::now();
		if (!failed && work_failures() != failures_)
			failed = now;
		try {
			missing_ = complaint();
		} catch (const vfctl::error& caught) {
			missing_ = caught.what();
		}
		return failed && now - *failed > in_shares ? std::string() : missing_;
	});
}

void telling::require_told()
{
	require(missing_.empty() || log_.says("vfctl: "),
		"the log does not tell, when this was missing: " + missing_);
}

} // namespace failnth
