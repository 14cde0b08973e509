// SPDX-License-Identifier: LGPL-2.1-or-later
#include "rtnl_backend.hpp"

#include <algorithm>
#include <charconv>
#include <climits>
#include <optional>
#include <string_view>
#include <system_error>
#include <utility>

#include <vfctl/error.hpp>

#include "attempt.hpp"
#include "operation.hpp"
#include "unchanged.hpp"

namespace vfctl {
namespace {

[[noreturn]] void fail(std::errc code, std::string why)
{
	throw error({}, std::make_error_code(code), std::move(why));
}

std::string in_quotes(std::string_view name)
{
	return '"' + std::string(name) + '"';
}

// What drivers take: whole Mbit/s, in the int of ndo_set_vf_rate().
std::uint32_t to_mbit(rate wanted)
{
	constexpr std::uint64_t mega = 1'000'000;
	const auto bits = wanted.bits_per_sec();
	if (bits != 0 && bits < mega)
		fail(std::errc::invalid_argument,
		     std::to_string(bits) + " bit/s is below 1 Mbit/s, the least; 0 is no limit");
	if (bits / mega > INT_MAX)
		fail(std::errc::invalid_argument,
		     to_string(wanted) + " is more than a driver can take");
	return static_cast<std::uint32_t>(bits / mega);
}

rtnl_rate merge(rtnl_rate now, const limits& wanted)
{
	if (wanted.soft)
		fail(std::errc::operation_not_supported,
		     "a soft limit needs the vfctl module, which is not in use");
	if (!wanted.hard && !wanted.min)
		fail(std::errc::invalid_argument, "nothing to set, give a hard or min rate");
	if (wanted.hard)
		now.max = to_mbit(*wanted.hard);
	if (wanted.min)
		now.min = to_mbit(*wanted.min);
	// rtnl_set_vf_rate() refuses this as well, without a word.
	if (now.max != 0 && now.max < now.min)
		fail(std::errc::invalid_argument,
		     "minimum " + to_string(rate::from_mbits_per_sec(now.min)) +
			     " is above limit " + to_string(rate::from_mbits_per_sec(now.max)));
	return now;
}

void check_list(const rtnl_link_info& pf)
{
	if (pf.too_many)
		fail(std::errc::operation_not_supported,
		     "rtnetlink cannot carry the " + std::to_string(pf.num_vfs.value_or(0)) +
			     " VFs of " + pf.name + ", that needs the vfctl module");
}

// "pf0vf1": as vfctl_stub_get_phys_port_name() makes it, and the kernel's devlink.
std::optional<std::uint32_t> vf_of_port(std::string_view port)
{
	const auto at = port.find("vf");
	if (port.substr(0, 2) != "pf" || at == std::string_view::npos)
		return std::nullopt;
	const auto digits = port.substr(at + 2);
	const auto* const end = digits.data() + digits.size();
	std::uint32_t number = 0;
	const auto [stop, failed] = std::from_chars(digits.data(), end, number);
	if (failed != std::errc() || stop != end)
		return std::nullopt;
	return number;
}

// Is sysfs that of the network namespace that netlink speaks of?
bool sees(const sysfs& files, const rtnl_link_info& link)
{
	return files.index(link.name) == link.index;
}

/// What sysfs adds to the VFs of a PF; nothing where it is that of another network namespace.
struct surroundings {
	const sysfs* files = nullptr;
	std::optional<rate> link_speed;
};

surroundings look_around(const sysfs& files, const rtnl_link_info& pf)
{
	if (!sees(files, pf))
		return {};
	return {&files, files.link_speed(pf.name)};
}

void describe(const rtnl_link_info& pf, const rtnl_vf& vf, const surroundings& around,
	      vf_info& into)
{
	into = {};
	into.pf_index = pf.index;
	into.pf_name = pf.name;
	into.number = vf.number;
	if (vf.mac != mac_address{})
		into.mac = vf.mac;
	into.hard = rate::from_mbits_per_sec(vf.rate.max);
	if (vf.rate.min != 0)
		into.min = rate::from_mbits_per_sec(vf.rate.min);
	into.link_speed = around.link_speed;
	if (around.files)
		into.bus_address = around.files->vf_address(pf.name, vf.number);
}

// rtnetlink always tells of both rates, and 0 is none: one that is absent here is no gap in what is
// known.
bool has_rates_of(const vf_info& a, const vf_info& b)
{
	const auto none = rate::none();

	return a.hard.value_or(none) == b.hard.value_or(none) &&
	       a.min.value_or(none) == b.min.value_or(none);
}

void describe(const rtnl_link_info& pf, const rtnl_vf& vf, vf_stats& into)
{
	into = {};
	into.pf_index = pf.index;
	into.pf_name = pf.name;
	into.number = vf.number;
	into.counters = vf.counters;
}

// One more element at the end, or the next of those that are there already.
template <typename Object> Object& next(std::vector<Object>& list, std::size_t& used)
{
	if (used == list.size())
		list.emplace_back();
	return list[used++];
}

} // namespace

rtnl_backend::rtnl_backend(rtnl_links links, sysfs files)
    : links_(std::move(links)), files_(std::move(files))
{}

// The representors of a card in switchdev mode have the PF's parent device, and its number of VFs,
// but do not list any.
bool rtnl_backend::is_pf(const rtnl_link_info& link) const
{
	if (!link.lists_vfs)
		return false;
	return link.num_vfs.value_or(0) > 0 ||
	       (sees(files_, link) && files_.total_vfs(link.name).value_or(0) > 0);
}

pf_info rtnl_backend::describe(const rtnl_link_info& pf) const
{
	pf_info info;
	info.index = pf.index;
	info.name = pf.name;
	info.vfs = pf.num_vfs.value_or(0);
	if (sees(files_, pf)) {
		info.bus_address = files_.bus_address(pf.name);
		info.driver = files_.driver(pf.name);
		info.total_vfs = files_.total_vfs(pf.name);
		info.link_speed = files_.link_speed(pf.name);
	}
	return info;
}

rtnl_link_info rtnl_backend::find_pf(const pf_ref& which, rtnl_detail detail)
{
	auto link = which.index() ? links_.find(which.index(), detail)
				  : links_.find(std::string(which.name()), detail);
	if (!link)
		fail(std::errc::no_such_device,
		     which.index()
			     ? "there is no device with index " + std::to_string(which.index())
			     : "there is no device " + in_quotes(which.name()));
	if (!is_pf(*link))
		fail(std::errc::no_such_device, link->name + " is no PF: it has no VFs");
	return *std::move(link);
}

std::vector<rtnl_link_info> rtnl_backend::find_pfs(const pf_ref* of, rtnl_detail detail)
{
	std::vector<rtnl_link_info> found;
	if (of) {
		found.push_back(find_pf(*of, detail));
		return found;
	}
	found = links_.all(detail);
	found.erase(std::remove_if(found.begin(), found.end(),
				   [](const rtnl_link_info& link) {
					   return !link.lists_vfs || link.num_vfs.value_or(0) == 0;
				   }),
		    found.end());
	return found;
}

void rtnl_backend::pfs(std::vector<pf_info>& into)
{
	attempt(operation::read_pfs, [&] {
		std::size_t used = 0;
		for (const auto& pf : find_pfs(nullptr, rtnl_detail::limits))
			next(into, used) = describe(pf);
		into.resize(used);
	});
}

pf_info rtnl_backend::pf(const pf_ref& which)
{
	return attempt([&] { return operation::read_pf(which); },
		       [&] { return describe(find_pf(which, rtnl_detail::limits)); });
}

void rtnl_backend::vfs(std::vector<vf_info>& into, const pf_ref* of, vf_presence /*presence*/)
{
	attempt([&] { return operation::read_vfs(of); },
		[&] {
			std::size_t used = 0;
			for (const auto& pf : find_pfs(of, rtnl_detail::limits)) {
				check_list(pf);
				const surroundings around = look_around(files_, pf);
				for (const auto& vf : pf.vfs)
					vfctl::describe(pf, vf, around, next(into, used));
			}
			into.resize(used);
		});
}

vf_info rtnl_backend::vf(const vf_ref& which, vf_presence /*presence*/)
{
	return attempt([&] { return operation::read_vf(which); },
		       [&] { return info_of(find(which, rtnl_detail::limits)); });
}

void rtnl_backend::stats(std::vector<vf_stats>& into, const pf_ref* of)
{
	attempt([&] { return operation::read_counters(of); },
		[&] {
			std::size_t used = 0;
			for (const auto& pf : find_pfs(of, rtnl_detail::counters)) {
				check_list(pf);
				for (const auto& vf : pf.vfs)
					vfctl::describe(pf, vf, next(into, used));
			}
			into.resize(used);
		});
}

vf_stats rtnl_backend::stats(const vf_ref& which)
{
	return attempt([&] { return operation::read_counters(which); },
		       [&] {
			       const auto found = find(which, rtnl_detail::counters);
			       vf_stats stats;
			       vfctl::describe(found.pf, found.vf, stats);
			       return stats;
		       });
}

rtnl_backend::place rtnl_backend::find_below(rtnl_link_info pf, std::uint32_t number)
{
	const auto count = pf.num_vfs.value_or(0);
	if (count == 0)
		fail(std::errc::no_such_file_or_directory, pf.name + " has no VFs now");
	if (number >= count)
		fail(std::errc::no_such_file_or_directory,
		     pf.name + " has VFs 0 to " + std::to_string(count - 1) + ", there is no VF " +
			     std::to_string(number));
	check_list(pf);

	const auto vf = std::find_if(pf.vfs.begin(), pf.vfs.end(),
				     [number](const rtnl_vf& v) { return v.number == number; });
	if (vf == pf.vfs.end())
		fail(std::errc::operation_not_supported,
		     "the driver of " + pf.name + " tells nothing of VF " + std::to_string(number));
	const auto copy = *vf;
	return {std::move(pf), copy};
}

rtnl_backend::place rtnl_backend::find_at(const std::string& address, rtnl_detail detail)
{
	if (!files_.has_pci_device(address))
		fail(std::errc::no_such_device, "there is no PCI device " + address);
	const auto at = files_.find_vf(address);
	if (!at)
		fail(std::errc::no_such_device, "the PCI device " + address + " is no VF");
	for (const auto& netdev : at->netdevs)
		if (auto link = links_.find(netdev, detail); link && is_pf(*link))
			return find_below(*std::move(link), at->number);
	fail(std::errc::no_such_device,
	     "the PF of " + address + " has no network device in this network namespace");
}

// There are stubs where the module is loaded and not in use.
rtnl_backend::place rtnl_backend::find_stub(const std::string& name, rtnl_detail detail)
{
	const auto stub = links_.find(name, rtnl_detail::limits);
	if (!stub)
		fail(std::errc::no_such_device, "there is no device " + in_quotes(name) +
							"; name a VF as eth0/1 where the vfctl "
							"module is not loaded");
	const auto number = stub->kind == "vfctl" ? vf_of_port(stub->port_name) : std::nullopt;
	if (!number)
		fail(std::errc::no_such_device, name + " is no device of a VF, name one as eth0/1");
	return find_below(find_pf(pf_ref::by_index(stub->lower), detail), *number);
}

rtnl_backend::place rtnl_backend::find(const vf_ref& which, rtnl_detail detail)
{
	if (const auto* at = std::get_if<vf_ref::address>(&which.what()))
		return find_at(at->bus_address, detail);
	if (const auto* device = std::get_if<vf_ref::device>(&which.what()))
		return find_stub(device->name, detail);
	const auto& numbered = std::get<vf_ref::numbered>(which.what());
	return find_below(find_pf(numbered.pf, detail), numbered.number);
}

// Most drivers refuse without a word: then what is known of the card is told, not guessed.
void rtnl_backend::explain(const error& refusal, const place& where, rtnl_rate wanted) const
{
	if (refusal.code() == std::errc::operation_not_permitted)
		fail(std::errc::operation_not_permitted, "setting a limit needs CAP_NET_ADMIN");

	const auto pf = describe(where.pf);
	const auto driver = pf.driver ? *pf.driver : "the driver of " + pf.name;
	if (refusal.code() == std::errc::operation_not_supported)
		fail(std::errc::operation_not_supported, driver + " has no such limit for VFs");

	auto why = driver + " refuses it and does not say why (" + refusal.code().message() + ")";
	const auto most = rate::from_mbits_per_sec(std::max(wanted.max, wanted.min));
	if (pf.link_speed && most.bits_per_sec() > pf.link_speed->bits_per_sec())
		why += "; the link speed of " + pf.name + " is " + to_string(*pf.link_speed);
	else if (!where.pf.has_carrier)
		why += "; " + pf.name + " has no link";
	throw error({}, refusal.code(), std::move(why));
}

vf_info rtnl_backend::info_of(const place& at) const
{
	vf_info info;
	vfctl::describe(at.pf, at.vf, look_around(files_, at.pf), info);
	return info;
}

/// What the VF is after that. The driver has accepted it; to ask again would make it tell of every
/// VF of the PF.
vf_info rtnl_backend::change(place at, const limits& wanted)
{
	const auto to = merge(at.vf.rate, wanted);
	try {
		links_.set_rate(at.pf.index, at.vf.number, to);
	} catch (const error& e) {
		// A driver's timed_out stays the kernel's: that of the library means something else.
		if (!e.from_kernel() || !e.message().empty() || e.code() == std::errc::timed_out)
			throw;
		explain(e, at, to);
	}
	at.vf.rate = to;
	return info_of(at);
}

set_result rtnl_backend::set(const vf_ref& which, const limits& wanted, vf_presence /*presence*/)
{
	return attempt([&] { return operation::set_limits(which); },
		       [&] {
			       // What is wrong in itself is refused before the kernel is asked.
			       static_cast<void>(merge({}, wanted));
			       return set_result{
				       .outcome = set_outcome::set,
				       .now = change(find(which, rtnl_detail::limits), wanted),
				       .before = {}};
		       });
}

set_result rtnl_backend::set_if_unchanged(const vf_info& read, const limits& wanted,
					  vf_presence /*presence*/)
{
	return attempt([&] { return operation::set_limits(read); },
		       [&] {
			       static_cast<void>(merge({}, wanted));
			       auto at = find(read, rtnl_detail::limits);
			       auto before = info_of(at);
			       if (!is_unchanged(read, before) || !has_rates_of(read, before))
				       return set_result{.outcome = set_outcome::differs,
							 .now = std::move(before),
							 .before = {}};
			       return set_result{.outcome = set_outcome::set,
						 .now = change(std::move(at), wanted),
						 .before = std::move(before)};
		       });
}

void rtnl_backend::set_guest_permission(const vf_ref& which, guest_permission /*to*/)
{
	attempt([&] { return operation::set_guest(which); },
		[] {
			fail(std::errc::operation_not_supported,
			     "limits of guests need the vfctl module, which is not in use");
		});
}

void rtnl_backend::set_interval(const pf_ref& which, std::chrono::milliseconds /*interval*/)
{
	attempt([&] { return operation::set_interval(which); },
		[] {
			fail(std::errc::operation_not_supported,
			     "a sampling interval needs the vfctl module, which is not in use");
		});
}

void rtnl_backend::set_limit_lifetime(const pf_ref& which, limit_lifetime /*to*/)
{
	attempt([&] { return operation::set_keeping(which); },
		[] {
			fail(std::errc::operation_not_supported,
			     "keeping limits needs the vfctl module, which is not in use");
		});
}

std::unique_ptr<backend> make_rtnl_backend()
{
	return std::make_unique<rtnl_backend>(rtnl_links(open_route_netlink()), sysfs());
}

} // namespace vfctl
