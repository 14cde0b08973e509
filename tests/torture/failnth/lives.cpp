// SPDX-License-Identifier: GPL-2.0-only
// Coming and going of the module, of the PF's driver, and of VFs: what their own tasks ask for.
#include <cerrno>
#include <functional>
#include <memory>
#include <string>

#include <fcntl.h>
#include <net/if.h>
#include <sys/syscall.h>
#include <unistd.h>

#include <vfctl/error.hpp>

#include "lives.hpp"
#include "sweep.hpp"
#include "telling.hpp"
#include "world.hpp"

namespace failnth {

namespace {

bool module_is_loaded()
{
	return exists("/sys/module/vfctl");
}

// Nothing of the module is to be found any more.
void require_unloaded(const world& w)
{
	const auto said = await([&]() -> std::string {
		if (module_is_loaded())
			return "the module is half there";
		if (exists(w.device + "/bandwidth_allocation"))
			return "bandwidth_allocation is left";
		for (unsigned int vf = 0; vf < w.vfs; vf++)
			if (if_nametoindex(w.stub(vf).c_str()) != 0)
				return w.stub(vf) + " is left";
		return {};
	});
	require(said.empty(), said);
}

void unload(const world& w)
{
	require(syscall(SYS_delete_module, "vfctl", O_NONBLOCK) == 0, "the module does not go");
	require_unloaded(w);
}

class of_module : public operation {
public:
	explicit of_module(world& w)
	    : world_(w), file_(open(w.vfctl_ko.c_str(), O_RDONLY | O_CLOEXEC))
	{
		require(file_ >= 0, "there is no file \"" + w.vfctl_ko + "\"");
	}

	~of_module() override
	{
		if (!module_is_loaded())
			load();
		close(file_);
	}

protected:
	outcome load() const
	{
		outcome came;
		if (syscall(SYS_finit_module, file_, "", 0) != 0)
			came.error = errno;
		return came;
	}

	world& world_;

private:
	int file_;
};

// finit_module(): the PF and its VFs are there already.
class loading : public of_module {
public:
	using of_module::of_module;

	void prepare() override
	{
		if (module_is_loaded())
			unload(world_);
	}

	outcome run() override { return load(); }

	void check(const outcome& came) override
	{
		require_told(came);
		if (came.error == 0)
			world_.settle(world_.vfs);
		else
			require_unloaded(world_);
	}
};

// The same where memory fails in the module's own part of it: do_one_initcall().
class initialising : public loading {
public:
	using loading::loading;

	bool by_work() const override { return true; }

	void prepare() override
	{
		loading::prepare();
		telling_ = std::make_unique<telling>();
	}

	outcome run() override
	{
		const auto came = loading::run();

		if (came.error == 0)
			telling_->look([this] { return unknown(); });
		return came;
	}

	void check(const outcome& came) override
	{
		loading::check(came);
		if (came.error == 0)
			telling_->require_told();
	}

private:
	// That it is being set up is no complaint.
	std::string unknown()
	{
		try {
			world_.module.pf(world_.pf);
		} catch (const vfctl::error& caught) {
			if (caught.code() == std::errc::operation_not_supported)
				return caught.what();
		}
		return {};
	}

	std::unique_ptr<telling> telling_;
};

class unloading : public of_module {
public:
	using of_module::of_module;

	void prepare() override
	{
		if (!module_is_loaded())
			require(load().error == 0, "the module does not load");
		world_.settle(world_.vfs);
	}

	outcome run() override
	{
		outcome came;
		if (syscall(SYS_delete_module, "vfctl", O_NONBLOCK) != 0)
			came.error = errno;
		return came;
	}

	void check(const outcome& came) override
	{
		require_told(came);
		if (came.error == 0)
			require_unloaded(world_);
		else
			world_.settle(world_.vfs);
	}
};

// The writer of sriov_numvfs.
class making_vfs : public operation {
public:
	explicit making_vfs(world& w) : world_(w), text_(std::to_string(w.vfs)) {}

	~making_vfs() override
	{
		quietly([&] { world_.numvfs(world_.vfs); });
	}

	void prepare() override { world_.numvfs(0); }

	outcome run() override
	{
		return write_word((world_.device + "/sriov_numvfs").c_str(), text_);
	}

	void check(const outcome& came) override
	{
		const auto now = read_file(world_.device + "/sriov_numvfs");

		require_told(came);
		require(now == "0" || now == text_, "there are " + now + " VFs");
		require(came.error != 0 || now == text_, "there are no VFs");
		world_.settle(now == "0" ? 0 : world_.vfs);
	}

private:
	world& world_;
	std::string text_;
};

} // namespace

void quietly(const std::function<void()>& call) noexcept
{
	try {
		call();
	} catch (const std::exception&) {
		return;
	}
}

outcome write_word(const char* file, const std::string& word)
{
	outcome came;
	const int fd = open(file, O_WRONLY | O_CLOEXEC);

	if (fd < 0 || write(fd, word.data(), word.size()) != static_cast<ssize_t>(word.size()))
		came.error = errno;
	if (fd >= 0)
		close(fd);
	return came;
}

void add_lives(operation_table& table)
{
	table["module-load"] = [](world& w) {
		return std::make_unique<loading>(w);
	};
	table["module-init"] = [](world& w) {
		return std::make_unique<initialising>(w);
	};
	table["module-unload"] = [](world& w) {
		return std::make_unique<unloading>(w);
	};
	table["numvfs"] = [](world& w) {
		return std::make_unique<making_vfs>(w);
	};
}

} // namespace failnth
