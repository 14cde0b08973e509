// SPDX-License-Identifier: GPL-2.0-only
/*
 * The link of a PF, by whose speed limits are measured.
 */
#include <linux/ethtool.h>
#include <linux/jiffies.h>
#include <linux/netdevice.h>

#include "compat.h"
#include "link.h"
#include "notify.h"
#include "pf.h"
#include "uapi/linux/vfctl.h"

/* Its speed may be unknown all the same. RTNL held, and pf->dev is there. */
bool vfctl_pf_link_is_up(const struct vfctl_pf *pf)
{
	return netif_running(pf->dev) && netif_carrier_ok(pf->dev);
}

static u32 vfctl_pf_read_link(struct vfctl_pf *pf)
{
	struct ethtool_link_ksettings ks = {};
	int err;

	if (!vfctl_pf_link_is_up(pf))
		return 0;
	vfctl_lock_ops(pf->dev);
	err = vfctl_get_link_ksettings(pf->dev, &ks);
	vfctl_unlock_ops(pf->dev);
	if (err)
		return 0;

	return ks.base.speed == (u32)SPEED_UNKNOWN ? 0 : ks.base.speed;
}

/* Look at the link of a PF. device_lock() and RTNL held. */
void vfctl_pf_sync_link(struct vfctl_pf *pf)
{
	u32 link_mbit = vfctl_pf_read_link(pf);
	u64 events = vfctl_pf_events(pf);
	bool changed = link_mbit != pf->info.link_mbit;

	if (changed || events != pf->events_seen) {
		pf->event_time = jiffies;
		vfctl_pf_begin_sweep(pf, true);
	}
	pf->events_seen = events;
	if (!changed)
		return;

	spin_lock(&pf->lock);
	pf->info.link_mbit = link_mbit;
	spin_unlock(&pf->lock);
	vfctl_notify_pf(pf, VFCTL_CMD_PF_CHANGE_NTF, &vfctl_by_device);
}
