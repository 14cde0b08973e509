/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What ethtool(8) says of a stub device.
 */
#ifndef VFCTL_STUB_ETHTOOL_H
#define VFCTL_STUB_ETHTOOL_H

#include <linux/ethtool.h>

extern const struct ethtool_ops vfctl_stub_ethtool_ops;

#endif /* VFCTL_STUB_ETHTOOL_H */
