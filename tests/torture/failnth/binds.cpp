// SPDX-License-Identifier: GPL-2.0-only
// The PF's driver, bound and unbound. A PF that was bound is known within seconds, whatever failed.
#include <algorithm>
#include <cerrno>
#include <filesystem>
#include <memory>
#include <string>

#include <net/if.h>

#include "device.hpp"
#include "lives.hpp"
#include "sweep.hpp"
#include "telling.hpp"
#include "world.hpp"

namespace failnth {

namespace {

bool is_listed(world& w)
{
	const auto pfs = w.module.pfs();

	return std::any_of(pfs.begin(), pfs.end(), [&](const auto& pf) { return pf.name == w.pf; });
}

void require_unlisted(world& w)
{
	const auto said = await([&] { return is_listed(w) ? "it is listed" : std::string(); });
	require(said.empty(), "without a driver, " + said);
	for (unsigned int vf = 0; vf < w.vfs; vf++)
		require(if_nametoindex(w.stub(vf).c_str()) == 0, w.stub(vf) + " is left");
}

void unbind(world& w)
{
	if (w.is_bound())
		w.unbind();
	require_unlisted(w);
}

// Its network device has a new index, and is down.
void set_up(world& w)
{
	const auto devices = std::filesystem::directory_iterator(w.device + "/net");

	w.pf = devices->path().filename();
	w.index = if_nametoindex(w.pf.c_str());
	bring_up(w.pf);
}

class binding : public operation {
public:
	binding(world& w, bool work)
	    : world_(w), work_(work), file_(w.driver + "/bind"),
	      word_(std::filesystem::path(w.device).filename())
	{}

	~binding() override
	{
		quietly([this] {
			if (!world_.is_bound())
				world_.bind();
			set_up(world_);
			world_.numvfs(world_.vfs);
		});
	}

	bool by_work() const override { return work_; }

	void prepare() override
	{
		unbind(world_);
		if (work_)
			telling_ = std::make_unique<telling>();
	}

	outcome run() override
	{
		const auto came = write_word(file_.c_str(), word_);

		if (work_ && came.error == 0)
			telling_->look([this] { return world_.complaint(0); });
		return came;
	}

	void check(const outcome& came) override
	{
		// Where there is no memory for a net device's name, netdev_register_kobject() does not
		// look at that, and device_add() calls a device without a name invalid.
		if (came.error != EINVAL)
			require_told(came);
		require(came.error != 0 || world_.is_bound(), "it is not bound");
		if (!world_.is_bound()) {
			require_unlisted(world_);
			return;
		}
		world_.settle(0);
		if (work_)
			telling_->require_told();
		set_up(world_);
		world_.numvfs(world_.vfs);
	}

private:
	world& world_;
	bool work_;
	std::string file_;
	std::string word_;
	std::unique_ptr<telling> telling_;
};

class unbinding : public operation {
public:
	explicit unbinding(world& w)
	    : world_(w), file_(w.driver + "/unbind"),
	      word_(std::filesystem::path(w.device).filename())
	{}

	~unbinding() override
	{
		quietly([this] { prepare(); });
	}

	void prepare() override
	{
		if (!world_.is_bound()) {
			world_.bind();
			world_.settle(0);
			set_up(world_);
		}
		world_.numvfs(world_.vfs);
	}

	outcome run() override { return write_word(file_.c_str(), word_); }

	void check(const outcome& came) override
	{
		require_told(came);
		require(came.error != 0 || !world_.is_bound(), "it is bound");
		if (world_.is_bound())
			world_.settle(world_.vfs);
		else
			require_unlisted(world_);
	}

private:
	world& world_;
	std::string file_;
	std::string word_;
};

} // namespace

void add_binds(operation_table& table)
{
	table["bind"] = [](world& w) {
		return std::make_unique<binding>(w, false);
	};
	table["bind-work"] = [](world& w) {
		return std::make_unique<binding>(w, true);
	};
	table["unbind"] = [](world& w) {
		return std::make_unique<unbinding>(w);
	};
}

} // namespace failnth
