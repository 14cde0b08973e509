// SPDX-License-Identifier: GPL-2.0-only
/*
 * What ethtool(8) says of a stub device.
 */
#include <linux/bits.h>
#include <linux/bitops.h>
#include <linux/device.h>
#include <linux/ethtool.h>
#include <linux/netdevice.h>

#include "compat.h"
#include "pf.h"
#include "sample.h"
#include "stub_ethtool.h"
#include "stub_priv.h"

/* Counters of a VF, in the VF's own perspective. */
static const char *const vfctl_counter_names[VFCTL_CNT_MAX] = {
	[VFCTL_CNT_RX_PACKETS] = "rx_packets",
	[VFCTL_CNT_TX_PACKETS] = "tx_packets",
	[VFCTL_CNT_RX_BYTES] = "rx_bytes",
	[VFCTL_CNT_TX_BYTES] = "tx_bytes",
	[VFCTL_CNT_RX_MULTICAST] = "rx_multicast",
	[VFCTL_CNT_RX_BROADCAST] = "rx_broadcast",
	[VFCTL_CNT_RX_DROPPED] = "rx_dropped",
	[VFCTL_CNT_TX_DROPPED] = "tx_dropped",
	[VFCTL_CNT_RX_LB_PACKETS] = "rx_loopback_packets",
	[VFCTL_CNT_TX_LB_PACKETS] = "tx_loopback_packets",
	[VFCTL_CNT_RX_LB_BYTES] = "rx_loopback_bytes",
	[VFCTL_CNT_TX_LB_BYTES] = "tx_loopback_bytes",
};

/* And what is to be known of the counters themselves. */
static const char *const vfctl_sample_names[] = {
	"sample_age_ms",
	"counter_resets",
	"counter_gaps",
};

static struct vfctl_vf *vfctl_stub_of(const struct net_device *dev)
{
	const struct vfctl_stub *stub = netdev_priv(dev);

	return stub->vf;
}

static void vfctl_get_drvinfo(struct net_device *dev,
			      struct ethtool_drvinfo *info)
{
	struct vfctl_vf_info vf;

	vfctl_vf_get_info(vfctl_stub_of(dev), &vf);
	strscpy(info->driver, "vfctl", sizeof(info->driver));
	strscpy(info->bus_info, vf.bus_info, sizeof(info->bus_info));
}

static int vfctl_get_sset_count(struct net_device *dev, int sset)
{
	u32 counters = vfctl_stub_of(dev)->pf->counters;

	if (sset != ETH_SS_STATS)
		return -EOPNOTSUPP;
	if (!counters)
		return 0;

	return hweight32(counters) + ARRAY_SIZE(vfctl_sample_names);
}

static void vfctl_get_strings(struct net_device *dev, u32 sset, u8 *data)
{
	u32 counters = vfctl_stub_of(dev)->pf->counters;
	unsigned int i;

	if (sset != ETH_SS_STATS || !counters)
		return;

	for (i = 0; i < VFCTL_CNT_MAX; i++)
		if (counters & BIT(i))
			ethtool_puts(&data, vfctl_counter_names[i]);
	for (i = 0; i < ARRAY_SIZE(vfctl_sample_names); i++)
		ethtool_puts(&data, vfctl_sample_names[i]);
}

static void vfctl_get_stats(struct net_device *dev, struct ethtool_stats *stats,
			    u64 *data)
{
	struct vfctl_vf *vf = vfctl_stub_of(dev);
	u32 counters = vf->pf->counters;
	struct vfctl_accum acc;
	unsigned int i;
	u64 age;

	if (!counters)
		return;

	vfctl_sample_refresh(vf);
	vfctl_sample_get(vf, &acc);
	for (i = 0; i < VFCTL_CNT_MAX; i++)
		if (counters & BIT(i))
			*data++ = acc.total[i];

	age = acc.time_ns ? ktime_get_ns() - acc.time_ns : 0;
	*data++ = div_u64(age, NSEC_PER_MSEC);
	*data++ = acc.resets;
	*data++ = acc.gaps;
}

/* The link is the PF's. */
static int vfctl_show_link_ksettings(struct net_device *dev,
				     struct ethtool_link_ksettings *ks)
{
	struct vfctl_pf_info info;

	vfctl_pf_get_info(vfctl_stub_of(dev)->pf, &info);
	ethtool_link_ksettings_zero_link_mode(ks, supported);
	ks->base.speed = info.link_mbit ? info.link_mbit : SPEED_UNKNOWN;
	ks->base.duplex = info.link_mbit ? DUPLEX_FULL : DUPLEX_UNKNOWN;
	ks->base.port = PORT_OTHER;
	return 0;
}

const struct ethtool_ops vfctl_stub_ethtool_ops = {
	.get_drvinfo = vfctl_get_drvinfo,
	.get_link = ethtool_op_get_link,
	.get_sset_count = vfctl_get_sset_count,
	.get_strings = vfctl_get_strings,
	.get_ethtool_stats = vfctl_get_stats,
	.get_link_ksettings = vfctl_show_link_ksettings,
};
