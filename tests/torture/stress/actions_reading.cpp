// SPDX-License-Identifier: GPL-2.0-only
// Readers: dump and ethtool.
#include <algorithm>
#include <cerrno>

#include "action.hpp"
#include "dump_check.hpp"
#include "session.hpp"

namespace stress {

namespace {

// All of a kind: only that the module is not there, or that nothing stayed as it was for long.
const std::set<int> of_all = {EPROTONOSUPPORT, EAGAIN};
// One that is named: it has gone, its PF is being set up, or its number is not there.
const std::set<int> of_one = {EPROTONOSUPPORT, EAGAIN, ENODEV, ENOENT, EOPNOTSUPP};

class dump final : public action {
public:
	explicit dump(const host& on) : session_(on), progress_(on) {}

	void once(choices& choose, tally& counts) override;

private:
	void everything(place& where, unsigned kind, tally& counts);
	void named(const session::found& pf, std::uint32_t vf, unsigned kind, tally& counts);

	session session_;
	progress progress_;
};

void dump::once(choices& choose, tally& counts)
{
	const bool is_away = choose.one_in(4);
	const auto kind = static_cast<unsigned>(choose.between(0, 7));
	const auto& pf = session_.on().pfs[choose.between(0, session_.on().pfs.size() - 1)];
	const auto vf = static_cast<std::uint32_t>(choose.between(0, session_.on().vfs));

	if (kind < 3) {
		everything(is_away ? session_.away() : session_.home(), kind, counts);
	} else if (const auto found = session_.find_pf(pf)) {
		named(*found, vf, kind, counts);
	} else {
		counts.note(ENODEV, of_one, pf.device);
	}
	pause(choose, 2);
}

void dump::everything(place& where, unsigned kind, tally& counts)
{
	const unsigned moves = session_.on().moves->load();

	counts.note_call(of_all, "dump", [&] {
		if (kind == 0) {
			check(where.client().pfs());
		} else if (kind == 1) {
			check(where.client().vfs());
		} else {
			const auto all = where.client().stats();
			check(all);
			progress_.follow(where, moves, all);
		}
	});
}

void dump::named(const session::found& pf, std::uint32_t vf, unsigned kind, tally& counts)
{
	const auto by = vfctl::pf_ref::by_index(pf.device.index);
	const unsigned moves = session_.on().moves->load();

	const bool done = counts.note_call(of_one, "read " + pf.device.name, [&] {
		vfctl::client& client = pf.where.client();
		if (kind == 3) {
			check(client.pf(by));
		} else if (kind == 4) {
			check(client.vfs(by));
		} else if (kind == 5) {
			const auto all = client.stats_of(by);
			check(all);
			progress_.follow(pf.where, moves, all);
		} else if (kind == 6) {
			check(client.vf(vfctl::vf_ref(by, vf)));
		} else {
			check(client.stats(vfctl::vf_ref(by, vf)));
		}
	});
	if (!done)
		session_.forget();
}

class ethtool_statistics final : public action {
public:
	explicit ethtool_statistics(const host& on) : session_(on) {}

	void once(choices& choose, tally& counts) override;

private:
	void look_at(const std::string& of) const;

	session session_;
	ethtool::statistics values_;
};

void ethtool_statistics::once(choices& choose, tally& counts)
{
	// EOPNOTSUPP: another device has the name by now.
	static const std::set<int> expected = {ENODEV, EAGAIN, EOPNOTSUPP};
	const auto& pf = session_.on().pfs[choose.between(0, session_.on().pfs.size() - 1)];
	const auto vf = static_cast<std::uint32_t>(choose.between(0, session_.on().vfs - 1));

	if (const auto stub = session_.find_stub(pf, vf)) {
		const int error = stub->where.ethtool().read(stub->device.name, values_);
		if (counts.note(error, expected, stub->device.name))
			look_at(stub->device.name);
		else
			session_.forget();
	} else {
		counts.note(ENODEV, expected, pf.device);
	}
	pause(choose, 2);
}

// What says how old they are is there whenever there are counters.
void ethtool_statistics::look_at(const std::string& of) const
{
	const auto count = std::count_if(values_.begin(), values_.end(), [](const auto& value) {
		return value.first == "sample_age_ms" || value.first == "counter_resets" ||
		       value.first == "counter_gaps";
	});

	if (!values_.empty() && count != 3)
		throw failure("ethtool: the counters of " + of + " make no sense");
	for (const auto& [name, value] : values_)
		if (name.empty())
			throw failure("ethtool: a counter of " + of + " has no name");
}

} // namespace

std::unique_ptr<action> make_dump(const host& on)
{
	return std::make_unique<dump>(on);
}

std::unique_ptr<action> make_ethtool(const host& on)
{
	return std::make_unique<ethtool_statistics>(on);
}

} // namespace stress
