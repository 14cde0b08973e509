// SPDX-License-Identifier: GPL-2.0-only
#include "metrics.hpp"

#include <array>
#include <chrono>
#include <optional>
#include <string>
#include <utility>

namespace vfctl::daemon {

namespace {

using prometheus::ClientMetric;
using prometheus::MetricFamily;
using prometheus::MetricType;
using labels = std::vector<ClientMetric::Label>;

// As the exporter has them, and as Prometheus would have them.
constexpr const char* exporters_address = "pciAddr";
constexpr const char* own_address = "pci_address";

labels labels_of(const vf_view& vf, const char* address)
{
	return {{"pf", vf.info.pf_name},
		{"vf", std::to_string(vf.info.number)},
		{address, vf.info.bus_address.value_or("")},
		{"numa_node", vf.numa_node ? std::to_string(*vf.numa_node) : ""}};
}

ClientMetric metric(MetricType type, labels with, double value)
{
	ClientMetric one;
	one.label = std::move(with);
	switch (type) {
	case MetricType::Counter:
		one.counter.value = value;
		break;
	case MetricType::Untyped:
		one.untyped.value = value;
		break;
	default:
		one.gauge.value = value;
	}
	return one;
}

class families {
public:
	explicit families(const snapshot& of) : of_(of) {}

	/// One of the daemon.
	void add(const char* name, MetricType type, const char* help, double value,
		 labels with = {})
	{
		MetricFamily& family = begin(name, type, help);
		family.metric.push_back(metric(type, std::move(with), value));
	}

	/// Another one with the same name, for other labels.
	void more(double value, labels with)
	{
		MetricFamily& family = all_.back();
		family.metric.push_back(metric(family.type, std::move(with), value));
	}

	/// One of each VF for which `value` gives anything.
	template <typename Value>
	void of_vfs(const char* name, MetricType type, const char* help, Value value)
	{
		MetricFamily& family = begin(name, type, help);
		const char* address = type == MetricType::Untyped ? exporters_address : own_address;
		for (const auto& vf : of_.vfs) {
			const std::optional<double> is = value(vf);
			if (is)
				family.metric.push_back(metric(type, labels_of(vf, address), *is));
		}
		drop_empty();
	}

	template <typename Value>
	void of_pfs(const char* name, MetricType type, const char* help, Value value)
	{
		MetricFamily& family = begin(name, type, help);
		for (const auto& pf : of_.pfs) {
			const std::optional<double> is = value(pf);
			if (is)
				family.metric.push_back(metric(type, {{"pf", pf.info.name}}, *is));
		}
		drop_empty();
	}

	std::vector<MetricFamily> take() { return std::move(all_); }

private:
	MetricFamily& begin(const char* name, MetricType type, const char* help)
	{
		MetricFamily family;
		family.name = name;
		family.help = help;
		family.type = type;
		all_.push_back(std::move(family));
		return all_.back();
	}

	void drop_empty()
	{
		if (all_.back().metric.empty())
			all_.pop_back();
	}

	const snapshot& of_;
	std::vector<MetricFamily> all_;
};

struct counted {
	const char* name;
	counter which;
	const char* help;
};

// Those of the exporter. It has them as counters; their names have no _total, as counters' names
// should, so they are told without a type, which rate() does not mind.
constexpr std::array exported = {
	counted{"sriov_vf_rx_bytes", counter::rx_bytes, "Received by the VF, in bytes."},
	counted{"sriov_vf_tx_bytes", counter::tx_bytes, "Sent by the VF, in bytes."},
	counted{"sriov_vf_rx_packets", counter::rx_packets, "Packets received by the VF."},
	counted{"sriov_vf_tx_packets", counter::tx_packets, "Packets sent by the VF."},
	counted{"sriov_vf_rx_multicast", counter::rx_multicast,
		"Multicast packets received by the VF."},
	counted{"sriov_vf_rx_broadcast", counter::rx_broadcast,
		"Broadcast packets received by the VF."},
	counted{"sriov_vf_rx_dropped", counter::rx_dropped,
		"Packets for the VF that were dropped."},
	counted{"sriov_vf_tx_dropped", counter::tx_dropped, "Packets of the VF that were dropped."},
};

// Prometheus' base unit, as the counters have it.
std::optional<double> in_bytes(const std::optional<double>& bits)
{
	return bits ? std::optional(*bits / 8) : std::nullopt;
}

std::optional<double> in_bytes(const std::optional<rate>& limit)
{
	if (!limit || limit->is_none())
		return std::nullopt;
	return static_cast<double>(limit->bits_per_sec()) / 8;
}

std::optional<double> number(std::uint64_t n)
{
	return static_cast<double>(n);
}

std::optional<double> number(const std::optional<std::uint32_t>& n)
{
	return n ? std::optional<double>(*n) : std::nullopt;
}

void add_limits(families& to)
{
	to.of_vfs("vfctl_vf_hard_limit_bytes_per_second", MetricType::Gauge,
		  "The host's transmit limit; no series without one.",
		  [](const vf_view& vf) { return in_bytes(vf.info.hard); });
	to.of_vfs("vfctl_vf_soft_limit_bytes_per_second", MetricType::Gauge,
		  "The guest's transmit limit; no series without one.",
		  [](const vf_view& vf) { return in_bytes(vf.info.soft); });
	to.of_vfs("vfctl_vf_effective_limit_bytes_per_second", MetricType::Gauge,
		  "The limit that the device is to apply; no series without one.",
		  [](const vf_view& vf) { return in_bytes(vf.info.effective); });
	to.of_vfs("vfctl_vf_limit_pending", MetricType::Gauge,
		  "1 while the device does not apply its limit yet.",
		  [](const vf_view& vf) -> std::optional<double> {
			  if (!vf.info.state)
				  return std::nullopt;
			  return *vf.info.state == limit_state::pending ? 1 : 0;
		  });
}

void add_samples(families& to, std::chrono::steady_clock::time_point now)
{
	to.of_vfs("vfctl_vf_sample_age_seconds", MetricType::Gauge, "Since the counters were read.",
		  [now](const vf_view& vf) -> std::optional<double> {
			  if (!vf.stats.time)
				  return std::nullopt;
			  return std::chrono::duration<double>(now - *vf.stats.time).count();
		  });
	to.of_vfs("vfctl_vf_card_resets_total", MetricType::Counter,
		  "How often the card's counters were found cleared.",
		  [](const vf_view& vf) { return number(vf.stats.resets); });
	to.of_vfs("vfctl_vf_sample_gaps_total", MetricType::Counter,
		  "How often a sample came too late for the totals to be more than a lower bound.",
		  [](const vf_view& vf) { return number(vf.stats.gaps); });
}

void add_decisions(families& to)
{
	to.of_vfs("vfctl_vf_use_bytes_per_second", MetricType::Gauge,
		  "What the VF sent in the last period.",
		  [](const vf_view& vf) { return in_bytes(vf.use); });
	to.of_vfs("vfctl_vf_demand_bytes_per_second", MetricType::Gauge,
		  "What the VF would send; no series while it wants all that it can get.",
		  [](const vf_view& vf) { return in_bytes(vf.demand); });
	to.of_vfs("vfctl_vf_share_bytes_per_second", MetricType::Gauge,
		  "What the controller gave the VF; no series where it is not managed.",
		  [](const vf_view& vf) { return in_bytes(vf.share); });
	to.of_vfs("vfctl_vf_managed", MetricType::Gauge,
		  "1 where the controller sets the limit of the VF, 0 where it observes it.",
		  [](const vf_view& vf) -> std::optional<double> {
			  return vf.mode == vf_mode::observe ? 0 : 1;
		  });
	to.of_vfs("vfctl_vf_limit_writes_total", MetricType::Counter,
		  "Limits that the controller set.",
		  [](const vf_view& vf) { return number(vf.writes); });
	to.of_vfs("vfctl_vf_limit_failures_total", MetricType::Counter,
		  "Limits of the controller that were refused.",
		  [](const vf_view& vf) { return number(vf.failures); });
	to.of_vfs("vfctl_vf_corrections_total", MetricType::Counter,
		  "Limits of others that the controller undid.",
		  [](const vf_view& vf) { return number(vf.corrections); });
	to.of_vfs("vfctl_vf_acceptances_total", MetricType::Counter,
		  "Limits of others that the controller accepted as a cap.",
		  [](const vf_view& vf) { return number(vf.acceptances); });
	to.of_pfs("vfctl_pf_capacity_bytes_per_second", MetricType::Gauge,
		  "What VFs of the PF share; no series while its link is down.",
		  [](const pf_view& pf) { return in_bytes(pf.capacity); });
	to.of_pfs("vfctl_pf_use_bytes_per_second", MetricType::Gauge,
		  "What all VFs of the PF sent in the last period.",
		  [](const pf_view& pf) { return in_bytes(std::optional(pf.use)); });
}

void add_daemon(families& to, const snapshot& what)
{
	to.add("vfctl_controller_paused", MetricType::Gauge, "1 while the controller is paused.",
	       what.paused ? 1 : 0);
	to.add("vfctl_module_present", MetricType::Gauge, "1 while the module vfctl is loaded.",
	       what.module_present ? 1 : 0);
	to.add("vfctl_controller_periods_total", MetricType::Counter,
	       "How often limits were thought over.", static_cast<double>(what.periods));
	to.add("vfctl_controller_period_duration_seconds", MetricType::Gauge,
	       "How long the last period took to read counters and set limits.",
	       what.last_period_seconds);
	to.add("vfctl_guest_requests_total", MetricType::Counter, "Requests of guests over vsock.",
	       static_cast<double>(what.guest_requests));
	to.add("vfctl_guest_refusals_total", MetricType::Counter,
	       "Requests of guests that were refused.", static_cast<double>(what.guest_refusals));
	to.add("vfctl_guest_cut_offs_total", MetricType::Counter,
	       "How often a guest was cut off, since it flooded or sent what is no request.",
	       static_cast<double>(what.guest_cut_offs));
	to.add("vfctl_policy_reloads_total", MetricType::Counter,
	       "How often the policy was read again.", static_cast<double>(what.reloads),
	       {{"result", "success"}});
	to.more(static_cast<double>(what.failed_reloads), {{"result", "failure"}});
}

} // namespace

std::vector<MetricFamily> metrics_of(const snapshot& what)
{
	families all(what);
	for (const auto& one : exported) {
		all.of_vfs(one.name, MetricType::Untyped, one.help,
			   [&](const vf_view& vf) -> std::optional<double> {
				   const auto value = vf.stats.counters[one.which];
				   return value ? number(*value) : std::nullopt;
			   });
	}
	add_limits(all);
	add_samples(all, what.time);
	add_decisions(all);
	add_daemon(all, what);
	return all.take();
}

} // namespace vfctl::daemon
