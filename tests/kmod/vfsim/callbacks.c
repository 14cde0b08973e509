// SPDX-License-Identifier: GPL-2.0-only
/*
 * What the driver offers to rtnetlink, and vfctl.
 */
#include <linux/delay.h>
#include <linux/if_link.h>
#include <linux/ktime.h>
#include <linux/math.h>
#include <linux/minmax.h>
#include <linux/string.h>

#include "vfsim.h"

/* A VF that always sends: 1000 packets of 1000 bytes in a millisecond. */
#define VFSIM_PACKET_BYTES	1000

/* In steps, so that a shorter delay counts at once. */
static void vfsim_be_slow(const struct vfsim_pf *pf)
{
	ktime_t begin = ktime_get();
	unsigned int us;

	while (ktime_ms_delta(ktime_get(), begin) < READ_ONCE(pf->delay_ms)) {
		us = min(READ_ONCE(pf->delay_ms), 20U) * USEC_PER_MSEC;
		usleep_range(us, us + 100);
	}
}

static int vfsim_call(struct vfsim_pf *pf, int vf, enum vfsim_call call)
{
	if (vf < 0 || vf >= READ_ONCE(pf->num_vfs))
		return -EINVAL;

	vfsim_be_slow(pf);
	if (READ_ONCE(pf->vanish) == call) {
		/* Nobody is told, as nobody is by hardware that is gone. */
		WRITE_ONCE(pf->vanish, VFSIM_CALLS);
		WRITE_ONCE(pf->num_vfs, 0);
		return -ENODEV;
	}

	if (vf < READ_ONCE(pf->refuse_from))
		return 0;
	return -(int)READ_ONCE(pf->refuse[call]);
}

/* What all callbacks begin with. RTNL held. */
static int vfsim_enter(struct vfsim_pf *pf, struct net_device *dev, int vf,
		       enum vfsim_call call, unsigned long caller)
{
	u64 begin = ktime_get_ns();
	int err;

	vfsim_caller_check(pf, dev, vf, caller);
	atomic_inc(&pf->calls[call]);
	set_bit(0, &pf->in_call);
	err = vfsim_call(pf, vf, call);
	clear_bit(0, &pf->in_call);
	atomic64_add(ktime_get_ns() - begin, &pf->busy_ns);
	return err;
}

static u32 vfsim_round(const struct vfsim_pf *pf, u32 mbit)
{
	u32 step = READ_ONCE(pf->step_mbit);

	return step ? roundup(mbit, step) : mbit;
}

static int vfsim_set_vf_rate(struct net_device *dev, int vf, int min, int max)
{
	struct vfsim_pf *pf = vfsim_pf_of_netdev(dev);
	int err;

	err = vfsim_enter(pf, dev, vf, VFSIM_SET_RATE, _RET_IP_);
	if (err)
		return err;

	pf->vfs[vf].max = vfsim_round(pf, max);
	pf->vfs[vf].min = READ_ONCE(pf->min_rate_ignored) ?
			  0 : vfsim_round(pf, min);
	return 0;
}

static int vfsim_get_vf_config(struct net_device *dev, int vf,
			       struct ifla_vf_info *ivi)
{
	struct vfsim_pf *pf = vfsim_pf_of_netdev(dev);
	u32 tells = READ_ONCE(pf->tells_mbit);
	int err;

	err = vfsim_enter(pf, dev, vf, VFSIM_GET_CONFIG, _RET_IP_);
	if (err)
		return err;

	ivi->vf = vf;
	ivi->max_tx_rate = tells ? tells : pf->vfs[vf].max;
	ivi->min_tx_rate = pf->vfs[vf].min;
	return 0;
}

/* What the counter of a VF stands at. RTNL held. */
u64 vfsim_packets(const struct vfsim_vf *vf)
{
	s64 us = div_u64(ktime_get_ns() - vf->since, NSEC_PER_USEC);

	return us + vf->added > 0 ? us + vf->added : 0;
}

static int vfsim_get_vf_stats(struct net_device *dev, int vf,
			      struct ifla_vf_stats *out)
{
	struct vfsim_pf *pf = vfsim_pf_of_netdev(dev);
	int err;

	err = vfsim_enter(pf, dev, vf, VFSIM_GET_STATS, _RET_IP_);
	if (err)
		return err;

	if (READ_ONCE(pf->all_ones)) {
		memset(out, 0xff, sizeof(*out));
		return 0;
	}
	out->tx_packets = vfsim_packets(&pf->vfs[vf]);
	out->tx_bytes = out->tx_packets * VFSIM_PACKET_BYTES;
	return 0;
}

static netdev_tx_t vfsim_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

#define VFSIM_OPS(set_rate, get_config, get_stats) {	\
	.ndo_start_xmit = vfsim_xmit,			\
	.ndo_set_vf_rate = set_rate,			\
	.ndo_get_vf_config = get_config,		\
	.ndo_get_vf_stats = get_stats,			\
}

/* The number of each is its BIT(enum vfsim_call) mask. */
static const struct net_device_ops vfsim_all_ops[] = {
	VFSIM_OPS(NULL, NULL, NULL),
	VFSIM_OPS(vfsim_set_vf_rate, NULL, NULL),
	VFSIM_OPS(NULL, vfsim_get_vf_config, NULL),
	VFSIM_OPS(vfsim_set_vf_rate, vfsim_get_vf_config, NULL),
	VFSIM_OPS(NULL, NULL, vfsim_get_vf_stats),
	VFSIM_OPS(vfsim_set_vf_rate, NULL, vfsim_get_vf_stats),
	VFSIM_OPS(NULL, vfsim_get_vf_config, vfsim_get_vf_stats),
	VFSIM_OPS(vfsim_set_vf_rate, vfsim_get_vf_config, vfsim_get_vf_stats),
};

const struct net_device_ops *vfsim_netdev_ops(u32 ops)
{
	BUILD_BUG_ON(ARRAY_SIZE(vfsim_all_ops) != BIT(VFSIM_CALLS));
	return &vfsim_all_ops[ops];
}
