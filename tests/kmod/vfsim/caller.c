// SPDX-License-Identifier: GPL-2.0-only
/*
 * What callers owe a PF driver: RTNL, so that no two callbacks of a PF run at
 * once; and vfctl also device_lock(), under which it has looked whether the VF
 * is there, and the instance lock of a network device that has asked for it.
 * rtnetlink takes RTNL alone, so the caller is asked for its name.
 */
#include <linux/kernel.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>

#include "vfsim.h"

static bool vfsim_caller_is_vfctl(unsigned long caller)
{
	char name[128];

	snprintf(name, sizeof(name), "%pS", (void *)caller);
	return strstr(name, "[vfctl]");
}

static bool vfsim_device_is_locked(struct device *dev)
{
	if (!mutex_is_locked(&dev->mutex))
		return false;

	return !IS_ENABLED(CONFIG_LOCKDEP) || lockdep_is_held(&dev->mutex);
}

static const char *vfsim_owed_by_vfctl(struct vfsim_pf *pf,
				       struct net_device *dev, int vf)
{
	if (!vfsim_device_is_locked(&pf->dev))
		return "without device_lock()";
	if (vf < 0 || vf >= READ_ONCE(pf->num_vfs))
		return "for a VF that is not there";
	if (dev->reg_state != NETREG_REGISTERED)
		return "for a network device that is not there";
	if (!vfsim_netdev_is_locked(dev))
		return "without the instance lock";
	return NULL;
}

/**
 * vfsim_caller_check() - look at how a callback is called
 * @pf: the PF
 * @dev: its network device that is asked
 * @vf: number of the VF that it is about
 * @caller: where it returns to
 */
void vfsim_caller_check(struct vfsim_pf *pf, struct net_device *dev, int vf,
			unsigned long caller)
{
	const char *owed;

	if (!rtnl_is_locked() || !lockdep_rtnl_is_held()) {
		owed = "without RTNL";
	} else if (test_bit(0, &pf->in_call)) {
		owed = "while another one is running";
	} else {
		owed = vfsim_owed_by_vfctl(pf, dev, vf);
		if (!owed || !vfsim_caller_is_vfctl(caller))
			return;
	}

	atomic_inc(&pf->violations);
	WARN_ONCE(1, "vfsim: a callback for VF %d was called %s\n", vf, owed);
}
