// SPDX-License-Identifier: GPL-2.0-only
// Values are compared, ordered, hashed and printed.
#include "../catch.hpp"

#include <functional>
#include <iomanip>
#include <map>
#include <sstream>
#include <string>
#include <system_error>
#include <type_traits>
#include <unordered_set>
#include <vector>

#include <vfctl/fmt.hpp>
#include <vfctl/format.hpp>
#include <vfctl/vfctl.hpp>

using namespace vfctl;
using namespace std::chrono_literals;

namespace {

constexpr rate mbit(std::uint32_t n)
{
	return rate::from_mbits_per_sec(n);
}

/// Every change makes another value, of which no two are alike.
template <typename T>
void are_all_different(const T& first, const std::vector<std::function<void(T&)>>& changes)
{
	CHECK(first == T(first));
	for (const auto& change : changes) {
		T other = first;
		change(other);
		CHECK_FALSE(first == other);
		CHECK(other == T(other));
	}
}

/// All six operators agree, and so does the hash.
template <typename T> void are_in_order(const std::vector<T>& all)
{
	for (std::size_t a = 0; a < all.size(); a++) {
		for (std::size_t b = 0; b < all.size(); b++) {
			CHECK((all[a] == all[b]) == (a == b));
			CHECK((all[a] != all[b]) == (a != b));
			CHECK((all[a] < all[b]) == (a < b));
			CHECK((all[a] > all[b]) == (a > b));
			CHECK((all[a] <= all[b]) == (a <= b));
			CHECK((all[a] >= all[b]) == (a >= b));
		}
	}
	CHECK(std::unordered_set<T>(all.begin(), all.end()).size() == all.size());
	CHECK(std::hash<T>()(all.front()) == std::hash<T>()(T(all.front())));
}

template <typename T> std::string streamed(const T& value)
{
	std::ostringstream out;
	out << value;
	return out.str();
}

} // namespace

TEST_CASE("rates are in order, and none is above every other")
{
	are_in_order<rate>({mbit(1), mbit(2), rate::from_bits_per_sec(UINT64_MAX), rate::none()});
	STATIC_REQUIRE(mbit(1) < rate::none());
	STATIC_REQUIRE(smaller(rate::none(), mbit(1)) == mbit(1));
	STATIC_REQUIRE(smaller(rate::none(), rate::none()).is_none());
}

TEST_CASE("references and addresses are in an order")
{
	are_in_order<pf_ref>(
		{pf_ref("eth0"), pf_ref("eth1"), pf_ref::by_index(1), pf_ref::by_index(2)});
	are_in_order<vf_ref>({vf_ref("eth0/1"), vf_ref("eth0/2"), vf_ref("eth1/0"),
			      vf_ref(pf_ref::by_index(2), 0), vf_ref("veth0.1"), vf_ref("veth0.2"),
			      vf_ref("0000:01:10.0"), vf_ref("0000:01:10.1")});
	are_in_order<mac_address>({mac_address{2, 0, 0, 0, 0, 1}, mac_address{2, 0, 0, 0, 0, 2},
				   mac_address{4, 0, 0, 0, 0, 1}});
}

TEST_CASE("a reference by name and one by index are not the same")
{
	CHECK(vf_ref("01:10.0") == vf_ref("0000:01:10.0"));
	CHECK(pf_ref("eth0") != pf_ref::by_index(2));
	std::map<vf_ref, rate> limits = {{"eth0/1", mbit(1)}};
	CHECK(limits.count("eth0/1") == 1);
	CHECK(limits.count("veth0.1") == 0);
}

TEST_CASE("PFs are alike in all that is known of them")
{
	pf_info pf;
	pf.caps = capabilities{};
	are_all_different<pf_info>(
		pf,
		{[](auto& p) { p.index = 1; }, [](auto& p) { p.name = "a"; },
		 [](auto& p) { p.bus_address = "a"; }, [](auto& p) { p.driver = "a"; },
		 [](auto& p) { p.provider = "a"; }, [](auto& p) { p.vfs = 1; },
		 [](auto& p) { p.total_vfs = 0; }, [](auto& p) { p.link_speed = mbit(1); },
		 [](auto& p) { p.interval = 0ms; }, [](auto& p) { p.caps.reset(); },
		 [](auto& p) { p.caps->stats = true; }, [](auto& p) { p.caps->max_rate = true; },
		 [](auto& p) { p.caps->min_rate = true; },
		 [](auto& p) { p.caps->guest_soft = true; }, [](auto& p) { p.kept_interval = 0ms; },
		 [](auto& p) { p.sample_time = 0us; }, [](auto& p) { p.look_interval = 0ms; },
		 [](auto& p) {
			 p.keep_limits = false;
		 }});
}

TEST_CASE("VFs are alike in all that is known of them")
{
	are_all_different<vf_info>(
		{},
		{[](auto& v) { v.pf_index = 1; }, [](auto& v) { v.pf_name = "a"; },
		 [](auto& v) { v.number = 1; }, [](auto& v) { v.index = 0; },
		 [](auto& v) { v.name = ""; }, [](auto& v) { v.bus_address = ""; },
		 [](auto& v) { v.mac = mac_address{}; },
		 [](auto& v) { v.link_speed = rate::none(); },
		 [](auto& v) { v.hard = rate::none(); }, [](auto& v) { v.soft = rate::none(); },
		 [](auto& v) { v.min = rate::none(); }, [](auto& v) { v.effective = rate::none(); },
		 [](auto& v) { v.state = limit_state::none; },
		 [](auto& v) { v.pending_reason = ""; },
		 [](auto& v) {
			 v.guest_soft = false;
		 }});
}

TEST_CASE("samples are alike in what is known of them")
{
	are_all_different<vf_stats>(
		{}, {[](auto& s) { s.pf_index = 1; }, [](auto& s) { s.pf_name = "a"; },
		     [](auto& s) { s.number = 1; }, [](auto& s) { s.index = 0; },
		     [](auto& s) { s.name = ""; },
		     [](auto& s) { s.time = std::chrono::steady_clock::time_point(); },
		     [](auto& s) { s.resets = 0; }, [](auto& s) { s.gaps = 0; },
		     [](auto& s) {
			     s.counters.set(counter::tx_bytes, 0);
		     }});
	counters one;
	counters other;
	one.set(counter::rx_bytes, 7);
	one.clear();
	CHECK(one == other);
	one.set(counter::rx_bytes, 7);
	other.set(counter::rx_bytes, 8);
	CHECK(one != other);
}

TEST_CASE("events and results are alike in all that they say")
{
	are_all_different<pf_event>({}, {[](auto& e) { e.what = change::added; },
					 [](auto& e) { e.pf.index = 1; },
					 [](auto& e) { e.by = origin::netlink; },
					 [](auto& e) {
						 e.pid = 0;
					 }});
	are_all_different<vf_event>(
		{},
		{[](auto& e) { e.what = change::added; }, [](auto& e) { e.vf.number = 1; },
		 [](auto& e) { e.by = origin::netlink; }, [](auto& e) { e.pid = 0; },
		 [](auto& e) { e.old = limits(); }, [](auto& e) { e.old_effective = rate::none(); },
		 [](auto& e) {
			 e.old_state = limit_state::none;
		 }});
	are_all_different<event>(synced_event{}, {[](auto& e) { e = gone_event{}; },
						  [](auto& e) { e = back_event{}; },
						  [](auto& e) { e = overrun_event{}; },
						  [](auto& e) {
							  e = stats_event{};
						  }});
	CHECK(pf_event{} != pf_event{.what = change::added, .pf = {}, .by = {}, .pid = {}});
	CHECK_FALSE(stats_event{} != stats_event{});
	CHECK_FALSE(synced_event{} != synced_event{});
	CHECK(event(stats_event{}) == event(stats_event{}));
	CHECK(event(overrun_event{}) == event(overrun_event{}));
	CHECK(event(gone_event{}) == event(gone_event{}));
	CHECK(event(back_event{}) == event(back_event{}));
	are_all_different<set_result>({}, {[](auto& r) { r.outcome = set_outcome::differs; },
					   [](auto& r) { r.now = vf_info(); },
					   [](auto& r) {
						   r.before = vf_info();
					   }});
}

TEST_CASE("what has a name is printed by streams and formatted alike")
{
	CHECK(streamed(mbit(500)) == "500Mbit");
	CHECK(streamed(pf_ref::by_index(7)) == "#7");
	CHECK(streamed(vf_ref("eth0/1")) == "eth0/1");
	CHECK(streamed(mac_address{2, 0, 0, 0, 0, 1}) == "02:00:00:00:00:01");
	CHECK(streamed(backend_type::module) == "module");
	CHECK(streamed(change::added) == "added");
	CHECK(streamed(counter::tx_bytes) == "tx_bytes");
	CHECK(streamed(limit_state::in_force) == "in-force");
	CHECK(streamed(origin::guest) == "guest");
	CHECK(streamed(set_outcome::differs) == "differs");
	std::ostringstream out;
	out << std::setw(9) << mbit(5) << '|';
	CHECK(out.str() == "    5Mbit|");

	CHECK(fmt::format("{} {} {}", mbit(500), pf_ref("eth0"), vf_ref("eth0/1")) ==
	      "500Mbit eth0 eth0/1");
	CHECK(fmt::format("{:>9}|{:<9}|", mbit(5), limit_state::pending) == "    5Mbit|pending  |");
	CHECK(fmt::format("{} {} {} {} {} {}", mac_address{2, 0, 0, 0, 0, 1}, backend_type::module,
			  change::added, counter::tx_bytes, origin::guest,
			  set_outcome::set) == "02:00:00:00:00:01 module added tx_bytes guest set");
#ifdef __cpp_lib_format
	CHECK(std::format("{:>9}|{}", mbit(5), vf_ref("eth0/1")) == "    5Mbit|eth0/1");
#endif
}

TEST_CASE("an error is one of the standard library's")
{
	STATIC_REQUIRE(std::is_base_of_v<std::system_error, error>);
	try {
		rate::parse("500furlongs");
		FAIL("nothing was thrown");
	} catch (const std::system_error& e) {
		CHECK(e.code() == std::errc::invalid_argument);
		CHECK(std::string(e.what()).rfind("read \"500furlongs\" as a rate: ", 0) == 0);
	}
}
