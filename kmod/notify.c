// SPDX-License-Identifier: GPL-2.0-only
#include <net/genetlink.h>

#include "compat.h"
#include "fill.h"
#include "notify.h"
#include "pf.h"
#include "uapi/linux/vfctl.h"
#include "vfctl-nl-gen.h"

const struct vfctl_actor vfctl_by_device = {
	.origin = VFCTL_ORIGIN_DEVICE,
};

/* The network namespace of a PF, in which its events are heard. RTNL held. */
static struct net *vfctl_notify_net(struct vfctl_pf *pf)
{
	return pf->dev ? dev_net(pf->dev) : NULL;
}

static bool vfctl_notify_wanted(struct vfctl_pf *pf, struct vfctl_msg *msg)
{
	struct net *net = vfctl_notify_net(pf);

	if (!net || !genl_has_listeners(&vfctl_family, net, VFCTL_NLGRP_CONFIG))
		return false;

	msg->net = net;
	if (vfctl_msg_look(msg, pf))
		return false;
	msg->skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (msg->skb)
		return true;

	/* Listeners learn that they missed something, and dump. */
	genl_set_err(&vfctl_family, net, 0, VFCTL_NLGRP_CONFIG, -ENOBUFS);
	return false;
}

static void vfctl_notify_send(struct vfctl_pf *pf, struct vfctl_msg *msg,
			      int err)
{
	if (err) {
		nlmsg_free(msg->skb);
		return;
	}
	genlmsg_multicast_netns(&vfctl_family, vfctl_notify_net(pf), msg->skb,
				0, VFCTL_NLGRP_CONFIG, GFP_KERNEL);
}

/**
 * vfctl_notify_pf() - tell of a PF
 * @pf: the PF, with its network device
 * @cmd: VFCTL_CMD_PF_*_NTF
 * @actor: who made the change
 *
 * Context: process, RTNL held.
 */
void vfctl_notify_pf(struct vfctl_pf *pf, u8 cmd,
		     const struct vfctl_actor *actor)
{
	struct vfctl_msg msg = { .cmd = cmd };

	if (vfctl_notify_wanted(pf, &msg))
		vfctl_notify_send(pf, &msg, vfctl_fill_pf(&msg, actor));
}

/**
 * vfctl_notify_vf() - tell of a VF
 * @vf: the VF, of a PF with a network device
 * @cmd: VFCTL_CMD_VF_*_NTF
 * @actor: who made the change
 * @old: its limits before, if they changed; or NULL
 *
 * Context: process, RTNL held.
 */
void vfctl_notify_vf(struct vfctl_vf *vf, u8 cmd,
		     const struct vfctl_actor *actor,
		     const struct vfctl_limit *old)
{
	struct vfctl_msg msg = { .cmd = cmd };

	if (vfctl_notify_wanted(vf->pf, &msg))
		vfctl_notify_send(vf->pf, &msg,
				  vfctl_fill_vf(&msg, vf, actor, old));
}

/* Append as many VFs as fit; returns the number of the first that did not. */
static unsigned int vfctl_notify_fill_stats(const struct vfctl_msg *msg,
					    struct vfctl_pf *pf,
					    unsigned int first)
{
	struct vfctl_vf *vf;

	for (; (vf = vfctl_pf_vf(pf, first)); first++)
		if (vfctl_fill_stats(msg, vf) == -EMSGSIZE)
			break;

	return first;
}

/**
 * vfctl_notify_stats() - tell of a new sample of all VFs of a PF
 * @pf: the PF
 *
 * Context: process. Takes no lock of the PF but its spinlock: a namespace is
 * kept by the reference that is taken under RCU.
 */
void vfctl_notify_stats(struct vfctl_pf *pf)
{
	struct vfctl_msg msg = { .cmd = VFCTL_CMD_STATS_NTF };
	unsigned int next = 0, first;
	struct net *net;

	net = vfctl_pf_get_net(pf);
	if (!net)
		return;

	msg.net = net;
	if (vfctl_msg_look(&msg, pf))
		goto put;
	while (genl_has_listeners(&vfctl_family, net, VFCTL_NLGRP_STATS) &&
	       vfctl_pf_vf(pf, next)) {
		msg.skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
		if (!msg.skb) {
			genl_set_err(&vfctl_family, net, 0, VFCTL_NLGRP_STATS,
				     -ENOBUFS);
			break;
		}
		first = next;
		next = vfctl_notify_fill_stats(&msg, pf, first);
		if (next == first || !msg.skb->len) {
			nlmsg_free(msg.skb);
			break;
		}
		genlmsg_multicast_netns(&vfctl_family, net, msg.skb, 0,
					VFCTL_NLGRP_STATS, GFP_KERNEL);
	}
put:
	put_net(net);
}

/* @net: kept by the caller, or NULL for none. */
bool vfctl_notify_has_stats_listener(struct net *net)
{
	return net && genl_has_listeners(&vfctl_family, net, VFCTL_NLGRP_STATS);
}
