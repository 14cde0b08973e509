// SPDX-License-Identifier: GPL-2.0-only
#include "fake_host.hpp"

#include <algorithm>
#include <system_error>
#include <utility>

#include <vfctl/error.hpp>

#include "client_access.hpp"
#include "unchanged.hpp"

namespace vfctl::test {

namespace {

using namespace std::chrono_literals;

template <typename Object> bool is(const Object& what, const pf_ref& pf)
{
	return pf.index() != 0 ? what.pf_index == pf.index() : what.pf_name == pf.name();
}

bool is(const pf_info& what, const pf_ref& pf)
{
	return pf.index() != 0 ? what.index == pf.index() : what.name == pf.name();
}

bool is(const vf_info& what, const vf_ref& vf)
{
	if (const auto* n = std::get_if<vf_ref::numbered>(&vf.what()))
		return is(what, n->pf) && what.number == n->number;
	if (const auto* d = std::get_if<vf_ref::device>(&vf.what()))
		return what.name == d->name;
	return what.bus_address == std::get<vf_ref::address>(vf.what()).bus_address;
}

void put(std::string& text, const char* name, const std::optional<rate>& limit)
{
	if (limit)
		text += " " + std::string(name) + "=" + to_string(*limit);
}

class fake_backend : public backend {
public:
	explicit fake_backend(std::shared_ptr<fake_host> host) : host_(std::move(host)) {}

	backend_type type() const noexcept override { return host_->type; }

	void pfs(std::vector<pf_info>& into) override { into = host_->pfs; }

	pf_info pf(const pf_ref& which) override
	{
		for (const auto& pf : host_->pfs) {
			if (is(pf, which))
				return pf;
		}
		refuse("get " + to_string(which), std::errc::no_such_device, "no such PF");
	}

	void vfs(std::vector<vf_info>& into, const pf_ref* of, vf_presence presence) override
	{
		into.clear();
		for (const auto& vf : host_->vfs) {
			if (is_told(vf, presence) && (of == nullptr || is(vf, *of)))
				into.push_back(vf);
		}
	}

	vf_info vf(const vf_ref& which, vf_presence presence) override
	{
		return find(which, presence);
	}

	void stats(std::vector<vf_stats>& into, const pf_ref* of) override
	{
		host_->on_read(*host_);
		into.clear();
		for (const auto& one : host_->stats) {
			if (of == nullptr || is(one, *of))
				into.push_back(one);
		}
	}

	vf_stats stats(const vf_ref& which) override
	{
		host_->on_read(*host_);
		const vf_info& vf = find(which);
		for (const auto& one : host_->stats) {
			if (one.pf_index == vf.pf_index && one.number == vf.number)
				return one;
		}
		refuse("get counters", std::errc::operation_not_supported, "no counters");
	}

	set_result set(const vf_ref& which, const limits& wanted, vf_presence presence) override
	{
		vf_info& vf = find(which, presence);
		host_->refuse(vf, wanted);
		std::string request = vf.pf_name + "/" + std::to_string(vf.number);
		put(request, "hard", wanted.hard);
		put(request, "soft", wanted.soft);
		put(request, "min", wanted.min);
		host_->requests.push_back(request);
		vf.hard = wanted.hard ? wanted.hard : vf.hard;
		vf.soft = wanted.soft ? wanted.soft : vf.soft;
		vf.min = wanted.min ? wanted.min : vf.min;
		if (vf.effective)
			vf.effective = smaller(*vf.hard, *vf.soft);
		return {.outcome = set_outcome::set, .now = vf, .before = {}};
	}

	set_result set_if_unchanged(const vf_info& read, const limits& wanted,
				    vf_presence presence) override
	{
		vf_info before = find(read, presence);
		if (!is_unchanged(read, before))
			return {.outcome = set_outcome::differs, .now = before, .before = {}};
		auto result = set(read, wanted, presence);
		result.before = std::move(before);
		return result;
	}

	void set_guest_permission(const vf_ref& which, guest_permission to) override
	{
		vf_info& vf = find(which);
		if (!vf.guest_soft)
			refuse("set who limits " + vf.pf_name, std::errc::operation_not_supported,
			       "igb takes no soft limits from guests");
		vf.guest_soft = to == guest_permission::allowed;
	}

	void set_interval(const pf_ref& which, std::chrono::milliseconds interval) override
	{
		if (interval < 10ms || interval > 10s)
			refuse("set the sampling interval", std::errc::result_out_of_range,
			       "integer out of range");
		for (auto& pf : host_->pfs) {
			if (is(pf, which))
				pf.interval = interval;
		}
	}

	void set_limit_lifetime(const pf_ref& which, limit_lifetime to) override
	{
		for (auto& pf : host_->pfs) {
			if (is(pf, which))
				pf.keep_limits = to == limit_lifetime::kept;
		}
	}

private:
	static bool is_told(const vf_info& vf, vf_presence presence)
	{
		return presence == vf_presence::any || vf.state != limit_state::absent;
	}

	vf_info& find(const vf_ref& which, vf_presence presence = vf_presence::existing)
	{
		for (auto& vf : host_->vfs) {
			if (is(vf, which) && is_told(vf, presence))
				return vf;
		}
		refuse("get " + to_string(which), std::errc::no_such_device, "there is no such VF");
	}

	std::shared_ptr<fake_host> host_;
};

pf_info make_pf(std::uint32_t index, const char* name, const char* address, std::uint32_t vfs)
{
	pf_info pf;
	pf.index = index;
	pf.name = name;
	pf.bus_address = address;
	pf.driver = "igb";
	pf.provider = "82576";
	pf.vfs = vfs;
	pf.total_vfs = 7;
	pf.link_speed = rate::from_mbits_per_sec(1000);
	pf.interval = 1000ms;
	pf.caps = capabilities{.stats = true, .max_rate = true};
	return pf;
}

vf_info make_vf(const pf_info& pf, std::uint32_t number, const std::string& address)
{
	vf_info vf;
	vf.pf_index = pf.index;
	vf.pf_name = pf.name;
	vf.number = number;
	vf.index = 100 * pf.index + number;
	vf.name = "v" + pf.name + "." + std::to_string(number);
	vf.bus_address = address;
	vf.mac = mac_address{
		2, 0, 0, 0, static_cast<std::uint8_t>(pf.index), static_cast<std::uint8_t>(number)};
	vf.link_speed = pf.link_speed;
	vf.hard = vf.soft = vf.effective = rate::none();
	vf.state = limit_state::none;
	return vf;
}

vf_stats make_stats(const vf_info& vf)
{
	vf_stats stats;
	stats.pf_index = vf.pf_index;
	stats.pf_name = vf.pf_name;
	stats.number = vf.number;
	stats.index = vf.index;
	stats.name = vf.name;
	stats.time = sample_time();
	stats.resets = 0;
	stats.gaps = 0;
	for (const counter c : {counter::rx_packets, counter::tx_packets, counter::rx_bytes,
				counter::tx_bytes, counter::rx_multicast}) {
		stats.counters.set(c, 1'234'567 * (1 + static_cast<std::uint64_t>(c)));
	}
	return stats;
}

} // namespace

pf_info& fake_host::pf(const std::string& name)
{
	return *std::find_if(pfs.begin(), pfs.end(), [&](const auto& p) { return p.name == name; });
}

vf_info& fake_host::vf(const std::string& pf, std::uint32_t number)
{
	return *std::find_if(vfs.begin(), vfs.end(),
			     [&](const auto& v) { return v.pf_name == pf && v.number == number; });
}

std::shared_ptr<fake_host> make_host()
{
	auto host = std::make_shared<fake_host>();
	host->pfs = {make_pf(2, "eth0", "0000:01:00.0", 3),
		     make_pf(3, "ens1f1", "0000:02:00.1", 1)};
	host->pf("ens1f1").caps->min_rate = true;
	for (std::uint32_t n = 0; n < 3; ++n) {
		host->vfs.push_back(
			make_vf(host->pfs[0], n, "0000:01:10." + std::to_string(2 * n)));
	}
	host->vfs.push_back(make_vf(host->pfs[1], 0, "0000:02:10.1"));
	vf_info& limited = host->vf("eth0", 1);
	limited.hard = limited.effective = rate::from_mbits_per_sec(500);
	limited.state = limit_state::in_force;
	host->vf("ens1f1", 0).min = rate::none();
	for (const auto& vf : host->vfs)
		host->stats.push_back(make_stats(vf));
	return host;
}

std::shared_ptr<fake_host> make_host_without_module()
{
	auto host = make_host();
	host->type = backend_type::rtnetlink;
	for (auto& pf : host->pfs) {
		pf.provider.reset();
		pf.interval.reset();
		pf.caps.reset();
	}
	for (auto& vf : host->vfs) {
		vf.index.reset();
		vf.name.reset();
		vf.soft.reset();
		vf.effective.reset();
		vf.state.reset();
	}
	for (auto& one : host->stats) {
		one.index.reset();
		one.name.reset();
		one.time.reset();
		one.resets.reset();
		one.gaps.reset();
	}
	return host;
}

std::chrono::steady_clock::time_point sample_time()
{
	return std::chrono::steady_clock::time_point(1000s);
}

client connect(std::shared_ptr<fake_host> host)
{
	return client_access::make(std::make_unique<fake_backend>(std::move(host)));
}

void refuse(const std::string& operation, std::errc code, const std::string& message)
{
	throw error(operation, std::make_error_code(code), message, {}, error::source::kernel);
}

} // namespace vfctl::test
