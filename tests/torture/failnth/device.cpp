// SPDX-License-Identifier: GPL-2.0-only
// What others ask of a stub device or do to a PF: ethtool, rtnetlink.
#include <array>
#include <cerrno>
#include <cstring>
#include <memory>
#include <string>
#include <string_view>

#include <libmnl/libmnl.h>
#include <linux/ethtool.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/sockios.h>
#include <net/if.h>
#include <sys/ioctl.h>
#include <sys/socket.h>
#include <unistd.h>

#include "device.hpp"
#include "listener.hpp"
#include "sweep.hpp"
#include "world.hpp"

namespace failnth {

namespace {

// As ethtool does for -i, -S and without an option.
class asking_ethtool : public operation {
public:
	explicit asking_ethtool(world& w)
	    : world_(w), socket_(socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0))
	{
		require(socket_ >= 0, "no socket");
		world_.stub(0).copy(ifr_.ifr_name, IFNAMSIZ - 1);
	}

	~asking_ethtool() override { close(socket_); }

	void prepare() override
	{
		driver_ = {};
		std::memset(strings_.data(), 0, sizeof(strings_));
		std::memset(stats_.data(), 0, sizeof(stats_));
		std::memset(link_.data(), 0, sizeof(link_));
	}

	outcome run() override
	{
		outcome came;

		driver_.cmd = ETHTOOL_GDRVINFO;
		if (!ask(&driver_, came))
			return came;
		// One set, behind it room for its size.
		std::array<__u32, 5> sets{ETHTOOL_GSSET_INFO, 0, 1U << ETH_SS_STATS, 0, 0};
		if (!ask(sets.data(), came))
			return came;
		count_ = sets[4];
		strings_[0] = ETHTOOL_GSTRINGS;
		strings_[1] = ETH_SS_STATS;
		stats_[0] = ETHTOOL_GSTATS;
		if (!ask(strings_.data(), came) || !ask(stats_.data(), came))
			return came;
		auto* const link = reinterpret_cast<ethtool_link_settings*>(link_.data());
		link->cmd = ETHTOOL_GLINKSETTINGS;
		if (!ask(link, came))
			return came;
		// The first answer is how much room the rest of the second takes.
		link->link_mode_masks_nwords = static_cast<__s8>(-link->link_mode_masks_nwords);
		ask(link, came);
		return came;
	}

	void check(const outcome& came) override
	{
		require_told(came);
		if (came.error == 0) {
			const auto* names = reinterpret_cast<const char*>(strings_.data() + 3);
			require(std::string_view(driver_.driver) == "vfctl",
				"it has another driver");
			require(count_ > 3 && strings_[2] == count_ && stats_[1] == count_,
				"counters are missing");
			require(std::string_view(names) == "rx_packets", "they have other names");
			const auto* link =
				reinterpret_cast<const ethtool_link_settings*>(link_.data());
			require(link->port == PORT_OTHER, "the link has another port");
		}
		const auto said = world_.complaint(world_.vfs);
		require(said.empty(), said);
	}

private:
	bool ask(void* what, outcome& came)
	{
		ifr_.ifr_data = static_cast<char*>(what);
		if (ioctl(socket_, SIOCETHTOOL, &ifr_) == 0)
			return true;
		came.error = errno;
		return false;
	}

	world& world_;
	int socket_;
	ifreq ifr_{};
	ethtool_drvinfo driver_{};
	__u32 count_ = 0;
	// A header of three or two words, and room for 256 counters.
	std::array<__u32, 3 + 256 * ETH_GSTRING_LEN / 4> strings_{};
	std::array<__u32, 2 + 256 * 2> stats_{};
	alignas(ethtool_link_settings) std::array<__u32, 12 + 3 * 127> link_{};
};

// As "ip -d link show" does.
class showing_link : public operation {
public:
	explicit showing_link(world& w) : world_(w), ask_(RTM_GETLINK, NLM_F_REQUEST)
	{
		const ifinfomsg head{};

		ask_.put_header(&head, sizeof(head));
		ask_.put(IFLA_IFNAME, w.stub(0));
	}

	void prepare() override { talk_ = std::make_unique<conversation>(NETLINK_ROUTE); }
	outcome run() override { return talk_->ask(ask_); }

	void check(const outcome& came) override
	{
		std::string name;

		require_told(came);
		talk_->each([&](const nlmsghdr* head) {
			each_attribute(head, sizeof(ifinfomsg), [&](const nlattr* attribute) {
				if (mnl_attr_get_type(attribute) == IFLA_IFNAME)
					name = mnl_attr_get_str(attribute);
			});
		});
		require(came.error != 0 || name == world_.stub(0), "it shows \"" + name + "\"");
		const auto said = world_.complaint(world_.vfs);
		require(said.empty(), said);
	}

private:
	world& world_;
	request ask_;
	std::unique_ptr<conversation> talk_;
};

// The PF to another name and back, one each run. Its stubs follow.
class renaming : public operation {
public:
	explicit renaming(world& w) : world_(w), names_{w.pf, w.pf + "x"} {}

	~renaming() override
	{
		conversation talk(NETLINK_ROUTE);
		talk.ask(change_link(world_.index).put(IFLA_IFNAME, names_[0]));
	}

	void prepare() override
	{
		wanted_ = names_[world_.pf == names_[0]];
		ask_ = std::make_unique<request>(
			change_link(world_.index).put(IFLA_IFNAME, wanted_));
		talk_ = std::make_unique<conversation>(NETLINK_ROUTE);
		listener_ = std::make_unique<listener>();
	}

	outcome run() override { return talk_->ask(*ask_); }

	void check(const outcome& came) override
	{
		std::array<char, IF_NAMESIZE> name{};

		require_told(came);
		require(if_indextoname(world_.index, name.data()) != nullptr, "the PF is gone");
		const bool renamed = wanted_ == name.data();
		require(renamed || world_.pf == name.data(), "it has a third name");
		require(renamed || came.error != 0, "nothing has changed");
		world_.pf = name.data();
		world_.settle(world_.vfs);
		listener_->listen();
		listener_->require_heard(renamed, [&](const vfctl::event& event) {
			const auto* pf = std::get_if<vfctl::pf_event>(&event);
			return pf != nullptr && pf->what == vfctl::change::changed &&
			       pf->pf.name == wanted_;
		});
	}

private:
	world& world_;
	std::array<std::string, 2> names_;
	std::string wanted_;
	std::unique_ptr<request> ask_;
	std::unique_ptr<conversation> talk_;
	std::unique_ptr<listener> listener_;
};

template <typename Operation> operation_maker make()
{
	return [](world& w) {
		return std::make_unique<Operation>(w);
	};
}

} // namespace

request change_link(unsigned int index)
{
	request ask(RTM_SETLINK, NLM_F_REQUEST | NLM_F_ACK);
	ifinfomsg head{};

	head.ifi_index = static_cast<int>(index);
	ask.put_header(&head, sizeof(head));
	return ask;
}

void bring_up(const std::string& name)
{
	const int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	ifreq ifr{};

	name.copy(ifr.ifr_name, IFNAMSIZ - 1);
	const bool read = fd >= 0 && ioctl(fd, SIOCGIFFLAGS, &ifr) == 0;
	ifr.ifr_flags = static_cast<short>(ifr.ifr_flags | IFF_UP);
	const bool done = read && ioctl(fd, SIOCSIFFLAGS, &ifr) == 0;
	if (fd >= 0)
		close(fd);
	require(done, name + " does not come up");
}

void add_device(operation_table& table)
{
	table["ethtool"] = make<asking_ethtool>();
	table["get-link"] = make<showing_link>();
	table["rename"] = make<renaming>();
}

} // namespace failnth
