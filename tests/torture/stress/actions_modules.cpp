// SPDX-License-Identifier: GPL-2.0-only
// Modules that come and go: vfctl, and the driver of the PFs.
#include <cerrno>
#include <set>

#include "action.hpp"

namespace stress {

namespace {

// Is in use, or was removed by another.
const std::set<int> while_removed = {EAGAIN, EBUSY, ENOENT};
// Is there, or is being loaded by another.
const std::set<int> while_loaded = {EEXIST, EBUSY};

class vfctl_module final : public action {
public:
	explicit vfctl_module(const host& on) : on_(on) {}

	void once(choices& choose, tally& counts) override;

private:
	const host& on_;
};

void vfctl_module::once(choices& choose, tally& counts)
{
	counts.note(on_.vfctl.remove(), while_removed, "remove vfctl");
	pause(choose, 20);
	const auto begin = clock::now();
	counts.note(on_.vfctl.load(), while_loaded, "load vfctl");
	linger(choose, clock::now() - begin);
}

class pf_driver final : public action {
public:
	explicit pf_driver(const host& on) : on_(on) {}

	void once(choices& choose, tally& counts) override;

private:
	const host& on_;
};

void pf_driver::once(choices& choose, tally& counts)
{
	static const std::set<int> while_made = {ENOENT, ENODEV, EBUSY};

	// They go with the driver.
	for (const pf& one : on_.pfs)
		if (on_.violations(one).value_or(0) != 0)
			throw failure(one.device + " was called as it may not be");
	counts.note(on_.driver.remove(), while_removed, "remove " + on_.driver.name());
	pause(choose, 20);
	const auto begin = clock::now();
	counts.note(on_.driver.load(), while_loaded, "load " + on_.driver.name());
	for (const pf& one : on_.pfs) {
		const auto vfs = choose.between(0, on_.vfs);
		counts.note(write_file(on_.numvfs_file(one), std::to_string(vfs)), while_made,
			    on_.numvfs_file(one));
	}
	linger(choose, clock::now() - begin);
}

} // namespace

std::unique_ptr<action> make_module(const host& on)
{
	return std::make_unique<vfctl_module>(on);
}

std::unique_ptr<action> make_driver(const host& on)
{
	return std::make_unique<pf_driver>(on);
}

} // namespace stress
