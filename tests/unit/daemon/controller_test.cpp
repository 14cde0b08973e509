// SPDX-License-Identifier: GPL-2.0-only
#include <cstdlib>
#include <filesystem>
#include <string>

#include <spdlog/spdlog.h>
#include <unistd.h>

#include <vfctl/error.hpp>

#include "../catch.hpp"

#include "atomic_file.hpp"
#include "control.hpp"
#include "controller.hpp"
#include "fake_host.hpp"
#include "policy_file.hpp"

namespace {

using namespace vfctl;
using namespace vfctl::daemon;
using namespace std::chrono_literals;
using vfctl::test::fake_host;

constexpr const char* enforce_all = R"(
[[pf]]
device = "eth0"
capacity = "800mbit"
[[vf]]
name = "veth0.*"
mode = "enforce"
)";

// A host whose VFs send what they want as far as their limits let them.
class bench {
public:
	explicit bench(const std::string& text = enforce_all)
	    : folder_(std::filesystem::temp_directory_path() /
		      ("vfctl-controller-test-" + std::to_string(::getpid())))
	{
		spdlog::set_level(spdlog::level::off);
		std::filesystem::remove_all(folder_);
		std::filesystem::create_directories(folder_);
		for (auto& vf : host->vfs) {
			vf.hard = vf.soft = rate::none();
			vf.effective = rate::none();
		}
		host->pf("eth0").link_speed = rate::from_mbits_per_sec(1000);
		wants.assign(3, 0);
		host->stats.clear();
		for (const auto& vf : host->vfs)
			host->stats.push_back(first_sample(vf));
		start(text);
	}
	bench(const bench&) = delete;
	bench& operator=(const bench&) = delete;
	~bench() { std::filesystem::remove_all(folder_); }

	// A daemon that comes after another one.
	void start(const std::string& text)
	{
		brain.reset();
		records.emplace(folder_.string(), folder_.string());
		brain.emplace(kernel, *records, parse_policy({{"t", text}}));
		for (const auto& pf : host->pfs)
			brain->take(pf_event{change::present, pf, std::nullopt, std::nullopt});
		for (const auto& vf : host->vfs)
			brain->take(make_event(vf, change::present, std::nullopt));
		brain->take(synced_event{});
	}

	// What was set last is forgotten with a boot, and limits are too.
	void reboot(const std::string& text)
	{
		std::filesystem::remove(folder_ / "written.json");
		for (auto& vf : host->vfs)
			vf.hard = vf.effective = rate::none();
		start(text);
	}

	// VFs are made anew. The module keeps their limits.
	void remake(std::uint32_t number)
	{
		const vf_info& vf = host->vf("eth0", number);
		brain->take(make_event(vf, change::removed, origin::device));
		brain->take(make_event(vf, change::added, origin::device));
	}

	static vf_event make_event(const vf_info& vf, change what, std::optional<origin> by,
				   std::optional<std::uint32_t> pid = std::nullopt)
	{
		vf_event e;
		e.what = what;
		e.vf = vf;
		e.by = by;
		e.pid = pid;
		return e;
	}

	// Somebody else sets a limit.
	void set_outside(std::uint32_t number, rate limit)
	{
		vf_info& vf = host->vf("eth0", number);
		vf.hard = limit;
		vf.effective = smaller(limit, *vf.soft);
		brain->take(make_event(vf, change::changed, origin::netlink, 1));
	}

	void periods(int n)
	{
		for (int i = 0; i < n; ++i) {
			now += 100ms;
			for (auto& one : host->stats)
				send(one);
			brain->think(now);
		}
	}

	rate hard(std::uint32_t number) const { return host->vf("eth0", number).hard.value(); }

	double mbit(std::uint32_t number) const
	{
		return static_cast<double>(hard(number).bits_per_sec()) / 1e6;
	}

	std::shared_ptr<fake_host> host = test::make_host();
	client kernel = test::connect(host);
	std::optional<journal> records;
	std::optional<controller> brain;
	std::vector<double> wants; // bit/s, of the VFs of eth0
	controller::time_point now = test::sample_time();
	bool sampled = true;

private:
	static vf_stats first_sample(const vf_info& vf)
	{
		vf_stats one;
		one.pf_index = vf.pf_index;
		one.pf_name = vf.pf_name;
		one.number = vf.number;
		one.index = vf.index;
		one.name = vf.name;
		return one;
	}

	void send(vf_stats& one)
	{
		if (one.pf_name != "eth0" || !sampled)
			return;
		const rate limit = host->vf("eth0", one.number).effective.value();
		double bits = wants[one.number];
		if (!limit.is_none())
			bits = std::min(bits, static_cast<double>(limit.bits_per_sec()));
		const auto bytes = static_cast<std::uint64_t>(bits / 8 / 10);
		one.time = now;
		one.counters.set(counter::tx_bytes,
				 one.counters[counter::tx_bytes].value_or(0) + bytes);
		one.counters.set(counter::tx_packets,
				 one.counters[counter::tx_packets].value_or(0) + bytes / 1500);
	}

	std::filesystem::path folder_;
};

rate mbits(std::uint32_t n)
{
	return rate::from_mbits_per_sec(n);
}

bool about(rate is, double mbit)
{
	return std::abs(static_cast<double>(is.bits_per_sec()) / 1e6 - mbit) <= 0.02 * mbit + 1;
}

} // namespace

TEST_CASE("Two that want all get half each, with a third that sleeps")
{
	bench b;
	b.wants = {1e9, 1e9, 0};
	b.periods(5);
	CHECK(about(b.hard(0), 400));
	CHECK(about(b.hard(1), 400));
	CHECK(b.mbit(2) < 20);
	SECTION("and the third has its share as soon as it wakes")
	{
		b.wants[2] = 1e9;
		b.periods(3);
		CHECK(about(b.hard(0), 267));
		CHECK(about(b.hard(2), 267));
	}
	SECTION("and one has all when the other one ends")
	{
		b.wants[1] = 0;
		b.periods(3);
		CHECK(b.mbit(0) > 780);
	}
	SECTION("and then nothing is written any more")
	{
		const auto before = b.host->requests.size();
		b.periods(20);
		CHECK(b.host->requests.size() == before);
	}
}

TEST_CASE("A VF that is not to be managed is never written")
{
	bench b(R"([[vf]]
device = "veth0.1"
mode = "enforce"
[[vf]]
device = "veth0.0"
mode = "observe"
)");
	b.wants = {1e9, 1e9, 1e9};
	b.periods(10);
	CHECK_FALSE(b.host->requests.empty());
	for (const auto& request : b.host->requests)
		CHECK(request.rfind("eth0/1 hard=", 0) == 0);
}

TEST_CASE("What somebody else sets is undone where it is enforced")
{
	bench b;
	b.wants = {1e9, 1e9, 0};
	b.periods(5);
	b.set_outside(0, mbits(700));
	b.periods(1);
	CHECK(about(b.hard(0), 400));
	const auto view = b.brain->view(b.now);
	CHECK(view.vfs[0].corrections == 1);
	b.set_outside(0, rate::from_bits_per_sec(b.hard(1).bits_per_sec() + 1'000'000));
	b.periods(1);
	CHECK(b.hard(0) == b.hard(1));
}

TEST_CASE("What somebody else sets is a cap where it is adopted, over restarts too")
{
	const std::string adopt = "[[vf]]\nname = 'veth0.*'\nmode = 'adopt'\n"
				  "[[pf]]\ndevice = 'eth0'\ncapacity = '800mbit'\n";
	bench b(adopt);
	b.wants = {1e9, 1e9, 0};
	b.periods(5);
	CHECK(about(b.hard(0), 400));
	b.set_outside(0, mbits(100));
	b.periods(4);
	CHECK(b.hard(0) == mbits(100));
	CHECK(b.mbit(1) > 650);
	CHECK(b.brain->view(b.now).vfs[0].acceptances == 1);
	b.start(adopt);
	b.periods(4);
	CHECK(b.hard(0) == mbits(100));
	CHECK(b.mbit(1) > 650); // its own limit is no cap for the one who comes after
	b.set_outside(0, rate::none());
	b.periods(4);
	CHECK(about(b.hard(0), 400));
}

TEST_CASE("What was set while nobody looked is a cap where it is adopted")
{
	const std::string adopt = "[[vf]]\nname = 'veth0.*'\nmode = 'adopt'\n";
	bench b(adopt);
	b.wants = {1e9, 1e9, 0};
	b.periods(5);
	b.host->vf("eth0", 1).hard = b.host->vf("eth0", 1).effective = mbits(30);
	b.start(adopt);
	b.periods(5);
	CHECK(b.hard(1) == mbits(30));
}

TEST_CASE("A cap that was adopted outlives a boot, and one's own limits do not")
{
	const std::string adopt = "[[vf]]\nname = 'veth0.*'\nmode = 'adopt'\n";
	bench b(adopt);
	b.wants = {1e9, 1e9, 0};
	b.periods(5);
	b.set_outside(0, mbits(100));
	b.periods(5);
	b.reboot(adopt);
	b.periods(5);
	CHECK(b.hard(0) == mbits(100));
	CHECK(b.mbit(1) > 800);
}

TEST_CASE("A VF that is made anew has the cap that it had, and no other")
{
	bench b("[[vf]]\nname = 'veth0.*'\nmode = 'adopt'\n");
	b.wants = {1e9, 1e9, 0};
	b.periods(5);
	b.set_outside(1, mbits(100));
	b.periods(5);
	for (const std::uint32_t vf : {0U, 1U, 2U})
		b.remake(vf);
	auto view = b.brain->view(b.now);
	CHECK(view.vfs[0].adopted.is_none());
	CHECK(view.vfs[1].adopted == mbits(100));
	CHECK(view.vfs[2].adopted.is_none());
}

TEST_CASE("A VF is adopted with what is set when the policy comes to say so")
{
	const std::string rest = "[[vf]]\nname = 'veth0.*'\nmode = 'enforce'\n";
	bench b("[[vf]]\nname = 'veth0.0'\n" + rest);
	b.wants = {1e9, 1e9, 0};
	b.periods(5);
	b.set_outside(0, mbits(100));
	b.brain->take(parse_policy({{"t", "[[vf]]\nname = '*'\nmode = 'adopt'\n"}}));
	b.periods(5);
	CHECK(b.hard(0) == mbits(100));
	CHECK(b.mbit(1) > 800); // what it had before was one's own
	// Where it is enforced there is no cap, also after a restart, and none is left for later.
	for (const char* mode : {"enforce", "adopt"}) {
		b.start("[[vf]]\nname = 'veth0.*'\nmode = '" + std::string(mode) + "'\n");
		b.periods(5);
		CHECK(about(b.hard(0), 490));
	}
}

TEST_CASE("What a snapshot says of one's own limits is nobody else's change")
{
	bench b("[[vf]]\nname = 'veth0.*'\nmode = 'adopt'\n");
	b.wants = {1e9, 1e9, 0};
	b.periods(5);
	const vf_info before = b.host->vf("eth0", 0);
	b.wants[1] = 0;
	for (int i = 0; i < 9 && b.host->vf("eth0", 0).hard == before.hard; ++i)
		b.periods(1);
	REQUIRE(b.host->vf("eth0", 0).hard != before.hard);
	b.brain->take(overrun_event{});
	b.brain->take(bench::make_event(before, change::present, std::nullopt));
	CHECK(b.brain->view(b.now).vfs[0].acceptances == 0);
	b.periods(2);
	CHECK(b.mbit(0) > 900);
}

TEST_CASE("A VF that gets another MAC address has the rule of that, within a second")
{
	bench b("[[vf]]\nmac = '52:54:00:00:00:07'\nmode = 'enforce'\n");
	b.wants = {1e9, 1e9, 1e9};
	b.periods(5);
	CHECK(b.host->requests.empty());
	b.host->vf("eth0", 1).mac = mac_address{0x52, 0x54, 0, 0, 0, 7};
	b.periods(11);
	CHECK(b.hard(0).is_none());
	CHECK_FALSE(b.hard(1).is_none());
	b.host->vf("eth0", 1).mac.reset();
	b.periods(11);
	CHECK(b.brain->view(b.now).vfs[1].mode == vf_mode::observe);
}

TEST_CASE("While paused, nothing is written, also after a restart")
{
	bench b;
	b.brain->pause(true);
	b.wants = {1e9, 1e9, 1e9};
	b.periods(5);
	CHECK(b.host->requests.empty());
	b.start(enforce_all);
	b.periods(5);
	CHECK(b.host->requests.empty());
	b.brain->pause(false);
	b.periods(1);
	CHECK_FALSE(b.host->requests.empty());
}

TEST_CASE("A VF whose samples stay away keeps its limit, or gets a safe one")
{
	bench b;
	b.wants = {1e9, 1e9, 0};
	b.periods(5);
	b.sampled = false;
	const auto before = b.host->requests.size();
	b.periods(40);
	CHECK(b.host->requests.size() == before);
	CHECK(b.brain->view(b.now).vfs[0].lost);
	b.brain->take(
		parse_policy({{"t", std::string(enforce_all) + "[controller]\non_lost = 'safe'\n"
							       "safe_limit = '50mbit'\n"}}));
	b.periods(2);
	CHECK(b.hard(0) == mbits(50));
	CHECK(b.hard(1) == mbits(50));
}

TEST_CASE("Counters that cannot be read at all are samples that stay away")
{
	bench b(std::string(enforce_all) + "[controller]\non_lost = 'safe'\n"
					   "safe_limit = '50mbit'\n");
	b.wants = {1e9, 1e9, 0};
	b.periods(5);
	CHECK(about(b.hard(0), 400));
	b.host->on_read = [](test::fake_host&) {
		test::refuse("get counters", std::errc::io_error, "not today");
	};
	for (int i = 0; i < 25; ++i) {
		b.now += 100ms;
		CHECK_THROWS_AS(b.brain->think(b.now), vfctl::error);
		if (i < 15)
			CHECK(about(b.hard(0), 400));
	}
	CHECK(b.hard(0) == mbits(50));
	CHECK(b.hard(1) == mbits(50));
}

TEST_CASE("A VF of which there is no sample yet is not lost")
{
	bench b(std::string(enforce_all) + "[controller]\non_lost = 'safe'\n"
					   "safe_limit = '50mbit'\n");
	b.host->stats.clear();
	b.periods(5);
	CHECK_FALSE(b.brain->view(b.now).vfs[0].lost);
	CHECK(b.mbit(0) > 200);
	b.periods(20);
	CHECK(b.brain->view(b.now).vfs[0].lost);
	CHECK(b.hard(0) == mbits(50));
}

TEST_CASE("A refusal is told of, and not repeated in each period")
{
	bench b;
	int asked = 0;
	b.host->refuse = [&](const vf_info& vf, const limits&) {
		if (vf.number != 0)
			return;
		++asked;
		test::refuse("set limits", std::errc::invalid_argument, "not today");
	};
	b.wants = {1e9, 1e9, 0};
	b.periods(8);
	CHECK(asked == 1);
	CHECK(about(b.hard(1), 400));
	const auto view = b.brain->view(b.now);
	CHECK(view.vfs[0].failures == 1);
	CHECK(view.vfs[0].last_failure.find("not today") != std::string::npos);
}

TEST_CASE("A guest's own limit leaves the rest to others, and does not pin it down")
{
	bench b;
	b.wants = {1e9, 1e9, 0};
	auto& vf = b.host->vf("eth0", 0);
	vf.soft = mbits(50);
	vf.effective = mbits(50);
	b.brain->take(bench::make_event(vf, change::changed, origin::guest));
	b.periods(6);
	CHECK(b.mbit(0) >= 50);
	CHECK(b.mbit(0) < 90);
	CHECK(b.mbit(1) > 680);
}

TEST_CASE("Nothing is written while the link is down, nor to a VF that is gone")
{
	bench b;
	auto pf = b.host->pf("eth0");
	pf.link_speed.reset();
	b.brain->take(pf_event{change::changed, pf, std::nullopt, std::nullopt});
	b.wants = {1e9, 1e9, 1e9};
	b.periods(3);
	CHECK(b.host->requests.empty());
	pf.link_speed = mbits(1000);
	b.brain->take(pf_event{change::changed, pf, std::nullopt, std::nullopt});
	b.brain->take(bench::make_event(b.host->vf("eth0", 2), change::removed, std::nullopt));
	b.periods(3);
	for (const auto& request : b.host->requests)
		CHECK(request.rfind("eth0/2", 0) != 0);
	b.brain->take(gone_event{});
	const auto before = b.host->requests.size();
	b.periods(3);
	CHECK(b.host->requests.size() == before);
}

TEST_CASE("What is on disk is read again, and what is no state is refused")
{
	const auto folder = std::filesystem::temp_directory_path() /
			    ("vfctl-journal-test-" + std::to_string(::getpid()));
	std::filesystem::create_directories(folder);
	lasting_state state;
	state.paused = true;
	state.adopted["0000:01:00.0/1"] = mbits(7);
	state.guests["a"] = {9, {"eth0/1"}};
	{
		journal one(folder.string(), folder.string());
		one.save(state);
		one.intend({{"0000:01:00.0/1", mbits(1), mbits(2)}});
	}
	tool::write_file((folder / ".state.json.abcdef").string(), "left over");
	journal two(folder.string(), folder.string());
	CHECK(two.lasting() == state);
	CHECK(two.is_own("0000:01:00.0/1", mbits(1)));
	CHECK(two.is_own("0000:01:00.0/1", mbits(2)));
	CHECK_FALSE(two.is_own("0000:01:00.0/1", mbits(3)));
	CHECK_FALSE(two.is_own("0000:01:00.0/2", mbits(1)));
	CHECK_FALSE(std::filesystem::exists(folder / ".state.json.abcdef"));
	for (const char* bad : {"", "{", "{\"version\":2}", "{\"version\":1}", "[]"}) {
		tool::write_file((folder / "state.json").string(), bad);
		CHECK_THROWS_WITH(journal(folder.string(), folder.string()),
				  Catch::Contains("state.json"));
	}
	std::filesystem::remove_all(folder);
}

TEST_CASE("Guests of an earlier boot are forgotten, and pauses and caps are not")
{
	const auto folder = std::filesystem::temp_directory_path() /
			    ("vfctl-journal-test-" + std::to_string(::getpid()));
	std::filesystem::create_directories(folder);
	tool::write_file((folder / "state.json").string(),
			 R"({"version":1,"boot":"another","paused":true,"adopted":{"a/1":7000000},)"
			 R"("guests":{"g":{"cid":9,"vfs":["eth0/1"]}}})");
	const journal one(folder.string(), folder.string());
	CHECK(one.lasting().paused);
	CHECK(one.lasting().adopted.at("a/1") == mbits(7));
	CHECK(one.lasting().guests.empty());
	std::filesystem::remove_all(folder);
}

TEST_CASE("A CID and a VF belong to the guest that was told of last")
{
	lasting_state state;
	put_guest(state, "a", {5, {"eth0/1", "eth0/2"}});
	put_guest(state, "b", {6, {"eth0/2"}});
	CHECK(state.guests.at("a").vfs == std::vector<std::string>{"eth0/1"});
	put_guest(state, "c", {5, {}});
	CHECK(state.guests.count("a") == 0);
	CHECK(state.guests.size() == 2);
	put_guest(state, "c", {7, {"eth0/3"}});
	CHECK(state.guests.at("c") == known_guest{7, {"eth0/3"}});
}

TEST_CASE("The control socket's requests are answered, whatever they are")
{
	bench b;
	b.wants = {1e9, 1e9, 0};
	b.periods(5);
	bool paused = false;
	std::string added;
	const control_actions actions{
		.view = [&] { return b.brain->view(b.now); },
		.wanted = [&] { return b.brain->wanted(); },
		.pause = [&](bool p) { paused = p; },
		.reload = [] { throw std::runtime_error("bad file"); },
		.add_guest = [&](const std::string& name, const known_guest&) { added = name; },
		.remove_guest = [](const std::string&) { return true; },
	};
	const auto ask = [&](const std::string& text) {
		return nlohmann::json::parse(answer_control(text, actions));
	};
	const auto status = ask(R"({"version":1,"command":"status"})");
	CHECK(status["vfs"].size() == b.host->vfs.size());
	CHECK(status["vfs"][0]["mode"] == "enforce");
	CHECK(status["vfs"][0]["limit_bits_per_sec"] == b.hard(0).bits_per_sec());
	CHECK(about(b.hard(0), 400));
	CHECK(ask(R"({"version":1,"command":"policy"})")["vfs"][0]["name"] == "veth0.*");
	CHECK_FALSE(ask(R"({"version":1,"command":"pause"})").contains("error"));
	CHECK(paused);
	CHECK(ask(R"({"version":1,"command":"reload"})")["error"] == "bad file");
	CHECK_FALSE(
		ask(R"({"version":1,"command":"guest-add","name":"g","cid":3,"vfs":["eth0/1"]})")
			.contains("error"));
	CHECK(added == "g");
	for (const char* bad :
	     {"", "{", "[]", "1", "{}", R"({"version":2,"command":"status"})", R"({"version":1})",
	      R"({"version":1,"command":"nothing"})", R"({"version":1,"command":[]})",
	      R"({"version":1,"command":"guest-add","name":"g","cid":2,"vfs":[]})",
	      R"({"version":1,"command":"guest-add","name":"g","cid":3,"vfs":[1]})",
	      R"({"version":1,"command":"status","x":[[[[[[[[[[[[]]]]]]]]]]]]})", "\xff\xfe"}) {
		INFO(bad);
		CHECK(ask(bad).contains("error"));
	}
}
