// SPDX-License-Identifier: GPL-2.0-only
/*
 * What pf-set changes of a PF.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "compat.h"
#include "notify.h"
#include "pf.h"
#include "pf_set.h"
#include "tick.h"
#include "uapi/linux/vfctl.h"

/* Returns whether it is another one. RTNL held. */
static bool vfctl_pf_set_info(struct vfctl_pf *pf,
			      const struct vfctl_pf_settings *want)
{
	struct vfctl_pf_info *info = &pf->info;
	u32 interval_ms = want->has_interval ? want->interval_ms :
					       info->interval_ms;
	bool lose_limits = want->has_lose_limits ? want->lose_limits :
						   info->lose_limits;
	bool changed = interval_ms != info->interval_ms ||
		       lose_limits != info->lose_limits;

	spin_lock(&pf->lock);
	info->interval_ms = interval_ms;
	info->lose_limits = lose_limits;
	spin_unlock(&pf->lock);
	return changed;
}

/**
 * vfctl_pf_set() - set the sampling interval, and what becomes of limits
 * @pf: the PF
 * @net: the network namespace in which it was found
 * @want: what to change
 * @actor: who wants it
 * @extack: told when the PF has left @net
 *
 * Context: process, no locks held.
 * Return: 0; -ENODEV where the PF has left; or -EAGAIN after a fatal signal.
 */
int vfctl_pf_set(struct vfctl_pf *pf, const struct net *net,
		 const struct vfctl_pf_settings *want,
		 const struct vfctl_actor *actor,
		 struct netlink_ext_ack *extack)
{
	int err;

	if (vfctl_rtnl_lock_killable())
		return -EAGAIN;
	err = vfctl_pf_check_net(pf, net, extack);
	if (!err && vfctl_pf_set_info(pf, want) && pf->provider) {
		vfctl_notify_pf(pf, VFCTL_CMD_PF_CHANGE_NTF, actor);
		if (want->has_interval)
			vfctl_tick_again(pf);
	}
	rtnl_unlock();
	return err;
}
