// SPDX-License-Identifier: GPL-2.0-only
#include "daemon.hpp"

#include <cerrno>
#include <chrono>
#include <csignal>
#include <cstdint>
#include <filesystem>
#include <memory>
#include <optional>
#include <system_error>
#include <utility>

#include <fcntl.h>
#include <spdlog/spdlog.h>
#include <sys/epoll.h>
#include <sys/file.h>
#include <systemd/sd-daemon.h>
#include <time.h>
#include <unistd.h>

#include <fmt/core.h>

#include <vfctl/client.hpp>
#include <vfctl/error.hpp>
#include <vfctl/monitor.hpp>

#include "control.hpp"
#include "control_socket.hpp"
#include "controller.hpp"
#include "event_source.hpp"
#include "exporter.hpp"
#include "guest_registry.hpp"
#include "guest_service.hpp"
#include "journal.hpp"
#include "line_server.hpp"
#include "policy_file.hpp"
#include "vsock.hpp"

namespace vfctl::daemon {

namespace {

std::uint64_t now_usec()
{
	const auto now = std::chrono::steady_clock::now().time_since_epoch();
	return static_cast<std::uint64_t>(
		std::chrono::duration_cast<std::chrono::microseconds>(now).count());
}

// Two of them would undo each other's limits. Held until the process ends.
class only_one {
public:
	explicit only_one(const std::string& folder)
	    : fd_(::open((folder + "/lock").c_str(), O_RDWR | O_CREAT | O_CLOEXEC, 0600))
	{
		if (fd_ < 0 || ::flock(fd_, LOCK_EX | LOCK_NB) != 0) {
			const int code = errno;
			throw std::system_error(
				code, std::generic_category(),
				code == EWOULDBLOCK
					? fmt::format("another vfctld runs, with {}", folder)
					: fmt::format("cannot use {}", folder));
		}
	}
	only_one(const only_one&) = delete;
	only_one& operator=(const only_one&) = delete;
	~only_one() { ::close(fd_); }

private:
	int fd_;
};

monitor::options monitor_options()
{
	monitor::options wanted;
	wanted.snapshot = true;
	return wanted;
}

const std::string& made(const std::string& folder)
{
	std::filesystem::create_directories(folder);
	return folder;
}

} // namespace

struct daemon::impl {
	explicit impl(daemon_paths where);

	void watch();
	void read_events();
	void period();
	void reload();
	void serve(const policy& next);
	void serve_metrics(const std::string& address);
	std::unique_ptr<guest_service> make_guest_channel(const policy& wanted);
	void publish();
	control_actions actions();
	void set_guest(const std::string& name, const std::optional<known_guest>& guest);

	static int on_kernel(sd_event_source*, int, std::uint32_t, void* self);
	static int on_period(sd_event_source*, std::uint64_t, void* self);
	static int on_hangup(sd_event_source*, const signalfd_siginfo*, void* self);

	daemon_paths paths;
	policy first;
	only_one lock;
	client kernel;
	monitor events;
	journal records;
	controller brain;
	event_loop loop;
	event_source kernel_source;
	event_source timer;
	event_source hangup;
	std::optional<line_server> control;
	guest_registry guests;
	std::unique_ptr<guest_service> guest_channel;
	snapshot_board board;
	std::unique_ptr<exporter> metrics; // reads the board
	std::uint64_t next_period = 0;
	std::uint64_t reloads = 0;
	std::uint64_t failed_reloads = 0;
	std::string last_failure; // of a period, so that it is told once
};

namespace {

event_loop make_loop()
{
	sd_event* loop = nullptr;
	checked(sd_event_default(&loop), "make an event loop");
	return event_loop(loop);
}

} // namespace

daemon::impl::impl(daemon_paths where)
    : paths(std::move(where)), first(load_policy(paths.config)), lock(made(paths.run_time_folder)),
      kernel(backend_type::module), events(monitor_options()),
      records(made(paths.state_folder), paths.run_time_folder), brain(kernel, records, first),
      loop(make_loop()), guests(kernel, brain, records)
{}

void daemon::impl::watch()
{
	// A signal that is not blocked would end the process before the loop sees it.
	sigset_t signals;
	sigemptyset(&signals);
	for (const int one : {SIGTERM, SIGINT, SIGHUP})
		sigaddset(&signals, one);
	::sigprocmask(SIG_BLOCK, &signals, nullptr);
	checked(sd_event_add_signal(loop.get(), nullptr, SIGTERM, nullptr, nullptr),
		"wait for SIGTERM");
	checked(sd_event_add_signal(loop.get(), nullptr, SIGINT, nullptr, nullptr),
		"wait for SIGINT");
	sd_event_source* source = nullptr;
	checked(sd_event_add_signal(loop.get(), &source, SIGHUP, on_hangup, this),
		"wait for SIGHUP");
	hangup.reset(source);
	checked(sd_event_add_io(loop.get(), &source, events.fd(), EPOLLIN, on_kernel, this),
		"watch the kernel's events");
	kernel_source.reset(source);
	next_period = now_usec();
	checked(sd_event_add_time(loop.get(), &source, CLOCK_MONOTONIC, next_period, 1, on_period,
				  this),
		"set a timer");
	timer.reset(source);
	checked(sd_event_set_watchdog(loop.get(), 1), "tell systemd's watchdog");
	serve_metrics(first.metrics_listen);
	control.emplace(
		loop.get(), listen_for_control(paths.run_time_folder + "/control", "vfctl"),
		line_limits(),
		line_server::handlers{
			.reply =
				[all = actions()](std::uint32_t /*cid*/, std::string_view line) {
					return line_server::answer{answer_control(line, all)};
				},
			.may_connect = nullptr,
			.broke_rules = nullptr});
	guest_channel = make_guest_channel(first);
}

void daemon::impl::serve_metrics(const std::string& address)
{
	metrics.reset();
	if (!address.empty())
		metrics = std::make_unique<exporter>(address, board);
}

std::unique_ptr<guest_service> daemon::impl::make_guest_channel(const policy& wanted)
{
	if (!wanted.guest_channel)
		return nullptr;
	return std::make_unique<guest_service>(loop.get(), tool::listen_on_vsock(wanted.guest_port),
					       guests, wanted.guest_requests_per_sec);
}

// How others reach the daemon, by another policy: all of that, or nothing.
void daemon::impl::serve(const policy& next)
{
	const policy& now = brain.wanted();
	const bool other_channel =
		next.guest_channel != now.guest_channel || next.guest_port != now.guest_port;
	auto channel = other_channel ? make_guest_channel(next) : nullptr;
	if (next.metrics_listen != now.metrics_listen) {
		try {
			serve_metrics(next.metrics_listen);
		} catch (const std::exception&) {
			// It was free a moment ago.
			serve_metrics(now.metrics_listen);
			throw;
		}
	}
	if (other_channel)
		guest_channel = std::move(channel);
	else if (guest_channel)
		guest_channel->set_rate(next.guest_requests_per_sec);
}

int daemon::impl::on_kernel(sd_event_source* /*unused*/, int /*unused*/, std::uint32_t /*unused*/,
			    void* self)
{
	static_cast<impl*>(self)->read_events();
	return 0;
}

int daemon::impl::on_period(sd_event_source* source, std::uint64_t /*unused*/, void* self)
{
	auto& me = *static_cast<impl*>(self);
	me.period();
	// One that took too long is not made up for.
	const auto length = static_cast<std::uint64_t>(
		std::chrono::microseconds(me.brain.wanted().period).count());
	me.next_period = std::max(me.next_period + length, now_usec());
	checked(sd_event_source_set_time(source, me.next_period), "set a timer");
	checked(sd_event_source_set_enabled(source, SD_EVENT_ONESHOT), "set a timer");
	return 0;
}

int daemon::impl::on_hangup(sd_event_source* /*unused*/, const signalfd_siginfo* /*unused*/,
			    void* self)
{
	try {
		static_cast<impl*>(self)->reload();
	} catch (const std::exception&) {
		// It was logged, and the policy is what it was.
	}
	return 0;
}

void daemon::impl::read_events()
{
	for (;;) {
		try {
			const auto one = events.next();
			if (!one)
				return;
			brain.take(*one);
		} catch (const error& e) {
			spdlog::error("{}", e.what());
			return;
		}
	}
}

void daemon::impl::period()
{
	try {
		read_events();
		brain.think(std::chrono::steady_clock::now());
		last_failure.clear();
	} catch (const std::exception& e) {
		if (last_failure != e.what())
			spdlog::error("{}", e.what());
		last_failure = e.what();
	}
	publish();
}

void daemon::impl::publish()
{
	auto next = std::make_shared<snapshot>(brain.view(std::chrono::steady_clock::now()));
	next->reloads = reloads;
	next->failed_reloads = failed_reloads;
	if (guest_channel) {
		next->guest_requests = guest_channel->requests();
		next->guest_refusals = guest_channel->refusals();
		next->guest_cut_offs = guest_channel->cut_offs();
	}
	board.put(std::move(next));
}

void daemon::impl::reload()
{
	sd_notifyf(0, "RELOADING=1\nMONOTONIC_USEC=%llu",
		   static_cast<unsigned long long>(now_usec()));
	try {
		policy next = load_policy(paths.config);
		serve(next);
		brain.take(std::move(next));
		++reloads;
		spdlog::info("the policy was read again: {}", paths.config);
		sd_notify(0, "READY=1\nSTATUS=Controls VFs.");
	} catch (const std::exception& e) {
		++failed_reloads;
		spdlog::error("the policy stays as it was: {}", e.what());
		sd_notify(0, "READY=1\nSTATUS=The last policy file was refused.");
		throw;
	}
}

void daemon::impl::set_guest(const std::string& name, const std::optional<known_guest>& guest)
{
	lasting_state next = records.lasting();
	if (guest)
		put_guest(next, name, *guest);
	else
		next.guests.erase(name);
	records.save(next);
}

control_actions daemon::impl::actions()
{
	return {
		.view =
			[this] {
				read_events();
				publish();
				return *board.get();
			},
		.wanted = [this] { return brain.wanted(); },
		.pause = [this](bool paused) { brain.pause(paused); },
		.reload = [this] { reload(); },
		.add_guest = [this](const std::string& name,
				    const known_guest& guest) { set_guest(name, guest); },
		.remove_guest =
			[this](const std::string& name) {
				const bool known = records.lasting().guests.count(name) != 0;
				set_guest(name, std::nullopt);
				return known;
			},
	};
}

daemon::daemon(daemon_paths paths) : impl_(std::make_unique<impl>(std::move(paths))) {}

daemon::~daemon() = default;

int daemon::run()
{
	impl_->watch();
	sd_notify(0, "READY=1\nSTATUS=Controls VFs.");
	const int status = checked(sd_event_loop(impl_->loop.get()), "run the event loop");
	sd_notify(0, "STOPPING=1");
	spdlog::info("ends; limits stay as they are");
	return status;
}

} // namespace vfctl::daemon
