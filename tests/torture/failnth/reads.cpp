// SPDX-License-Identifier: GPL-2.0-only
// What only reads: it comes as a whole or not at all, and changes nothing.
#include <cerrno>
#include <functional>
#include <memory>
#include <string>

#include <fcntl.h>
#include <linux/genetlink.h>
#include <linux/vfctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include <vfctl/monitor.hpp>

#include "request.hpp"
#include "sweep.hpp"
#include "world.hpp"

namespace failnth {

namespace {

void require_intact(world& w)
{
	const auto said = w.complaint(w.vfs);
	require(said.empty(), said);
}

// One request, and the number of messages that answer it.
class reading : public operation {
public:
	reading(world& w, const request& ask, unsigned int answers)
	    : world_(w), ask_(ask), answers_(answers)
	{}

	void prepare() override { talk_ = std::make_unique<conversation>(NETLINK_GENERIC); }
	outcome run() override { return talk_->ask(ask_); }

	void check(const outcome& came) override
	{
		require_told(came);
		require(came.error != 0 || talk_->count() >= answers_,
			"part of the answer is missing");
		require_intact(world_);
	}

private:
	world& world_;
	request ask_;
	unsigned int answers_;
	std::unique_ptr<conversation> talk_;
};

// A file of sysfs: opened, read and closed.
class file_reading : public operation {
public:
	file_reading(world& w, const std::string& file)
	    : world_(w), file_(file), content_(read_file(file))
	{}

	void prepare() override { got_ = 0; }

	outcome run() override
	{
		outcome came;
		const int fd = open(file_.c_str(), O_RDONLY | O_CLOEXEC);

		got_ = fd < 0 ? -1 : read(fd, text_.data(), text_.size());
		if (got_ < 0)
			came.error = errno;
		if (fd >= 0)
			close(fd);
		return came;
	}

	void check(const outcome& came) override
	{
		require_told(came);
		if (came.error == 0) {
			std::string got(text_.data(), static_cast<std::size_t>(got_));
			require(got == content_ + "\n", "it reads " + got);
		}
		require_intact(world_);
	}

private:
	world& world_;
	std::string file_;
	std::string content_;
	std::array<char, 4096> text_{};
	ssize_t got_ = 0;
};

// Whether events come is as it was told.
class joining : public operation {
public:
	joining(world& w, const std::string& group) : world_(w), group_(group_id(group)) {}

	void prepare() override
	{
		talk_ = std::make_unique<conversation>(NETLINK_GENERIC);
		world_.module.set_interval(world_.pf, std::chrono::milliseconds(1000));
	}

	outcome run() override
	{
		outcome came;

		if (setsockopt(talk_->fd(), SOL_NETLINK, NETLINK_ADD_MEMBERSHIP, &group_,
			       sizeof(group_)) != 0)
			came.error = errno;
		return came;
	}

	// An interval that is set is told of at once, and makes a sample be taken.
	void check(const outcome& came) override
	{
		char byte = 0;

		require_told(came);
		world_.module.set_interval(world_.pf, std::chrono::milliseconds(999));
		const int flags = came.error == 0 ? 0 : MSG_DONTWAIT;
		const bool heard = recv(talk_->fd(), &byte, 1, flags) > 0;
		require(heard == (came.error == 0),
			heard ? "a group was joined nevertheless" : "no event came");
		require_intact(world_);
	}

private:
	world& world_;
	unsigned int group_;
	std::unique_ptr<conversation> talk_;
};

request controller(std::uint8_t command, unsigned int flags)
{
	request ask(GENL_ID_CTRL, NLM_F_REQUEST | flags);
	const genlmsghdr head{command, 1, 0};

	ask.put_header(&head, sizeof(head));
	ask.put(CTRL_ATTR_FAMILY_NAME, VFCTL_FAMILY_NAME);
	return ask;
}

template <typename Make> operation_maker read_of(Make make)
{
	return [make](world& w) {
		return std::unique_ptr<operation>(make(w));
	};
}

void add_requests(operation_table& table)
{
	table["get-family"] = read_of(
		[](world& w) { return new reading(w, controller(CTRL_CMD_GETFAMILY, 0), 1); });
	table["get-policy"] = read_of([](world& w) {
		return new reading(w, controller(CTRL_CMD_GETPOLICY, NLM_F_DUMP), 2);
	});
	table["pf-get"] = read_of([](world& w) {
		return new reading(
			w, request::of_vfctl(VFCTL_CMD_PF_GET).put(VFCTL_A_PF_IFNAME, w.pf), 1);
	});
	table["vf-get"] = read_of([](world& w) {
		return new reading(
			w, request::of_vfctl(VFCTL_CMD_VF_GET).put(VFCTL_A_VF_IFNAME, w.stub(0)),
			1);
	});
	table["stats-get"] = read_of([](world& w) {
		return new reading(w,
				   request::of_vfctl(VFCTL_CMD_STATS_GET)
					   .put(VFCTL_A_STATS_PF_IFNAME, w.pf)
					   .put_u32(VFCTL_A_STATS_VF, 0),
				   1);
	});
	table["pf-dump"] = read_of([](world& w) {
		return new reading(w, request::of_vfctl(VFCTL_CMD_PF_GET, NLM_F_DUMP), 1);
	});
	table["vf-dump"] = read_of([](world& w) {
		return new reading(w,
				   request::of_vfctl(VFCTL_CMD_VF_GET, NLM_F_DUMP)
					   .put(VFCTL_A_VF_PF_IFNAME, w.pf),
				   w.vfs);
	});
	table["stats-dump"] = read_of([](world& w) {
		return new reading(w,
				   request::of_vfctl(VFCTL_CMD_STATS_GET, NLM_F_DUMP)
					   .put(VFCTL_A_STATS_PF_IFNAME, w.pf),
				   w.vfs);
	});
}

} // namespace

void add_reads(operation_table& table)
{
	add_requests(table);
	table["join-config"] = read_of([](world& w) { return new joining(w, VFCTL_MCGRP_CONFIG); });
	table["join-stats"] = read_of([](world& w) { return new joining(w, VFCTL_MCGRP_STATS); });
	table["allocation-read"] = read_of(
		[](world& w) { return new file_reading(w, w.device + "/bandwidth_allocation"); });
	table["maxrate-read"] = read_of([](world& w) {
		return new file_reading(w,
					"/sys/class/net/" + w.stub(0) + "/queues/tx-0/tx_maxrate");
	});
}

} // namespace failnth
