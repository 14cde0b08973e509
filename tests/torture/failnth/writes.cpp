// SPDX-License-Identifier: GPL-2.0-only
// What sets something: afterwards all is as before or as wanted, and who listens has heard of it or
// been told that an event was lost.
#include <cerrno>
#include <memory>
#include <string>
#include <vector>

#include <fcntl.h>
#include <linux/vfctl.h>
#include <unistd.h>

#include <vfctl/monitor.hpp>

#include "listener.hpp"
#include "request.hpp"
#include "sweep.hpp"
#include "world.hpp"

namespace failnth {

namespace {

using vfctl::rate;

// As before, or as wanted.
enum class state { before, wanted, neither };

void require_state(state is, const outcome& came)
{
	require_told(came);
	require(is != state::neither, "it is neither as before nor as wanted");
	require(came.error != 0 || is == state::wanted, "nothing has changed");
}

bool has(const vfctl::vf_info& vf, const vfctl::limits& limits)
{
	return (!limits.hard || vf.hard == limits.hard) &&
	       (!limits.soft || vf.soft == limits.soft) && (!limits.min || vf.min == limits.min);
}

state judge(const vfctl::vf_info& vf, const vfctl::limits& before, const vfctl::limits& wanted)
{
	if (has(vf, wanted))
		return state::wanted;
	return has(vf, before) ? state::before : state::neither;
}

request set_request(const world& w, const vfctl::limits& wanted)
{
	auto ask = request::of_vfctl(VFCTL_CMD_VF_SET, NLM_F_ACK);

	ask.put(VFCTL_A_VF_IFNAME, w.stub(0));
	if (wanted.hard)
		ask.put_u64(VFCTL_A_VF_HARD_RATE, wanted.hard->bits_per_sec());
	if (wanted.soft)
		ask.put_u64(VFCTL_A_VF_SOFT_RATE, wanted.soft->bits_per_sec());
	if (wanted.min)
		ask.put_u64(VFCTL_A_VF_MIN_RATE, wanted.min->bits_per_sec());
	return ask;
}

// Limits of VF 0, by vf-set. Two listen.
class setting_limits : public operation {
public:
	setting_limits(world& w, const vfctl::limits& before, const vfctl::limits& wanted)
	    : world_(w), before_(before), wanted_(wanted), ask_(set_request(w, wanted))
	{}

	void prepare() override
	{
		world_.set(0, before_);
		talk_ = std::make_unique<conversation>(NETLINK_GENERIC);
		listeners_ = std::make_unique<std::array<listener, 2>>();
	}

	outcome run() override { return talk_->ask(ask_); }

	void check(const outcome& came) override
	{
		const auto is = judge(world_.limits(0), before_, wanted_);

		require_state(is, came);
		for (auto& one : *listeners_) {
			one.listen();
			one.require_heard(is == state::wanted, [&](const vfctl::event& event) {
				const auto* vf = std::get_if<vfctl::vf_event>(&event);
				return vf != nullptr && vf->what == vfctl::change::changed &&
				       vf->vf.number == 0 && has(vf->vf, wanted_);
			});
		}
	}

private:
	world& world_;
	vfctl::limits before_;
	vfctl::limits wanted_;
	request ask_;
	std::unique_ptr<conversation> talk_;
	std::unique_ptr<std::array<listener, 2>> listeners_;
};

// The interval of sampling, by pf-set.
class setting_interval : public operation {
public:
	explicit setting_interval(world& w)
	    : world_(w), ask_(request::of_vfctl(VFCTL_CMD_PF_SET, NLM_F_ACK)
				      .put(VFCTL_A_PF_IFNAME, w.pf)
				      .put_u32(VFCTL_A_PF_INTERVAL, wanted))
	{}

	void prepare() override
	{
		world_.module.set_interval(world_.pf, std::chrono::milliseconds(before));
		talk_ = std::make_unique<conversation>(NETLINK_GENERIC);
		listener_ = std::make_unique<listener>();
	}

	outcome run() override { return talk_->ask(ask_); }

	void check(const outcome& came) override
	{
		const auto now = world_.module.pf(world_.pf).interval->count();
		const auto is = now == wanted   ? state::wanted
				: now == before ? state::before
						: state::neither;

		require_state(is, came);
		listener_->listen();
		listener_->require_heard(is == state::wanted, [](const vfctl::event& event) {
			const auto* pf = std::get_if<vfctl::pf_event>(&event);
			return pf != nullptr && pf->pf.interval &&
			       pf->pf.interval->count() == wanted;
		});
	}

private:
	static constexpr unsigned int before = 1000;
	static constexpr unsigned int wanted = 900;

	world& world_;
	request ask_;
	std::unique_ptr<conversation> talk_;
	std::unique_ptr<listener> listener_;
};

// Hard limits by a file of sysfs: of the first VF, or of all.
class writing_file : public operation {
public:
	writing_file(world& w, const std::string& file, unsigned int vfs) : world_(w), file_(file)
	{
		for (unsigned int vf = 0; vf < vfs; vf++) {
			before_.push_back(rate::from_mbits_per_sec(100 + vf));
			wanted_.push_back(rate::from_mbits_per_sec(200 + vf));
			text_ += (vf ? " " : "") + std::to_string(200 + vf);
		}
		text_ += "\n";
	}

	void prepare() override
	{
		for (unsigned int vf = 0; vf < before_.size(); vf++)
			world_.set(
				vf,
				{.hard = before_[vf], .soft = rate::none(), .min = rate::none()});
	}

	outcome run() override
	{
		outcome came;
		const int fd = open(file_.c_str(), O_WRONLY | O_CLOEXEC);

		if (fd < 0 ||
		    write(fd, text_.data(), text_.size()) != static_cast<ssize_t>(text_.size()))
			came.error = errno;
		if (fd >= 0)
			close(fd);
		return came;
	}

	void check(const outcome& came) override
	{
		std::vector<rate> now;

		for (unsigned int vf = 0; vf < before_.size(); vf++)
			now.push_back(*world_.limits(vf).hard);
		require_state(now == wanted_   ? state::wanted
			      : now == before_ ? state::before
					       : state::neither,
			      came);
		if (came.error == 0)
			require(read_file(file_) + "\n" == text_, "it reads " + read_file(file_));
	}

private:
	world& world_;
	std::string file_;
	std::vector<rate> before_;
	std::vector<rate> wanted_;
	std::string text_;
};

rate mbit(std::uint32_t number)
{
	return rate::from_mbits_per_sec(number);
}

operation_maker set(const vfctl::limits& before, const vfctl::limits& wanted)
{
	return [=](world& w) {
		return std::make_unique<setting_limits>(w, before, wanted);
	};
}

} // namespace

void add_writes(operation_table& table)
{
	const rate none;

	table["set-hard"] = set({mbit(100), none, none}, {mbit(200), none, none});
	table["set-soft"] = set({mbit(300), none, none}, {mbit(300), mbit(50), none});
	table["set-min"] = set({mbit(300), none, none}, {mbit(300), none, mbit(20)});
	table["set-all"] = set({mbit(100), none, none}, {mbit(400), mbit(350), mbit(30)});
	table["set-none"] = set({mbit(100), mbit(90), mbit(10)}, {none, none, none});
	table["pf-set"] = [](world& w) {
		return std::make_unique<setting_interval>(w);
	};
	table["allocation-write"] = [](world& w) {
		return std::make_unique<writing_file>(w, w.device + "/bandwidth_allocation", w.vfs);
	};
	table["maxrate-write"] = [](world& w) {
		return std::make_unique<writing_file>(
			w, "/sys/class/net/" + w.stub(0) + "/queues/tx-0/tx_maxrate", 1);
	};
}

} // namespace failnth
