// SPDX-License-Identifier: LGPL-2.1-or-later
#include <vfctl/client.hpp>

#include <algorithm>
#include <tuple>
#include <utility>

#include <vfctl/error.hpp>

#include "attempt.hpp"
#include "client_access.hpp"
#include "module_backend.hpp"
#include "netns.hpp"
#include "rtnl_backend.hpp"

namespace vfctl {

namespace {

std::unique_ptr<backend> make_backend(backend_type wanted)
{
	if (wanted == backend_type::rtnetlink)
		return make_rtnl_backend();
	if (wanted == backend_type::module)
		return make_module_backend();
	try {
		return make_module_backend();
	} catch (const error& e) {
		if (e.code() != std::errc::protocol_not_supported)
			throw;
	}
	return make_rtnl_backend();
}

std::unique_ptr<backend> make_backend_in(const client::options& wanted)
{
	return attempt([] { return "open a client"; },
		       [&] {
			       std::unique_ptr<backend> made;
			       in_netns(wanted.netns, [&] { made = make_backend(wanted.backend); });
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
	std::unique_ptr<vfctl::backend> over;

	std::vector<vf_info> vfs(const pf_ref* of, vf_presence presence) const
	{
		std::vector<vf_info> all;

		over->vfs(all, of, presence);
		sort(all);
		return all;
	}

	void stats(std::vector<vf_stats>& into, const pf_ref* of) const
	{
		over->stats(into, of);
		sort(into);
	}
};

client::client(backend_type wanted) : client(options{.backend = wanted, .netns = {}}) {}
client::client(const options& wanted)
    : client(std::make_unique<impl>(impl{make_backend_in(wanted)}))
{}
client::client(std::unique_ptr<impl> p) noexcept : impl_(std::move(p)) {}
client::client(client&&) noexcept = default;
client& client::operator=(client&&) noexcept = default;
client::~client() = default;

client client_access::make(std::unique_ptr<backend> over)
{
	return client(std::make_unique<client::impl>(client::impl{std::move(over)}));
}

backend_type client::backend() const noexcept
{
	return impl_->over->type();
}

std::vector<pf_info> client::pfs()
{
	std::vector<pf_info> all;

	impl_->over->pfs(all);
	sort(all);
	return all;
}

pf_info client::pf(const pf_ref& which)
{
	return impl_->over->pf(which);
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
	return impl_->vfs(nullptr, presence);
}

std::vector<vf_info> client::vfs(const pf_ref& of, vf_presence presence)
{
	return impl_->vfs(&of, presence);
}

vf_info client::vf(const vf_ref& which, vf_presence presence)
{
	return impl_->over->vf(which, presence);
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
	return impl_->over->stats(which);
}

void client::stats(std::vector<vf_stats>& into)
{
	impl_->stats(into, nullptr);
}

void client::stats(std::vector<vf_stats>& into, const pf_ref& of)
{
	impl_->stats(into, &of);
}

void client::set(const vf_ref& which, const limits& wanted)
{
	set(which, wanted, vf_presence::existing);
}

void client::set(const vf_ref& which, const limits& wanted, vf_presence presence)
{
	impl_->over->set(which, wanted, presence);
}

void client::allow_guest_soft(const vf_ref& which, bool allowed)
{
	impl_->over->allow_guest_soft(which, allowed);
}

void client::set_interval(const pf_ref& which, std::chrono::milliseconds interval)
{
	impl_->over->set_interval(which, interval);
}

void client::keep_limits(const pf_ref& which, bool kept)
{
	impl_->over->keep_limits(which, kept);
}

} // namespace vfctl
