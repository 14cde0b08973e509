// SPDX-License-Identifier: GPL-2.0-only
// What works do, in which memory fails: the function is that of the module failwork. Nothing is
// lost by that: the works come again.
#include <memory>
#include <set>
#include <string>

#include <fcntl.h>
#include <linux/if_link.h>
#include <sched.h>
#include <unistd.h>

#include "device.hpp"
#include "faults.hpp"
#include "listener.hpp"
#include "lives.hpp"
#include "sweep.hpp"
#include "telling.hpp"
#include "world.hpp"

namespace failnth {

namespace {

// VFs that come.
class vfs_coming : public operation {
public:
	explicit vfs_coming(world& w)
	    : world_(w), file_(w.device + "/sriov_numvfs"), text_(std::to_string(w.vfs))
	{}

	~vfs_coming() override
	{
		quietly([this] { world_.numvfs(world_.vfs); });
	}

	bool by_work() const override { return true; }

	void prepare() override
	{
		world_.numvfs(0);
		listener_ = std::make_unique<listener>();
		telling_ = std::make_unique<telling>();
	}

	outcome run() override
	{
		const auto came = write_word(file_.c_str(), text_);

		telling_->look([this] { return world_.complaint(world_.vfs); });
		return came;
	}

	void check(const outcome& came) override
	{
		require(came.error == 0, "sriov_numvfs cannot be written");
		world_.settle(world_.vfs);
		telling_->require_told();
		listener_->listen();
		for (unsigned int number = 0; number < world_.vfs; number++)
			listener_->require_heard(true, [&](const vfctl::event& event) {
				const auto* vf = std::get_if<vfctl::vf_event>(&event);
				return vf != nullptr && vf->vf.number == number &&
				       vf->vf.name == world_.stub(number);
			});
	}

private:
	world& world_;
	std::string file_;
	std::string text_;
	std::unique_ptr<listener> listener_;
	std::unique_ptr<telling> telling_;
};

// A sample, which a new interval asks for at once. Each VF is told of, or the listener of a loss.
class sampling : public operation {
public:
	explicit sampling(world& w) : world_(w) {}

	~sampling() override
	{
		quietly([this] { set(usual); });
	}

	bool by_work() const override { return true; }

	void prepare() override
	{
		sample(long_one);
		listener_ = std::make_unique<listener>(true);
	}

	outcome run() override
	{
		sample(long_one - 1);
		return {};
	}

	void check(const outcome&) override
	{
		std::set<unsigned int> heard;

		listener_->listen();
		for (const auto& event : listener_->events())
			if (const auto* sample = std::get_if<vfctl::stats_event>(&event))
				heard.insert(sample->stats.number);
		require(listener_->overrun() || heard.size() == world_.vfs,
			"a listener has neither got a sample nor been told that it missed one");
		const auto said = world_.complaint(world_.vfs);
		require(said.empty(), said);
	}

private:
	static constexpr unsigned int usual = 1000;
	static constexpr unsigned int long_one = 10000; // ms, the longest

	void set(unsigned int interval)
	{
		world_.module.set_interval(world_.pf, std::chrono::milliseconds(interval));
	}

	void sample(unsigned int interval)
	{
		const auto before = work_runs();

		set(interval);
		const auto said = await([&] { return work_runs() == before ? "no sample" : ""; });
		require(said.empty(), said);
	}

	world& world_;
	std::unique_ptr<listener> listener_;
};

// Another network namespace, and what can be done in it.
class elsewhere {
public:
	elsewhere() : here_(open_file("/proc/self/ns/net")), there_(open_file("/run/netns/failnth"))
	{
		enter(there_);
		talk_ = std::make_unique<conversation>(NETLINK_ROUTE);
		module_ = std::make_unique<vfctl::client>(vfctl::backend_type::module);
		enter(here_);
	}

	elsewhere(const elsewhere&) = delete;
	elsewhere& operator=(const elsewhere&) = delete;

	~elsewhere()
	{
		close(here_);
		close(there_);
	}

	outcome move_there(unsigned int index)
	{
		conversation talk(NETLINK_ROUTE);
		return talk.ask(move(index, there_));
	}

	outcome move_here(unsigned int index) { return talk_->ask(move(index, here_)); }

	vfctl::client& module() { return *module_; }

private:
	static int open_file(const char* name)
	{
		const int fd = open(name, O_RDONLY | O_CLOEXEC);
		require(fd >= 0, std::string("there is no ") + name);
		return fd;
	}

	static void enter(int ns) { require(setns(ns, CLONE_NEWNET) == 0, "no way elsewhere"); }

	static request move(unsigned int index, int ns)
	{
		return change_link(index).put_u32(IFLA_NET_NS_FD, static_cast<std::uint32_t>(ns));
	}

	int here_;
	int there_;
	std::unique_ptr<conversation> talk_;
	std::unique_ptr<vfctl::client> module_;
};

// The PF, with its VFs, to another network namespace; and back without a failure.
// Memory of the task that moves it does not fail: __dev_change_net_namespace() of the kernel is
// past the point of return where it renames the device, and warns when that has none.
class moving : public operation {
public:
	explicit moving(world& w) : world_(w) {}
	~moving() override { come_back(); }

	bool by_work() const override { return true; }

	void prepare() override { telling_ = std::make_unique<telling>(); }

	outcome run() override
	{
		const auto came = elsewhere_.move_there(world_.index);

		if (came.error == 0)
			telling_->look([this] { return complaint(); });
		return came;
	}

	void check(const outcome& came) override
	{
		require(came.error == 0, "it does not move");
		const auto said = await([this] { return complaint(); });
		require(said.empty(), "elsewhere, " + said);
		telling_->require_told();
		come_back();
		world_.settle(world_.vfs);
	}

private:
	std::string complaint()
	{
		const auto all = elsewhere_.module().vfs(world_.pf);

		if (all.size() != world_.vfs)
			return "VFs are missing";
		for (const auto& vf : all)
			if (vf.name != world_.stub(vf.number))
				return "VF " + std::to_string(vf.number) + " has no stub";
		return exists(world_.device + "/bandwidth_allocation")
			       ? ""
			       : "there is no bandwidth_allocation";
	}

	// With another index, should there be one of the same here.
	void come_back()
	{
		quietly([this] {
			elsewhere_.move_here(world_.index);
			bring_up(world_.pf);
		});
	}

	world& world_;
	elsewhere elsewhere_;
	std::unique_ptr<telling> telling_;
};

template <typename Operation> operation_maker make()
{
	return [](world& w) {
		return std::make_unique<Operation>(w);
	};
}

} // namespace

void add_works(operation_table& table)
{
	table["vfs-work"] = make<vfs_coming>();
	table["sample-work"] = make<sampling>();
	table["move-work"] = make<moving>();
}

} // namespace failnth
