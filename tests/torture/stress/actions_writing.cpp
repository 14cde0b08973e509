// SPDX-License-Identifier: GPL-2.0-only
// Writers: rate and numvfs.
#include <cerrno>
#include <set>
#include <sstream>

#include "action.hpp"
#include "session.hpp"

namespace stress {

namespace {

// Below the speed of every link here.
constexpr std::uint32_t most_mbit = 900;

const std::set<int> by_netlink = {EPROTONOSUPPORT, EAGAIN, ENODEV, ENOENT, EOPNOTSUPP};
// One limit alone may not fit to the others that there are meanwhile.
const std::set<int> one_by_netlink = {EPROTONOSUPPORT, EAGAIN, ENODEV, ENOENT, EOPNOTSUPP, EINVAL};
const std::set<int> by_sysfs = {ENODEV, ENOENT, EINVAL};
const std::set<int> by_rtnetlink = {ENODEV, EINVAL, EOPNOTSUPP};

class rate final : public action {
public:
	explicit rate(const host& on) : session_(on) {}

	void once(choices& choose, tally& counts) override;

private:
	struct wish {
		std::uint32_t vf;
		std::uint32_t mbit; // 0 is none
		std::uint32_t soft;
		std::uint32_t min;
		unsigned interval_ms;
	};

	bool set(const pf& which, unsigned way, const wish& wanted, tally& counts);
	bool set_all(const session::found& device, const wish& wanted, tally& counts);
	bool set_hard(const pf& which, const wish& wanted, tally& counts);
	bool set_tx_maxrate(const pf& which, const wish& wanted, tally& counts);
	bool set_allocation(const pf& which, const wish& wanted, tally& counts);
	bool set_interval(const session::found& device, const wish& wanted, tally& counts);
	bool set_outside(const session::found& device, const wish& wanted, tally& counts);

	session session_;
};

void rate::once(choices& choose, tally& counts)
{
	const host& on = session_.on();
	const auto& which = on.pfs[choose.between(0, on.pfs.size() - 1)];
	const auto way = static_cast<unsigned>(choose.between(0, 7));
	const auto number = [&](std::uint64_t low, std::uint64_t high) {
		return static_cast<std::uint32_t>(choose.between(low, high));
	};
	wish wanted{};
	wanted.vf = number(0, on.vfs - 1);
	wanted.mbit = number(0, 3) == 0 ? 0 : number(1, most_mbit);
	wanted.soft = number(0, wanted.mbit);
	wanted.min = number(0, on.simulated ? wanted.soft : 0);
	wanted.interval_ms = number(10, 100);

	if (!set(which, way, wanted, counts))
		session_.forget();
	pause(choose, 2);
}

bool rate::set(const pf& which, unsigned way, const wish& wanted, tally& counts)
{
	const auto device = session_.find_pf(which);
	if (!device)
		return counts.note(ENODEV, by_netlink, which.device);

	switch (way) {
	case 0:
	case 1:
		return set_all(*device, wanted, counts);
	case 2:
	case 3:
		return set_hard(which, wanted, counts);
	case 4:
		return set_tx_maxrate(which, wanted, counts);
	case 5:
		return set_allocation(which, wanted, counts);
	case 6:
		return set_interval(*device, wanted, counts);
	default:
		// igb would look for a VF that is just going away: rtnetlink does not take
		// device_lock() as vfctl does.
		return session_.on().simulated ? set_outside(*device, wanted, counts)
					       : set_all(*device, wanted, counts);
	}
}

// All limits at once, which fit to each other, of a VF by its number.
bool rate::set_all(const session::found& device, const wish& wanted, tally& counts)
{
	const auto by = vfctl::pf_ref::by_index(device.device.index);
	vfctl::limits limits;
	limits.hard = vfctl::rate::from_mbits_per_sec(wanted.mbit);
	limits.soft = vfctl::rate::from_mbits_per_sec(wanted.soft);
	limits.min = vfctl::rate::from_mbits_per_sec(wanted.min);

	return counts.note_call(by_netlink, "set all limits", [&] {
		device.where.client().set(vfctl::vf_ref(by, wanted.vf), limits);
	});
}

// The hard one, of a VF by its stub.
bool rate::set_hard(const pf& which, const wish& wanted, tally& counts)
{
	const auto stub = session_.find_stub(which, wanted.vf);
	if (!stub)
		return counts.note(ENODEV, one_by_netlink, which.device);
	vfctl::limits limits;
	limits.hard = vfctl::rate::from_mbits_per_sec(wanted.mbit);

	return counts.note_call(one_by_netlink, "set the hard limit", [&] {
		stub->where.client().set(vfctl::vf_ref(stub->device.name), limits);
	});
}

// sysfs shows network devices of this namespace alone.
bool rate::set_tx_maxrate(const pf& which, const wish& wanted, tally& counts)
{
	const auto stub = session_.find_stub(which, wanted.vf);
	if (!stub)
		return counts.note(ENODEV, by_sysfs, which.device);
	const std::string file = "/sys/class/net/" + stub->device.name + "/queues/tx-0/tx_maxrate";

	return counts.note(write_file(file, std::to_string(wanted.mbit)), by_sysfs, file);
}

bool rate::set_allocation(const pf& which, const wish& wanted, tally& counts)
{
	const std::string file = which.folder + "bandwidth_allocation";
	const auto line = read_file(file);
	if (!line)
		return counts.note(errno, by_sysfs, file);
	std::istringstream words(*line);
	std::string out;
	for (std::uint32_t mbit = 0; words >> mbit;)
		out += std::to_string(wanted.mbit) + " ";

	return counts.note(write_file(file, out.empty() ? "0" : out), by_sysfs, file);
}

bool rate::set_interval(const session::found& device, const wish& wanted, tally& counts)
{
	return counts.note_call(by_netlink, "set the interval", [&] {
		device.where.client().set_interval(vfctl::pf_ref::by_index(device.device.index),
						   std::chrono::milliseconds(wanted.interval_ms));
	});
}

bool rate::set_outside(const session::found& device, const wish& wanted, tally& counts)
{
	return counts.note(
		device.where.links().set_vf_rate(device.device.index, wanted.vf, wanted.mbit),
		by_rtnetlink, "set the rate of a VF by rtnetlink");
}

class numvfs final : public action {
public:
	explicit numvfs(const host& on) : on_(on) {}

	void once(choices& choose, tally& counts) override;

private:
	const host& on_;
};

void numvfs::once(choices& choose, tally& counts)
{
	static const std::set<int> expected = {ENOENT, ENODEV, EBUSY};
	const auto& which = on_.pfs[choose.between(0, on_.pfs.size() - 1)];
	const bool none = choose.one_in(2);
	const auto some = choose.between(1, on_.vfs);

	counts.note(write_file(on_.numvfs_file(which), std::to_string(none ? 0 : some)), expected,
		    on_.numvfs_file(which));
	pause(choose, 20);
}

} // namespace

std::unique_ptr<action> make_rate(const host& on)
{
	return std::make_unique<rate>(on);
}

std::unique_ptr<action> make_numvfs(const host& on)
{
	return std::make_unique<numvfs>(on);
}

} // namespace stress
