// SPDX-License-Identifier: GPL-2.0-only
#include <linux/bits.h>
#include <linux/string.h>
#include <net/genetlink.h>

#include "compat.h"
#include "fill.h"
#include "pf.h"
#include "rate.h"
#include "sample.h"
#include "uapi/linux/vfctl.h"

/**
 * vfctl_msg_look() - copy what is known of a PF, for the messages about it
 * @msg: its messages
 * @pf: the PF, which may leave its namespace, for another one or for good, at
 *	any time
 *
 * Context: any that may take a spinlock.
 * Return: 0, or -ENODEV where the PF has left the namespace of @msg.
 */
int vfctl_msg_look(struct vfctl_msg *msg, struct vfctl_pf *pf)
{
	vfctl_pf_get_info(pf, &msg->pf);
	return msg->pf.net && net_eq(msg->pf.net, msg->net) ? 0 : -ENODEV;
}

static void *vfctl_fill_begin(const struct vfctl_msg *msg)
{
	void *hdr = genlmsg_put(msg->skb, msg->portid, msg->seq, &vfctl_family,
				msg->flags, msg->cmd);

	if (hdr && msg->cb)
		genl_dump_check_consistent(msg->cb, hdr);
	return hdr;
}

/* Nobody reads half a message: it goes as a whole or not at all. */
static int vfctl_fill_end(const struct vfctl_msg *msg, void *hdr, bool failed)
{
	if (failed) {
		genlmsg_cancel(msg->skb, hdr);
		return -EMSGSIZE;
	}
	genlmsg_end(msg->skb, hdr);
	return 0;
}

/* Process ids of the host are not for who listens in a container. */
static bool vfctl_fill_may_tell_pid(const struct vfctl_actor *actor,
				    const struct net *net)
{
	return actor->pid && net_eq(net, &init_net);
}

/**
 * vfctl_fill_pf() - append what is known of a PF
 * @msg: where, how and of which
 * @actor: who changed it, for events; or NULL
 *
 * Context: any that may take a spinlock.
 * Return: 0, or -EMSGSIZE where it did not fit.
 */
int vfctl_fill_pf(const struct vfctl_msg *msg, const struct vfctl_actor *actor)
{
	const struct vfctl_pf_info *info = &msg->pf;
	struct sk_buff *skb = msg->skb;
	bool failed = false;
	void *hdr;

	hdr = vfctl_fill_begin(msg);
	if (!hdr)
		return -EMSGSIZE;

	failed |= nla_put_u32(skb, VFCTL_A_PF_IFINDEX, info->ifindex);
	failed |= nla_put_string(skb, VFCTL_A_PF_IFNAME, info->name);
	failed |= nla_put_string(skb, VFCTL_A_PF_BUS_INFO, info->bus_info);
	failed |= nla_put_string(skb, VFCTL_A_PF_DRIVER, info->driver);
	if (info->provider)
		failed |= nla_put_string(skb, VFCTL_A_PF_PROVIDER,
					 info->provider);
	failed |= nla_put_u32(skb, VFCTL_A_PF_NUM_VFS, info->num_vfs);
	if (info->total_vfs)
		failed |= nla_put_u32(skb, VFCTL_A_PF_TOTAL_VFS,
				      info->total_vfs);
	if (info->link_mbit)
		failed |= nla_put_u64_64bit(skb, VFCTL_A_PF_LINK_SPEED,
					    vfctl_rate_from_mbit(info->link_mbit),
					    VFCTL_A_PF_PAD);
	failed |= nla_put_u32(skb, VFCTL_A_PF_INTERVAL, info->interval_ms);
	failed |= nla_put_u32(skb, VFCTL_A_PF_CAPS, info->caps);
	failed |= nla_put_u32(skb, VFCTL_A_PF_KEEP_LIMITS, !info->lose_limits);
	if (info->kept_ms) {
		failed |= nla_put_u32(skb, VFCTL_A_PF_KEPT_INTERVAL,
				      info->kept_ms);
		failed |= nla_put_u32(skb, VFCTL_A_PF_SAMPLE_TIME,
				      info->sample_us);
	}
	if (info->look_ms)
		failed |= nla_put_u32(skb, VFCTL_A_PF_LOOK_INTERVAL,
				      info->look_ms);
	if (actor)
		failed |= nla_put_u32(skb, VFCTL_A_PF_ORIGIN, actor->origin);
	if (actor && vfctl_fill_may_tell_pid(actor, info->net))
		failed |= nla_put_u32(skb, VFCTL_A_PF_PID, actor->pid);

	return vfctl_fill_end(msg, hdr, failed);
}

/* The sets "vf" and "stats" begin alike. */
#define VFCTL_SAME_NUMBER(name) \
	static_assert((int)(VFCTL_A_VF_##name) == (int)(VFCTL_A_STATS_##name))

VFCTL_SAME_NUMBER(PF_IFINDEX);
VFCTL_SAME_NUMBER(PF_IFNAME);
VFCTL_SAME_NUMBER(VF);
VFCTL_SAME_NUMBER(IFINDEX);
VFCTL_SAME_NUMBER(IFNAME);

/* By what a VF is known. */
static bool vfctl_fill_names(struct sk_buff *skb, const struct vfctl_vf *vf,
			     const struct vfctl_pf_info *pf,
			     const struct vfctl_vf_info *info)
{
	bool failed = false;

	failed |= nla_put_u32(skb, VFCTL_A_VF_PF_IFINDEX, pf->ifindex);
	failed |= nla_put_string(skb, VFCTL_A_VF_PF_IFNAME, pf->name);
	failed |= nla_put_u32(skb, VFCTL_A_VF_VF, vf->index);
	if (info->stub_ifindex) {
		failed |= nla_put_u32(skb, VFCTL_A_VF_IFINDEX,
				      info->stub_ifindex);
		failed |= nla_put_string(skb, VFCTL_A_VF_IFNAME,
					 info->stub_name);
	}
	return failed;
}

static bool vfctl_fill_old(struct sk_buff *skb, const struct vfctl_limit *old,
			   bool has_min)
{
	struct nlattr *nest = nla_nest_start(skb, VFCTL_A_VF_OLD);
	const int pad = VFCTL_A_OLD_LIMIT_PAD;
	bool failed = false;

	if (!nest)
		return true;

	failed |= nla_put_u64_64bit(skb, VFCTL_A_OLD_LIMIT_HARD_RATE,
				    old->hard, pad);
	failed |= nla_put_u64_64bit(skb, VFCTL_A_OLD_LIMIT_SOFT_RATE,
				    old->soft, pad);
	if (has_min)
		failed |= nla_put_u64_64bit(skb, VFCTL_A_OLD_LIMIT_MIN_RATE,
					    old->min, pad);
	failed |= nla_put_u64_64bit(skb, VFCTL_A_OLD_LIMIT_EFFECTIVE_RATE,
				    old->effective, pad);
	failed |= nla_put_u32(skb, VFCTL_A_OLD_LIMIT_STATE, old->state);
	if (!failed)
		nla_nest_end(skb, nest);
	return failed;
}

static bool vfctl_fill_limit(struct sk_buff *skb,
			     const struct vfctl_limit *limit, bool has_min)
{
	const int pad = VFCTL_A_VF_PAD;
	bool failed = false;

	failed |= nla_put_u64_64bit(skb, VFCTL_A_VF_HARD_RATE, limit->hard,
				    pad);
	failed |= nla_put_u64_64bit(skb, VFCTL_A_VF_SOFT_RATE, limit->soft,
				    pad);
	if (has_min)
		failed |= nla_put_u64_64bit(skb, VFCTL_A_VF_MIN_RATE,
					    limit->min, pad);
	failed |= nla_put_u64_64bit(skb, VFCTL_A_VF_EFFECTIVE_RATE,
				    limit->effective, pad);
	failed |= nla_put_u32(skb, VFCTL_A_VF_STATE, limit->state);
	if (limit->reason)
		failed |= nla_put_string(skb, VFCTL_A_VF_PENDING_REASON,
					 limit->reason);
	return failed;
}

/* Is a VF in the messages? One that is absent is only where that was asked. */
static bool vfctl_msg_tells(const struct vfctl_msg *msg,
			    const struct vfctl_vf_info *info)
{
	/* The PF may have moved since vfctl_msg_look(). */
	return info->net == msg->net &&
	       (info->live ||
		(msg->absent && vfctl_limit_is_wanted(&info->limit)));
}

/**
 * vfctl_fill_vf() - append what is known of a VF
 * @msg: where and how; of the VF's PF
 * @vf: the VF
 * @actor: who changed it, for events; or NULL
 * @old: its limits before, for events; or NULL
 *
 * Context: any that may take a spinlock.
 * Return: 0, -EMSGSIZE where it did not fit, or -ENOENT where the VF does not
 * exist now, and is not told of all the same.
 */
int vfctl_fill_vf(const struct vfctl_msg *msg, struct vfctl_vf *vf,
		  const struct vfctl_actor *actor,
		  const struct vfctl_limit *old)
{
	const struct vfctl_pf_info *pf = &msg->pf;
	bool has_min = pf->caps & VFCTL_CAP_MIN_RATE;
	struct sk_buff *skb = msg->skb;
	struct vfctl_vf_info info;
	bool failed = false;
	void *hdr;

	vfctl_vf_get_info(vf, &info);
	if (!vfctl_msg_tells(msg, &info))
		return -ENOENT;
	hdr = vfctl_fill_begin(msg);
	if (!hdr)
		return -EMSGSIZE;

	/* A stub that still stands is that of the VF before. */
	if (!info.live) {
		info.stub_ifindex = 0;
		info.limit.state = VFCTL_LIMIT_ABSENT;
		info.limit.effective = 0;
		info.limit.reason = NULL;
	}
	failed |= vfctl_fill_names(skb, vf, pf, &info);
	if (info.live && *info.bus_info)
		failed |= nla_put_string(skb, VFCTL_A_VF_BUS_INFO,
					 info.bus_info);
	if (info.live && info.has_mac)
		failed |= nla_put(skb, VFCTL_A_VF_MAC, ETH_ALEN, info.mac);
	if (pf->link_mbit)
		failed |= nla_put_u64_64bit(skb, VFCTL_A_VF_LINK_SPEED,
					    vfctl_rate_from_mbit(pf->link_mbit),
					    VFCTL_A_VF_PAD);
	failed |= vfctl_fill_limit(skb, &info.limit, has_min);
	if (pf->caps & VFCTL_CAP_GUEST_SOFT)
		failed |= nla_put_u32(skb, VFCTL_A_VF_GUEST_SOFT,
				      !info.limit.guest_barred);
	if (actor)
		failed |= nla_put_u32(skb, VFCTL_A_VF_ORIGIN, actor->origin);
	if (actor && vfctl_fill_may_tell_pid(actor, pf->net))
		failed |= nla_put_u32(skb, VFCTL_A_VF_PID, actor->pid);
	if (old)
		failed |= vfctl_fill_old(skb, old, has_min);

	return vfctl_fill_end(msg, hdr, failed);
}

/**
 * vfctl_fill_stats() - append the last sample of a VF
 * @msg: where and how; of the VF's PF
 * @vf: the VF
 *
 * Context: any that may take a spinlock.
 * Return: 0, -EMSGSIZE where it did not fit, or -ENOENT where the VF does not
 * exist now.
 */
int vfctl_fill_stats(const struct vfctl_msg *msg, struct vfctl_vf *vf)
{
	struct sk_buff *skb = msg->skb;
	const int pad = VFCTL_A_STATS_PAD;
	struct vfctl_vf_info info;
	struct vfctl_accum acc;
	bool failed = false;
	unsigned int i;
	void *hdr;

	if (!vfctl_vf_get_info(vf, &info) || info.net != msg->net)
		return -ENOENT;
	hdr = vfctl_fill_begin(msg);
	if (!hdr)
		return -EMSGSIZE;

	vfctl_sample_get(vf, &acc);
	failed |= vfctl_fill_names(skb, vf, &msg->pf, &info);
	if (acc.time_ns) {
		failed |= nla_put_u64_64bit(skb, VFCTL_A_STATS_TIME,
					    acc.time_ns, pad);
		failed |= nla_put_u32(skb, VFCTL_A_STATS_RESETS, acc.resets);
		failed |= nla_put_u32(skb, VFCTL_A_STATS_GAPS, acc.gaps);
		for (i = 0; i < VFCTL_CNT_MAX; i++)
			if (acc.seen & BIT(i))
				failed |= nla_put_u64_64bit(skb,
					VFCTL_A_STATS_RX_PACKETS + i,
					acc.total[i], pad);
	}

	return vfctl_fill_end(msg, hdr, failed);
}
