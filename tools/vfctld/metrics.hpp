// SPDX-License-Identifier: GPL-2.0-only
#pragma once

#include <vector>

#include <prometheus/metric_family.h>

#include "snapshot.hpp"

namespace vfctl::daemon {

/// What Prometheus is told of a snapshot.
///
/// Counters of VFs have the names and labels of the SR-IOV network metrics exporter of Kubernetes
/// (k8snetworkplumbingwg/sriov-network-metrics-exporter): sriov_vf_rx_bytes{pf,vf,pciAddr,
/// numa_node}. All else begins with vfctl_, has the label pci_address in place of
/// pciAddr, and rates in bytes per second, Prometheus' base unit. What is not known has no series; a limit of "none" has
/// none either.
std::vector<prometheus::MetricFamily> metrics_of(const snapshot& what);

} // namespace vfctl::daemon
