// SPDX-License-Identifier: GPL-2.0-only
// What becomes of PFs: unbind, rename, netns.
#include <array>
#include <cerrno>
#include <set>

#include "action.hpp"
#include "session.hpp"

namespace stress {

namespace {

class unbind final : public action {
public:
	explicit unbind(const host& on) : on_(on) {}

	void once(choices& choose, tally& counts) override;

private:
	const host& on_;
};

void unbind::once(choices& choose, tally& counts)
{
	// ENOENT: the driver is not loaded. EAGAIN: it was asked while it went.
	static const std::set<int> expected = {ENOENT, ENODEV, EBUSY, EAGAIN};
	const auto& which = on_.pfs[choose.between(0, on_.pfs.size() - 1)];
	const auto vfs = choose.between(0, on_.vfs);

	counts.note(write_file(on_.driver_folder + "unbind", which.device), expected,
		    "unbind " + which.device);
	pause(choose, 20);
	const auto begin = clock::now();
	counts.note(write_file(on_.driver_folder + "bind", which.device), expected,
		    "bind " + which.device);
	if (!choose.one_in(4))
		counts.note(write_file(on_.numvfs_file(which), std::to_string(vfs)), expected,
			    on_.numvfs_file(which));
	linger(choose, clock::now() - begin);
}

class rename final : public action {
public:
	explicit rename(const host& on) : session_(on) {}

	void once(choices& choose, tally& counts) override;

private:
	session session_;
};

void rename::once(choices& choose, tally& counts)
{
	static const std::set<int> expected = {ENODEV, EEXIST, EBUSY};
	const auto number = choose.between(0, session_.on().pfs.size() - 1);
	const auto& which = session_.on().pfs[number];
	const std::string digit = std::to_string(number);
	// With the last one the name of a stub is too long, and is cut.
	const std::array names = {which.name, "w" + digit, "enp129s" + digit + "f0np0"};
	const std::string& name = choose.pick(names);

	if (const auto device = session_.find_pf(which)) {
		const int error = device->where.links().rename(device->device.index, name);
		if (!counts.note(error, expected, "rename " + which.device + " to " + name))
			session_.forget();
	} else {
		counts.note(ENODEV, expected, which.device);
	}
	pause(choose, 10);
}

class netns final : public action {
public:
	explicit netns(const host& on) : session_(on) {}

	void once(choices& choose, tally& counts) override;

private:
	bool move(const session::found& from, const descriptor& to, tally& counts);
	void move_away_for_ever(const session::found& from, unsigned stay_ms, tally& counts);

	session session_;
};

void netns::once(choices& choose, tally& counts)
{
	const auto& which = session_.on().pfs[choose.between(0, session_.on().pfs.size() - 1)];
	const bool for_ever = choose.one_in(4);
	const auto stay_ms = static_cast<unsigned>(choose.up_to(20));
	const auto device = session_.find_pf(which);

	if (!device) {
		counts.note(ENODEV, {ENODEV}, which.device);
	} else if (for_ever) {
		move_away_for_ever(*device, stay_ms, counts);
	} else {
		const bool is_away = &device->where == &session_.away();
		move(*device, is_away ? session_.on().home : session_.on().away, counts);
	}
	// Wherever it came to.
	session_.forget();
	pause(choose, 20);
}

bool netns::move(const session::found& from, const descriptor& to, tally& counts)
{
	// EINVAL: it is being registered or removed just now.
	static const std::set<int> expected = {ENODEV, EEXIST, EINVAL, EBUSY};
	++*session_.on().moves;
	return counts.note(from.where.links().move(from.device.index, to.get()), expected,
			   "move " + from.device.name);
}

// To a namespace that goes: the PF falls back to the first one, its stubs go with the namespace.
void netns::move_away_for_ever(const session::found& from, unsigned stay_ms, tally& counts)
{
	const descriptor grave = new_netns();
	move(from, grave, counts);
	pause_ms(stay_ms);
	++*session_.on().moves;
}

} // namespace

std::unique_ptr<action> make_unbind(const host& on)
{
	return std::make_unique<unbind>(on);
}

std::unique_ptr<action> make_rename(const host& on)
{
	return std::make_unique<rename>(on);
}

std::unique_ptr<action> make_netns(const host& on)
{
	return std::make_unique<netns>(on);
}

} // namespace stress
