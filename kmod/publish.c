// SPDX-License-Identifier: GPL-2.0-only
/*
 * A change of a limit becomes what readers see, what the stub shows, and an
 * event.
 */
#include <linux/netdevice.h>

#include "notify.h"
#include "pf.h"
#include "publish.h"
#include "rate.h"
#include "uapi/linux/vfctl.h"

/* Have tx_maxrate in sysfs read as the hard limit. RTNL held. */
void vfctl_stub_show_rate(struct vfctl_vf *vf)
{
	if (vf->stub)
		netdev_get_tx_queue(vf->stub, 0)->tx_maxrate =
			vfctl_rate_to_mbit(vf->info.limit.hard);
}

static bool vfctl_limit_equal(const struct vfctl_limit *a,
			      const struct vfctl_limit *b)
{
	return a->hard == b->hard && a->soft == b->soft && a->min == b->min &&
	       a->effective == b->effective && a->state == b->state &&
	       a->reason == b->reason && a->guest_barred == b->guest_barred;
}

/* Let readers and listeners see a change. RTNL held. */
void vfctl_limit_publish(struct vfctl_vf *vf, const struct vfctl_limit *new,
			 const struct vfctl_actor *actor)
{
	struct vfctl_limit old = vf->info.limit;

	if (vfctl_limit_equal(&old, new))
		return;

	spin_lock(&vf->pf->lock);
	vf->info.limit = *new;
	spin_unlock(&vf->pf->lock);
	WRITE_ONCE(vf->guest_barred, new->guest_barred);
	vfctl_stub_show_rate(vf);
	if (vf->info.live)
		vfctl_notify_vf(vf, VFCTL_CMD_VF_CHANGE_NTF, actor, &old);
}
