// SPDX-License-Identifier: GPL-2.0-only
/*
 * Bringing what vfctl shows of a PF in line with what the PF has.
 */
#include <linux/device.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>
#include <net/net_namespace.h>

#include "compat.h"
#include "generation.h"
#include "link.h"
#include "notify.h"
#include "pf.h"
#include "pf_sync.h"
#include "provider.h"
#include "provider_find.h"
#include "sweep.h"
#include "sysfs.h"
#include "tick.h"
#include "uapi/linux/vfctl.h"
#include "vf_sync.h"

/* For how long a parent device may be kept from going, ms. */
#define VFCTL_GONE_POLL_MS 100

/* Does a function of the PF have a representor? In any namespace. RTNL held. */
static bool vfctl_pf_is_represented(const struct vfctl_pf *pf)
{
	const struct net_device *dev;
	bool found = false;
	struct net *net;

	down_read(&net_rwsem);
	for_each_net(net)
		for_each_netdev(net, dev)
			if (dev->dev.parent == pf->parent &&
			    vfctl_is_representor(dev))
				found = true;
	up_read(&net_rwsem);
	return found;
}

/*
 * They make a PF one in switchdev mode, whose VFs devlink limits. That it has a
 * phys_switch_id does not tell: mlx5 has one in legacy mode as well.
 */
static void vfctl_pf_sync_switchdev(struct vfctl_pf *pf)
{
	bool switchdev;

	if (!pf->recount)
		return;

	pf->recount = false;
	switchdev = vfctl_pf_is_represented(pf);
	spin_lock(&pf->lock);
	pf->info.switchdev = switchdev;
	spin_unlock(&pf->lock);
}

/*
 * They change while a PF is attached: igb is loaded before it is complete, and
 * drivers put other operations in place when the mode changes.
 */
static bool vfctl_pf_sync_caps(struct vfctl_pf *pf)
{
	u32 counters = pf->provider->counters(pf);
	u32 caps;

	if (counters != pf->counters) {
		mutex_lock(&pf->sample_lock);
		pf->counters = counters;
		mutex_unlock(&pf->sample_lock);
	}
	vfctl_pf_sync_switchdev(pf);
	caps = pf->info.switchdev ? 0 : pf->provider->caps(pf);
	if (counters)
		caps |= VFCTL_CAP_STATS;
	if (caps == pf->info.caps)
		return false;

	if (caps & ~pf->info.caps & VFCTL_CAP_GUEST_SOFT)
		vfctl_pf_soft_changed(pf);
	spin_lock(&pf->lock);
	pf->info.caps = caps;
	spin_unlock(&pf->lock);
	return true;
}

/* Returns -ENOMEM where it has to be tried again, and the PF waits for that. */
static int vfctl_pf_attach(struct vfctl_pf *pf)
{
	const struct vfctl_provider *provider = vfctl_provider_find(pf->dev);
	struct netlink_ext_ack extack = {};
	int err;

	if (provider->attach) {
		mutex_lock(&pf->sample_lock);
		err = provider->attach(pf, &extack);
		mutex_unlock(&pf->sample_lock);
		if (err == -ENOMEM) {
			netdev_warn(pf->dev, "vfctl: %s, trying again\n",
				    extack._msg);
			return err;
		}
		if (err) {
			netdev_warn(pf->dev, "vfctl: %s, falling back to what %s offers\n",
				    extack._msg, dev_driver_string(pf->parent));
			provider = &vfctl_provider_ndo;
		}
	}

	mutex_lock(&pf->sample_lock);
	pf->counters = provider->counters(pf);
	pf->provider = provider;
	mutex_unlock(&pf->sample_lock);

	vfctl_pf_sync_caps(pf);
	spin_lock(&pf->lock);
	pf->info.provider = provider->name;
	strscpy(pf->info.driver, dev_driver_string(pf->parent),
		sizeof(pf->info.driver));
	pf->info.total_vfs = dev_is_pci(pf->parent) ?
		pci_sriov_get_totalvfs(to_pci_dev(pf->parent)) : 0;
	spin_unlock(&pf->lock);

	vfctl_pf_new_generation(pf);
	vfctl_notify_pf(pf, VFCTL_CMD_PF_NEW_NTF, &vfctl_by_device);
	return 0;
}

/**
 * vfctl_pf_detach() - stop using the network device of a PF
 * @pf: the PF
 *
 * Its VFs are gone for readers; the wanted limits are kept. Where the device
 * is really on its way out its stubs go at once. Where it only moves to
 * another namespace they go when it has arrived there.
 *
 * Context: RTNL held.
 */
void vfctl_pf_detach(struct vfctl_pf *pf)
{
	const struct vfctl_provider *provider = pf->provider;

	vfctl_sysfs_remove(pf);
	vfctl_pf_leave_vfs(pf);
	if (provider) {
		vfctl_notify_pf(pf, VFCTL_CMD_PF_DEL_NTF, &vfctl_by_device);
		mutex_lock(&pf->sample_lock);
		if (provider->detach)
			provider->detach(pf);
		pf->provider = NULL;
		mutex_unlock(&pf->sample_lock);
		vfctl_pf_new_generation(pf);
	}

	pf->sysfs_tried = false;
	spin_lock(&pf->lock);
	pf->info.provider = NULL;
	pf->info.num_vfs = 0;
	pf->info.link_mbit = 0;
	vfctl_pf_forget_costs(pf);
	spin_unlock(&pf->lock);

	if (pf->dev->reg_state != NETREG_UNREGISTERING)
		return;
	vfctl_pf_remove_stubs(pf, UINT_MAX);
	/* PCI tells when the VFs go, elsewhere they go with the driver. */
	if (!dev_is_pci(pf->parent))
		atomic_inc(&pf->vf_births);
}

/*
 * A PF whose driver is unbound is kept for when one is bound, until its parent
 * device goes. PCI tells when it does, other buses have to be asked. Returns
 * whether it was taken off the list. RTNL held.
 */
static bool vfctl_pf_sync_parent(struct vfctl_pf *pf)
{
	bool asked = !dev_is_pci(pf->parent);

	if (READ_ONCE(pf->gone) || (asked && !device_is_registered(pf->parent)))
		return vfctl_pf_unlist(pf);

	if (asked && !pf->unlisted)
		vfctl_tick_look(pf, VFCTL_GONE_POLL_MS, true);
	return false;
}

/* A PF that was taken off the list: nobody else finds it to stop its timers. */
static void vfctl_pf_abandon(struct vfctl_pf *pf)
{
	vfctl_tick_stop(pf);
	vfctl_pf_put(pf);
}

/* A PF with a network device. device_lock() and RTNL held. */
static void vfctl_pf_sync(struct vfctl_pf *pf)
{
	unsigned int next_ms = VFCTL_LOOK_MS;
	u64 begin = ktime_get_ns();
	int err = 0;

	if (!pf->provider)
		err = vfctl_pf_attach(pf);
	else if (vfctl_pf_sync_caps(pf))
		vfctl_notify_pf(pf, VFCTL_CMD_PF_CHANGE_NTF, &vfctl_by_device);
	if (!err) {
		vfctl_sysfs_add(pf);
		vfctl_pf_sync_link(pf);
		err = vfctl_pf_sync_vfs(pf);
		if (err == -EAGAIN) {
			/* Others have RTNL in between. */
			vfctl_tick_look(pf, 1, true);
			return;
		}
		if (!pf->sweep.left || pf->sweep.nudges != pf->nudges)
			vfctl_pf_begin_sweep(pf, false);
		next_ms = vfctl_pf_sweep(pf, begin);
	}
	if (pf->info.num_vfs && pf->counters)
		vfctl_tick_sample(pf);
	/* PCI tells when VFs come, other buses have to be asked. */
	if (err || pf->info.num_vfs || !dev_is_pci(pf->parent))
		vfctl_tick_look(pf, next_ms, err || vfctl_pf_has_wanted(pf));
}

/**
 * vfctl_pf_sync_work() - look at a PF and follow what has changed
 * @work: of a PF
 */
void vfctl_pf_sync_work(struct work_struct *work)
{
	struct vfctl_pf *pf = container_of(work, struct vfctl_pf, work);
	bool unlisted = false;

	device_lock(pf->parent);
	rtnl_lock();
	if (vfctl_is_halted()) {
		/* It goes down with the system. */
	} else if (pf->dev) {
		vfctl_pf_sync(pf);
	} else {
		vfctl_pf_remove_stubs(pf, UINT_MAX);
		unlisted = vfctl_pf_sync_parent(pf);
	}
	rtnl_unlock();
	device_unlock(pf->parent);

	if (unlisted)
		vfctl_pf_abandon(pf);
	vfctl_pf_put(pf);
}
