// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vfctl/client.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

#include <vfctl/error.hpp>

#include "attempt.hpp"
#include "client_access.hpp"
#include "courier.hpp"
#include "module_backend.hpp"
#include "netns.hpp"
#include "operation.hpp"
#include "rtnl_backend.hpp"

namespace vfctl {

namespace {

std::unique_ptr<backend> make_backend(backend_type wanted, const deadline& until)
{
	if (wanted == backend_type::rtnetlink)
		return make_rtnl_backend();
	if (wanted == backend_type::module)
		return make_module_backend(until);
	try {
		return make_module_backend(until);
	} catch (const error& e) {
		if (e.code() != std::errc::protocol_not_supported)
			throw;
	}
	return make_rtnl_backend();
}

std::unique_ptr<backend> make_backend(const client::options& wanted)
{
	return attempt([] { return "open a client"; },
		       [&] {
			       std::unique_ptr<backend> made;
			       in_netns(wanted.netns, [&] {
				       made = make_backend(wanted.backend,
							   deadline(wanted.timeout));
			       });
			       return made;
		       });
}

bool before(const pf_info& a, const pf_info& b)
{
	return a.index < b.index;
}

template <typename Object> bool before(const Object& a, const Object& b)
{
	return std::tie(a.pf_index, a.number) < std::tie(b.pf_index, b.number);
}

// Objects are moved only where the kernel has another order.
template <typename Object> void sort(std::vector<Object>& all)
{
	const auto order = [](const Object& a, const Object& b) {
		return before(a, b);
	};

	if (!std::is_sorted(all.begin(), all.end(), order))
		std::sort(all.begin(), all.end(), order);
}

} // namespace

std::string_view to_string(backend_type type)
{
	switch (type) {
	case backend_type::automatic:
		return "automatic";
	case backend_type::module:
		return "module";
	case backend_type::rtnetlink:
		return "rtnetlink";
	}
	return "unknown";
}

struct client::impl {
	std::shared_ptr<vfctl::backend> over; ///< shared with a call that was given up
	std::chrono::milliseconds timeout;
	courier helper = {};

	/// Returns what call(backend, arguments...) returns, within the timeout.
	/// \param describe  says what is attempted
	template <typename Describe, typename Call, typename... Arguments>
	auto ask(call_kind kind, const Describe& describe, const Call& call,
		 Arguments&&... arguments)
	{
		return attempt(describe, [&] {
			const deadline until(timeout);
			helper.wait_until_idle(until);
			over->set_deadline(until);
			const bool waits = kind == call_kind::writes || over->reads_wait();
			if (until.is_never() || !waits)
				return call(*over, std::forward<Arguments>(arguments)...);
			return helper.run(
				kind, until,
				[call, to = over](auto&&... copies) {
					return call(*to, std::forward<decltype(copies)>(copies)...);
				},
				std::forward<Arguments>(arguments)...);
		});
	}
};

namespace {

/// What a write returns that has nothing to tell.
struct done {};

} // namespace

client::client(backend_type wanted)
    : client([&] {
	      options with;
	      with.backend = wanted;
	      return with;
      }())
{}
client::client(const options& wanted)
    : client(std::make_unique<impl>(impl{.over = make_backend(wanted), .timeout = wanted.timeout}))
{}
client::client(std::unique_ptr<impl> p) noexcept : impl_(std::move(p)) {}
client::client(client&&) noexcept = default;
client& client::operator=(client&&) noexcept = default;
client::~client() = default;

client client_access::make(std::unique_ptr<backend> over, std::chrono::milliseconds timeout)
{
	return client(std::make_unique<client::impl>(
		client::impl{.over = std::move(over), .timeout = timeout}));
}

backend_type client::backend() const noexcept
{
	return impl_->over->type();
}

std::vector<pf_info> client::pfs()
{
	return impl_->ask(call_kind::reads, operation::read_pfs, [](auto& over) {
		std::vector<pf_info> all;
		over.pfs(all);
		sort(all);
		return all;
	});
}

pf_info client::pf(const pf_ref& which)
{
	return impl_->ask(
		call_kind::reads, [&] { return operation::read_pf(which); },
		[](auto& over, const pf_ref& pf) { return over.pf(pf); }, which);
}

std::vector<vf_info> client::vfs()
{
	return vfs(vf_presence::existing);
}

std::vector<vf_info> client::vfs(const pf_ref& of)
{
	return vfs(of, vf_presence::existing);
}

vf_info client::vf(const vf_ref& which)
{
	return vf(which, vf_presence::existing);
}

std::vector<vf_info> client::vfs(vf_presence presence)
{
	return impl_->ask(
		call_kind::reads, [] { return operation::read_vfs(nullptr); },
		[](auto& over, vf_presence p) {
			std::vector<vf_info> all;
			over.vfs(all, nullptr, p);
			sort(all);
			return all;
		},
		presence);
}

std::vector<vf_info> client::vfs(const pf_ref& of, vf_presence presence)
{
	return impl_->ask(
		call_kind::reads, [&] { return operation::read_vfs(&of); },
		[](auto& over, const pf_ref& pf, vf_presence p) {
			std::vector<vf_info> all;
			over.vfs(all, &pf, p);
			sort(all);
			return all;
		},
		of, presence);
}

vf_info client::vf(const vf_ref& which, vf_presence presence)
{
	return impl_->ask(
		call_kind::reads, [&] { return operation::read_vf(which); },
		[](auto& over, const vf_ref& vf, vf_presence p) { return over.vf(vf, p); }, which,
		presence);
}

std::vector<vf_stats> client::stats()
{
	std::vector<vf_stats> all;

	stats(all);
	return all;
}

std::vector<vf_stats> client::stats_of(const pf_ref& pf)
{
	std::vector<vf_stats> all;

	stats(all, pf);
	return all;
}

vf_stats client::stats(const vf_ref& which)
{
	return impl_->ask(
		call_kind::reads, [&] { return operation::read_counters(which); },
		[](auto& over, const vf_ref& vf) { return over.stats(vf); }, which);
}

// The vector goes along and comes back: a call that was given up must not write to the caller's.
void client::stats(std::vector<vf_stats>& into)
{
	into = impl_->ask(
		call_kind::reads, [] { return operation::read_counters(nullptr); },
		[](auto& over, std::vector<vf_stats>&& all) {
			over.stats(all, nullptr);
			sort(all);
			return std::move(all);
		},
		std::move(into));
}

void client::stats(std::vector<vf_stats>& into, const pf_ref& of)
{
	into = impl_->ask(
		call_kind::reads, [&] { return operation::read_counters(&of); },
		[](auto& over, std::vector<vf_stats>&& all, const pf_ref& pf) {
			over.stats(all, &pf);
			sort(all);
			return std::move(all);
		},
		std::move(into), of);
}

set_result client::set(const vf_ref& which, const limits& wanted)
{
	return set(which, wanted, vf_presence::existing);
}

set_result client::set(const vf_ref& which, const limits& wanted, vf_presence presence)
{
	return impl_->ask(
		call_kind::writes, [&] { return operation::set_limits(which); },
		[](auto& over, const vf_ref& vf, const limits& to, vf_presence p) {
			return over.set(vf, to, p);
		},
		which, wanted, presence);
}

set_result client::set_if_unchanged(const vf_info& read, const limits& wanted)
{
	return set_if_unchanged(read, wanted, vf_presence::existing);
}

set_result client::set_if_unchanged(const vf_info& read, const limits& wanted, vf_presence presence)
{
	return impl_->ask(
		call_kind::writes, [&] { return operation::set_limits(read); },
		[](auto& over, const vf_info& was, const limits& to, vf_presence p) {
			return over.set_if_unchanged(was, to, p);
		},
		read, wanted, presence);
}

void client::set_guest_permission(const vf_ref& which, guest_permission to)
{
	impl_->ask(
		call_kind::writes, [&] { return operation::set_guest(which); },
		[](auto& over, const vf_ref& vf, guest_permission p) {
			over.set_guest_permission(vf, p);
			return done();
		},
		which, to);
}

void client::set_interval(const pf_ref& which, std::chrono::milliseconds interval)
{
	impl_->ask(
		call_kind::writes, [&] { return operation::set_interval(which); },
		[](auto& over, const pf_ref& pf, std::chrono::milliseconds to) {
			over.set_interval(pf, to);
			return done();
		},
		which, interval);
}

void client::set_limit_lifetime(const pf_ref& which, limit_lifetime to)
{
	impl_->ask(
		call_kind::writes, [&] { return operation::set_keeping(which); },
		[](auto& over, const pf_ref& pf, limit_lifetime l) {
			over.set_limit_lifetime(pf, l);
			return done();
		},
		which, to);
}

} // namespace vfctl
