// SPDX-License-Identifier: GPL-2.0-only
#include "request_budget.hpp"

#include <algorithm>

namespace vfctl::daemon {

request_budget::account& request_budget::account_of(std::uint32_t cid, time_point now)
{
	if (known_.count(cid) == 0)
		forget_idle(now);
	const double most = std::max(2.0, 2 * rate_);
	const auto [entry, is_new] =
		known_.try_emplace(cid, account{.left = most, .last = now, .until = time_point()});
	account& of = entry->second;
	of.left = std::min(most,
			   of.left + rate_ * std::chrono::duration<double>(now - of.last).count());
	of.last = now;
	return of;
}

// A full budget and no cut-off are what an unknown guest has.
void request_budget::forget_idle(time_point now)
{
	const auto full = std::chrono::duration<double>(std::max(2.0, 2 * rate_) / rate_);
	std::erase_if(known_, [&](const auto& entry) {
		return now >= entry.second.until && now - entry.second.last >= full;
	});
}

bool request_budget::take(std::uint32_t cid, time_point now)
{
	account& of = account_of(cid, now);
	if (of.left < 1) {
		cut_off(cid, now);
		return false;
	}
	of.left -= 1;
	return true;
}

void request_budget::cut_off(std::uint32_t cid, time_point now)
{
	account_of(cid, now).until = now + cut_off_for;
	++cut_offs_;
}

bool request_budget::is_cut_off(std::uint32_t cid, time_point now)
{
	const auto found = known_.find(cid);
	return found != known_.end() && now < found->second.until;
}

} // namespace vfctl::daemon
