// SPDX-License-Identifier: GPL-2.0-only
// A monitor between two kernels that say what a test has written down.
#pragma once

#include "../catch.hpp"

#include <cerrno>
#include <initializer_list>
#include <memory>
#include <optional>
#include <string>
#include <utility>
#include <variant>
#include <vector>

#include <poll.h>

#include <vfctl/error.hpp>
#include <vfctl/monitor.hpp>

#include "error_of.hpp"
#include "fake_socket.hpp"
#include "monitor_access.hpp"

namespace vfctl::test {

inline constexpr std::uint16_t other_id = 40;

/// A monitor, with the two kernels' ends of its sockets.
class fake_monitor {
public:
	enum class module_is { loaded, absent };

	struct words {
		std::string operator()(const pf_event& e) const
		{
			return "pf " + e.pf.name + " " + std::string(to_string(e.what));
		}
		std::string operator()(const vf_event& e) const
		{
			return "vf " + std::to_string(e.vf.number) + " " +
			       std::string(to_string(e.what));
		}
		std::string operator()(const stats_event& e) const
		{
			return "stats " + std::to_string(e.stats.number);
		}
		std::string operator()(overrun_event /*e*/) const { return "overrun"; }
		std::string operator()(gone_event /*e*/) const { return "gone"; }
		std::string operator()(back_event /*e*/) const { return "back"; }
		std::string operator()(synced_event /*e*/) const { return "synced"; }
	};

	explicit fake_monitor(const monitor::options& wanted = {},
			      module_is now = module_is::loaded)
	    : wanted_(wanted)
	{
		asked->answer({wire::nlctrl_reply(), wire::ack()});
		if (now == module_is::loaded)
			answer_family();
		else
			answer_no_family();
	}

	void answer_family(std::uint16_t id = wire::family_id,
			   std::uint32_t config = wire::config_group)
	{
		asked->answer({wire::family_reply(wire::vfctl_family(id, config)), wire::ack()});
	}

	void answer_no_family() { asked->answer({wire::ack(ENOENT)}); }

	/// One PF with these VFs.
	void answer_snapshot(std::initializer_list<std::uint32_t> vfs,
			     std::uint16_t id = wire::family_id)
	{
		std::vector<fake_item> dump;

		asked->answer({wire::genl(VFCTL_CMD_PF_GET, wire::pf(), {}, id), wire::done()});
		for (const auto number : vfs)
			dump.emplace_back(wire::genl(VFCTL_CMD_VF_GET, wire::vf(number), {}, id));
		dump.emplace_back(wire::done());
		asked->answer(std::move(dump));
	}

	void say_family(std::uint8_t command, std::uint16_t id = wire::family_id,
			const char* name = "vfctl") const
	{
		events->say(wire::notification(command, wire::family_attrs(name, id, wire::attrs()),
					       GENL_ID_CTRL));
	}

	void say_vf(std::uint32_t number, std::uint16_t id = wire::family_id) const
	{
		events->say(
			wire::notification(VFCTL_CMD_VF_CHANGE_NTF, wire::vf_change(number), id));
	}

	monitor& operator*()
	{
		if (!monitor_)
			monitor_.emplace(monitor_access::make(std::make_unique<fake_socket>(events),
							      std::make_unique<fake_socket>(asked),
							      wanted_));
		return *monitor_;
	}

	monitor* operator->() { return &**this; }

	/// What next() returns until it has nothing, in words.
	std::vector<std::string> told()
	{
		std::vector<std::string> out;

		while (const auto e = (*this)->next())
			out.push_back(in_words(*e));
		return out;
	}

	static std::string in_words(const event& e) { return std::visit(words(), e); }

	std::shared_ptr<fake_kernel> events = std::make_shared<fake_kernel>();
	std::shared_ptr<fake_kernel> asked = std::make_shared<fake_kernel>();

private:
	monitor::options wanted_;
	std::optional<monitor> monitor_;
};

inline bool readable(int fd)
{
	pollfd p = {.fd = fd, .events = POLLIN, .revents = 0};

	return poll(&p, 1, 0) == 1;
}

using words = std::vector<std::string>;

} // namespace vfctl::test
