// SPDX-License-Identifier: GPL-2.0-only
/*
 * Provider of last resort: the ndo_*_vf_* callbacks that a PF driver offers
 * to rtnetlink.
 *
 * A driver may find its VFs gone in the midst of a call, so each call looks
 * anew whether its VF is there: drivers index arrays by that number.
 */
#include <linux/bits.h>
#include <linux/device.h>
#include <linux/netdevice.h>
#include <linux/pm_runtime.h>
#include <linux/string.h>

#include "compat.h"
#include "pf.h"
#include "provider.h"
#include "uapi/linux/vfctl.h"

#define VFCTL_BASE_COUNTERS (BIT(VFCTL_CNT_RX_PACKETS) |	\
			     BIT(VFCTL_CNT_TX_PACKETS) |	\
			     BIT(VFCTL_CNT_RX_BYTES) |		\
			     BIT(VFCTL_CNT_TX_BYTES))
#define VFCTL_CAST_COUNTERS (BIT(VFCTL_CNT_RX_MULTICAST) |	\
			     BIT(VFCTL_CNT_RX_BROADCAST))
#define VFCTL_DROP_COUNTERS (BIT(VFCTL_CNT_RX_DROPPED) |	\
			     BIT(VFCTL_CNT_TX_DROPPED))

/*
 * Which fields of struct ifla_vf_stats a driver fills, and whether it takes a
 * minimum rate, read from its ndo_get_vf_stats and ndo_set_vf_rate in Linux
 * 6.12. Nothing at run time tells a field that is never filled from a counter
 * that stands at 0. Of a driver that is not listed only packets and bytes are
 * believed, and its minimum rate is tried.
 */
static const struct vfctl_ndo_traits {
	const char *driver;
	u32 counters;
	bool no_min_rate;
	bool none_is_link_speed;	/* reads so where there is no limit */
	bool forgets_at_speed;		/* when the link has another speed */
} vfctl_ndo_traits[] = {
	{ "LiquidIO", VFCTL_BASE_COUNTERS | VFCTL_CAST_COUNTERS, false },
	{ "be2net", VFCTL_BASE_COUNTERS, true },
	{ "cxgb4", VFCTL_BASE_COUNTERS, true },
	{ "fm10k", VFCTL_BASE_COUNTERS | BIT(VFCTL_CNT_RX_DROPPED), true },
	{ "funeth", VFCTL_BASE_COUNTERS, true },
	{ "hns3", VFCTL_BASE_COUNTERS, true },
	{ "i40e", VFCTL_BASE_COUNTERS | VFCTL_CAST_COUNTERS |
		  VFCTL_DROP_COUNTERS, true },
	{ "ice", VFCTL_BASE_COUNTERS | VFCTL_CAST_COUNTERS |
		 VFCTL_DROP_COUNTERS, false },
	{ "igb", VFCTL_BASE_COUNTERS, true, .forgets_at_speed = true },
	{ "ionic", VFCTL_BASE_COUNTERS | VFCTL_CAST_COUNTERS |
		   VFCTL_DROP_COUNTERS, true },
	{ "ixgbe", VFCTL_BASE_COUNTERS | BIT(VFCTL_CNT_RX_MULTICAST), true,
	  .forgets_at_speed = true },
	{ "mlx4_core", VFCTL_BASE_COUNTERS, true },
	{ "mlx5_core", VFCTL_BASE_COUNTERS | VFCTL_CAST_COUNTERS |
		       VFCTL_DROP_COUNTERS, false },
	{ "qede", VFCTL_BASE_COUNTERS, false, true },
};

static const struct vfctl_ndo_traits *vfctl_ndo_find(const struct vfctl_pf *pf)
{
	const char *driver = dev_driver_string(pf->parent);
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vfctl_ndo_traits); i++)
		if (!strcmp(vfctl_ndo_traits[i].driver, driver))
			return &vfctl_ndo_traits[i];

	return NULL;
}

u32 vfctl_ndo_caps(struct vfctl_pf *pf)
{
	const struct vfctl_ndo_traits *traits = vfctl_ndo_find(pf);

	if (!pf->dev->netdev_ops->ndo_set_vf_rate)
		return 0;
	if (traits && traits->no_min_rate)
		return VFCTL_CAP_MAX_RATE;

	return VFCTL_CAP_MAX_RATE | VFCTL_CAP_MIN_RATE;
}

static u32 vfctl_ndo_counters(struct vfctl_pf *pf)
{
	const struct vfctl_ndo_traits *traits = vfctl_ndo_find(pf);

	if (!pf->dev->netdev_ops->ndo_get_vf_stats)
		return 0;

	return traits ? traits->counters : VFCTL_BASE_COUNTERS;
}

/*
 * Take what a callback about a VF needs. A PF whose link is down may sleep, and
 * a driver that reads a register of a sleeping device takes it for removed
 * (igb_rd32()); one that was shut down or is being recovered is detached.
 */
static int vfctl_ndo_enter(struct vfctl_pf *pf, unsigned int vf, bool *awake,
			   struct netlink_ext_ack *extack)
{
	int active;

	if (!vfctl_pf_has_vf(pf, vf, extack))
		return -ENODEV;

	/* -EACCES and -EINVAL say that nobody manages its power: it is awake. */
	active = vfctl_pm_get_if_active(pf->parent);
	*awake = active > 0;
	if (!active) {
		NL_SET_ERR_MSG_FMT(extack, "%s sleeps while its link is down",
				   pf->dev->name);
		return -ENETDOWN;
	}
	if (!netif_device_present(pf->dev)) {
		NL_SET_ERR_MSG_FMT(extack, "%s is detached from its hardware now",
				   pf->dev->name);
		if (*awake)
			pm_runtime_put_noidle(pf->parent);
		return -ENETDOWN;
	}

	vfctl_lock_ops(pf->dev);
	return 0;
}

/* Without asking whether it is idle: that would start its timer anew. */
static void vfctl_ndo_leave(struct vfctl_pf *pf, bool awake)
{
	vfctl_unlock_ops(pf->dev);
	if (awake)
		pm_runtime_put_noidle(pf->parent);
}

static int vfctl_ndo_read(struct vfctl_pf *pf, unsigned int vf,
			  struct vfctl_reading *r,
			  struct netlink_ext_ack *extack)
{
	struct ifla_vf_stats stats = {};
	bool awake;
	int err;

	err = vfctl_ndo_enter(pf, vf, &awake, extack);
	if (err)
		return err;

	/* A driver may put other operations in place, as for switchdev mode. */
	err = pf->dev->netdev_ops->ndo_get_vf_stats ?
	      pf->dev->netdev_ops->ndo_get_vf_stats(pf->dev, vf, &stats) :
	      -EOPNOTSUPP;
	vfctl_ndo_leave(pf, awake);
	if (err) {
		NL_SET_ERR_MSG_FMT(extack, "%s gave no counters of VF %u",
				   dev_driver_string(pf->parent), vf);
		return err;
	}

	r->raw[VFCTL_CNT_RX_PACKETS] = stats.rx_packets;
	r->raw[VFCTL_CNT_TX_PACKETS] = stats.tx_packets;
	r->raw[VFCTL_CNT_RX_BYTES] = stats.rx_bytes;
	r->raw[VFCTL_CNT_TX_BYTES] = stats.tx_bytes;
	r->raw[VFCTL_CNT_RX_MULTICAST] = stats.multicast;
	r->raw[VFCTL_CNT_RX_BROADCAST] = stats.broadcast;
	r->raw[VFCTL_CNT_RX_DROPPED] = stats.rx_dropped;
	r->raw[VFCTL_CNT_TX_DROPPED] = stats.tx_dropped;
	r->present = pf->counters;
	return 0;
}

int vfctl_ndo_get_config(struct vfctl_pf *pf, unsigned int vf,
			 struct ifla_vf_info *ivi,
			 struct netlink_ext_ack *extack)
{
	const struct vfctl_ndo_traits *traits = vfctl_ndo_find(pf);
	const struct net_device_ops *ops = pf->dev->netdev_ops;
	bool awake;
	int err;

	memset(ivi, 0, sizeof(*ivi));
	if (!ops->ndo_get_vf_config) {
		err = -EOPNOTSUPP;
	} else {
		err = vfctl_ndo_enter(pf, vf, &awake, extack);
		if (err)
			return err;
		err = ops->ndo_get_vf_config(pf->dev, vf, ivi);
		vfctl_ndo_leave(pf, awake);
	}
	if (err)
		NL_SET_ERR_MSG_FMT(extack, "%s does not tell the rate of VF %u",
				   dev_driver_string(pf->parent), vf);
	if (traits && traits->none_is_link_speed &&
	    ivi->max_tx_rate == pf->info.link_mbit)
		ivi->max_tx_rate = 0;
	return err;
}

int vfctl_ndo_set_rate(struct vfctl_pf *pf, unsigned int vf, u32 min_mbit,
		       u32 max_mbit, struct netlink_ext_ack *extack)
{
	bool awake;
	int err;

	err = vfctl_ndo_enter(pf, vf, &awake, extack);
	if (err)
		return err;

	err = pf->dev->netdev_ops->ndo_set_vf_rate ?
	      pf->dev->netdev_ops->ndo_set_vf_rate(pf->dev, vf, min_mbit,
						   max_mbit) : -EOPNOTSUPP;
	vfctl_ndo_leave(pf, awake);
	/* See vfctl_pf_lock(). */
	if (err == -EINTR || err == -ERESTARTSYS)
		err = -EAGAIN;
	if (err && vfctl_pf_has_vf(pf, vf, extack))
		NL_SET_ERR_MSG_FMT(extack,
				   "%s refused %u Mbit/s (minimum %u) for VF %u, error %d",
				   dev_driver_string(pf->parent), max_mbit,
				   min_mbit, vf, err);
	return err;
}

/* igb_check_vf_rate_limit(), ixgbe_check_vf_rate_limit() */
bool vfctl_ndo_forgets(struct vfctl_pf *pf, u32 link_mbit)
{
	const struct vfctl_ndo_traits *traits = vfctl_ndo_find(pf);

	return traits && traits->forgets_at_speed && pf->info.link_mbit &&
	       pf->info.link_mbit != link_mbit;
}

static bool vfctl_ndo_match(const struct net_device *dev)
{
	return true;
}

const struct vfctl_provider vfctl_provider_ndo = {
	.name = "ndo",
	.read_needs_rtnl = true,
	.counter_width = 64,
	/*
	 * So wide are those of all drivers of Linux 6.12 that have
	 * ndo_get_vf_stats, some of which put them together from narrower
	 * ones. They do not wrap, so any way back is a reset; what an embedded
	 * switch can carry is not known for NICs in general.
	 */
	.headroom = 0,
	.match = vfctl_ndo_match,
	.caps = vfctl_ndo_caps,
	.counters = vfctl_ndo_counters,
	.read = vfctl_ndo_read,
	.get_config = vfctl_ndo_get_config,
	.set_rate = vfctl_ndo_set_rate,
	.forgets = vfctl_ndo_forgets,
};
