// SPDX-License-Identifier: LGPL-2.1-or-later
#include "module_backend.hpp"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <span>
#include <string>
#include <utility>
#include <variant>

#include <linux/if.h>
#include <linux/vfctl.h>

#include <vfctl/error.hpp>

#include "attempt.hpp"
#include "codec.hpp"
#include "operation.hpp"
#include "unchanged.hpp"

namespace vfctl {

namespace {

error no_device(const std::string& message)
{
	return {{}, std::make_error_code(std::errc::no_such_device), message};
}

template <typename Object> class list_sink final : public reply_sink {
public:
	explicit list_sink(std::vector<Object>& into) : into_(into) {}

	void begin() override { count_ = 0; }

	void take(std::span<const std::byte> attributes) override
	{
		if (count_ == into_.size())
			into_.emplace_back();
		decode(attributes, into_[count_++]);
	}

	/// Cuts off what an earlier list had more.
	void end() { into_.resize(count_); }

private:
	std::vector<Object>& into_;
	std::size_t count_ = 0;
};

template <typename Object> class object_sink final : public reply_sink {
public:
	void begin() override { object_.reset(); }

	void take(std::span<const std::byte> attributes) override
	{
		decode(attributes, object_.emplace());
	}

	Object end()
	{
		if (!object_)
			throw error({}, std::make_error_code(std::errc::protocol_error),
				    "the kernel's answer is empty");
		return std::move(*object_);
	}

	/// Nothing where the kernel refused to tell.
	std::optional<Object> found() { return std::move(object_); }

private:
	std::optional<Object> object_;
};

class no_replies final : public reply_sink {
public:
	void begin() override {}
	void take(std::span<const std::byte> /*attributes*/) override {}
};

request request_of(vfctl_cmd command)
{
	return {static_cast<std::uint8_t>(command), vfctl_protocol.version};
}

// The family's policy would refuse such a name without saying why.
void put_name(request& what, unsigned type, std::string_view name)
{
	if (name.size() >= IFNAMSIZ || name.find('\0') != std::string_view::npos)
		throw no_device("there is no device \"" + std::string(name) +
				"\": a name has at most " + std::to_string(IFNAMSIZ - 1) +
				" characters");
	what.put(type, name);
}

void put_pf(request& what, const pf_ref& pf, unsigned index_type, unsigned name_type)
{
	if (pf.index() != 0)
		what.put(index_type, pf.index());
	else
		put_name(what, name_type, pf.name());
}

// The sets "vf" and "stats" begin alike; see codec.cpp.
void put_pf_of_vfs(request& what, const pf_ref& pf)
{
	put_pf(what, pf, VFCTL_A_VF_PF_IFINDEX, VFCTL_A_VF_PF_IFNAME);
}

/// \param which  by its device or number
void put_vf(request& what, const vf_ref& which)
{
	if (const auto* stub = std::get_if<vf_ref::device>(&which.what())) {
		put_name(what, VFCTL_A_VF_IFNAME, stub->name);
	} else if (const auto* by = std::get_if<vf_ref::numbered>(&which.what())) {
		put_pf_of_vfs(what, by->pf);
		what.put(VFCTL_A_VF_VF, by->number);
	}
}

void put_presence(request& what, vf_presence presence)
{
	if (presence == vf_presence::any)
		what.put_flag(VFCTL_A_VF_ABSENT);
}

request request_of_vf(vfctl_cmd command, const vf_ref& which, vf_presence presence)
{
	request what = request_of(command);

	put_vf(what, which);
	put_presence(what, presence);
	return what;
}

} // namespace

module_backend::module_backend(std::unique_ptr<netlink_socket> socket)
    : genl_(std::move(socket), vfctl_protocol)
{}

template <typename Object> void module_backend::list(request& what, std::vector<Object>& into)
{
	list_sink<Object> replies(into);

	genl_.dump(what, replies);
	replies.end();
}

template <typename Object> Object module_backend::get(request& what)
{
	object_sink<Object> reply;

	genl_.transact(what, reply);
	return reply.end();
}

// Which may take a request of its own.
vf_ref module_backend::in_words_of_family(const vf_ref& which)
{
	if (const auto* at = std::get_if<vf_ref::address>(&which.what()))
		return at_address(at->bus_address);
	return which;
}

// The family knows VFs by their devices and numbers only.
vf_ref module_backend::at_address(const std::string& bus_address)
{
	request what = request_of(VFCTL_CMD_VF_GET);
	std::vector<vf_info> all;

	list(what, all);
	const auto found = std::find_if(all.begin(), all.end(), [&](const vf_info& vf) {
		return vf.bus_address == bus_address;
	});
	if (found == all.end())
		throw no_device("there is no VF at the address " + bus_address);
	return *found;
}

void module_backend::pfs(std::vector<pf_info>& into)
{
	attempt(operation::read_pfs, [&] {
		request what = request_of(VFCTL_CMD_PF_GET);
		list(what, into);
	});
}

pf_info module_backend::pf(const pf_ref& which)
{
	return attempt([&] { return operation::read_pf(which); },
		       [&] {
			       request what = request_of(VFCTL_CMD_PF_GET);
			       put_pf(what, which, VFCTL_A_PF_IFINDEX, VFCTL_A_PF_IFNAME);
			       return get<pf_info>(what);
		       });
}

void module_backend::vfs(std::vector<vf_info>& into, const pf_ref* of, vf_presence presence)
{
	attempt([&] { return operation::read_vfs(of); },
		[&] {
			request what = request_of(VFCTL_CMD_VF_GET);
			if (of)
				put_pf_of_vfs(what, *of);
			put_presence(what, presence);
			list(what, into);
		});
}

vf_info module_backend::vf(const vf_ref& which, vf_presence presence)
{
	return attempt([&] { return operation::read_vf(which); },
		       [&] {
			       request what = request_of(VFCTL_CMD_VF_GET);
			       put_vf(what, in_words_of_family(which));
			       put_presence(what, presence);
			       return get<vf_info>(what);
		       });
}

void module_backend::stats(std::vector<vf_stats>& into, const pf_ref* of)
{
	attempt([&] { return operation::read_counters(of); },
		[&] {
			request what = request_of(VFCTL_CMD_STATS_GET);
			if (of)
				put_pf_of_vfs(what, *of);
			list(what, into);
		});
}

vf_stats module_backend::stats(const vf_ref& which)
{
	return attempt([&] { return operation::read_counters(which); },
		       [&] {
			       request what = request_of(VFCTL_CMD_STATS_GET);
			       put_vf(what, in_words_of_family(which));
			       return get<vf_stats>(what);
		       });
}

// The kernel reads the VF before and after the change, in the system call that makes it.
set_result module_backend::change(const vf_ref& which, const limits& wanted, vf_presence presence,
				  const vf_info* read)
{
	request get_before = request_of_vf(VFCTL_CMD_VF_GET, which, presence);
	request set = request_of_vf(VFCTL_CMD_VF_SET, which, presence);
	request get_after = request_of_vf(VFCTL_CMD_VF_GET, which, presence);
	object_sink<vf_info> before;
	no_replies none;
	object_sink<vf_info> after;

	if (wanted.hard)
		set.put(VFCTL_A_VF_HARD_RATE, wanted.hard->bits_per_sec());
	if (wanted.soft)
		set.put(VFCTL_A_VF_SOFT_RATE, wanted.soft->bits_per_sec());
	if (wanted.min)
		set.put(VFCTL_A_VF_MIN_RATE, wanted.min->bits_per_sec());

	std::array<joint_request, 3> all = {{{.what = get_before, .replies = before},
					     {.what = set, .replies = none},
					     {.what = get_after, .replies = after}}};
	genl_.transact(std::span(all).subspan(read ? 0 : 1));
	if (all[1].refused)
		throw *std::move(all[1].refused);

	set_result result{.outcome = set_outcome::set, .now = after.found(), .before = {}};
	if (read) {
		result.before = before.found();
		if (result.before && !is_unchanged(*read, *result.before))
			result.outcome = set_outcome::overwrote;
	}
	return result;
}

set_result module_backend::set(const vf_ref& which, const limits& wanted, vf_presence presence)
{
	return attempt(
		[&] { return operation::set_limits(which); },
		[&] { return change(in_words_of_family(which), wanted, presence, nullptr); });
}

set_result module_backend::set_if_unchanged(const vf_info& read, const limits& wanted,
					    vf_presence presence)
{
	return attempt([&] { return operation::set_limits(read); },
		       [&] {
			       request what = request_of_vf(VFCTL_CMD_VF_GET, read, presence);
			       auto now = get<vf_info>(what);
			       if (is_unchanged(read, now))
				       return change(read, wanted, presence, &read);
			       return set_result{.outcome = set_outcome::differs,
						 .now = std::move(now),
						 .before = {}};
		       });
}

void module_backend::set_guest_permission(const vf_ref& which, guest_permission to)
{
	attempt([&] { return operation::set_guest(which); },
		[&] {
			request what = request_of(VFCTL_CMD_VF_SET);
			no_replies none;
			put_vf(what, in_words_of_family(which));
			what.put(VFCTL_A_VF_GUEST_SOFT,
				 std::uint32_t{to == guest_permission::allowed});
			genl_.transact(what, none);
		});
}

void module_backend::set_interval(const pf_ref& which, std::chrono::milliseconds interval)
{
	constexpr std::chrono::milliseconds::rep most = std::numeric_limits<std::uint32_t>::max();
	const auto ms = std::clamp<std::chrono::milliseconds::rep>(interval.count(), 0, most);

	attempt([&] { return operation::set_interval(which); },
		[&] {
			request what = request_of(VFCTL_CMD_PF_SET);
			no_replies none;
			put_pf(what, which, VFCTL_A_PF_IFINDEX, VFCTL_A_PF_IFNAME);
			what.put(VFCTL_A_PF_INTERVAL, static_cast<std::uint32_t>(ms));
			genl_.transact(what, none);
		});
}

void module_backend::set_limit_lifetime(const pf_ref& which, limit_lifetime to)
{
	attempt([&] { return operation::set_keeping(which); },
		[&] {
			request what = request_of(VFCTL_CMD_PF_SET);
			no_replies none;
			put_pf(what, which, VFCTL_A_PF_IFINDEX, VFCTL_A_PF_IFNAME);
			what.put(VFCTL_A_PF_KEEP_LIMITS, std::uint32_t{to == limit_lifetime::kept});
			genl_.transact(what, none);
		});
}

std::unique_ptr<backend> make_module_backend(const deadline& until)
{
	auto made = std::make_unique<module_backend>(open_generic_netlink(0));

	made->set_deadline(until);
	made->family().need();
	return made;
}

} // namespace vfctl
