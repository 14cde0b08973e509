// SPDX-License-Identifier: GPL-2.0-only
/*
 * PFs come with their network devices, change, and go.
 */
#include <linux/device.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>
#include <linux/workqueue.h>

#include "generation.h"
#include "guest.h"
#include "notify.h"
#include "pf.h"
#include "pf_life.h"
#include "pf_sync.h"
#include "provider_find.h"
#include "tick.h"
#include "uapi/linux/vfctl.h"
#include "vf_sync.h"

/* What the notifier learns of a device; all the work comes later. */
static void vfctl_pf_set_dev(struct vfctl_pf *pf, struct net_device *dev)
{
	vfctl_pf_new_generation(pf);
	WRITE_ONCE(pf->dev, dev);
	pf->recount = dev;
	/* Another port of the function counts what another port has sent. */
	if (dev && dev->dev_port != pf->dev_port) {
		pf->dev_port = dev->dev_port;
		atomic_inc(&pf->vf_births);
	}
	spin_lock(&pf->lock);
	pf->info.net = dev ? dev_net(dev) : NULL;
	pf->info.ifindex = dev ? dev->ifindex : 0;
	if (dev)
		strscpy(pf->info.name, dev->name, sizeof(pf->info.name));
	spin_unlock(&pf->lock);
	vfctl_pf_new_generation(pf);
}

/* A PF for a network device, on the list. RTNL held. */
static struct vfctl_pf *vfctl_pf_begin(struct net_device *dev)
{
	struct vfctl_pf *pf = vfctl_pf_create(dev);

	if (!pf)
		return NULL;
	INIT_WORK(&pf->work, vfctl_pf_sync_work);
	vfctl_tick_init(pf);
	vfctl_pf_list(pf);
	return vfctl_pf_get(pf);
}

/* The mode of the PF may be another one now. RTNL held. */
static void vfctl_pf_recount(const struct net_device *representor)
{
	struct vfctl_pf *pf = vfctl_pf_by_parent(representor->dev.parent);

	if (!pf)
		return;
	if (pf->dev) {
		pf->recount = true;
		vfctl_pf_queue(pf);
	}
	vfctl_pf_put(pf);
}

/**
 * vfctl_pf_appear() - a network device was registered
 * @dev: any network device: new, moved here from another namespace, or known
 *
 * A function may have several, each with callbacks for all of its VFs (mlx4,
 * with one for each port): a VF belongs to the first one. For a VF that has one
 * port both mean the same limit, and what is set through one would come back
 * through the other as somebody else's.
 *
 * Context: RTNL held, perhaps the parent's device_lock().
 * Return: 0, or -ENOMEM where it has to be tried again.
 */
int vfctl_pf_appear(struct net_device *dev)
{
	struct vfctl_pf *pf;

	if (vfctl_is_representor(dev)) {
		vfctl_pf_recount(dev);
		return 0;
	}
	if (!vfctl_provider_suits(dev))
		return 0;

	pf = vfctl_pf_by_parent(dev->dev.parent);
	if (!pf)
		pf = vfctl_pf_begin(dev);
	if (!pf) {
		netdev_warn(dev, "vfctl: out of memory for a PF, trying again\n");
		return -ENOMEM;
	}
	if (!pf->dev) {
		vfctl_pf_set_dev(pf, dev);
		vfctl_pf_queue(pf);
	}
	vfctl_pf_put(pf);
	return 0;
}

/**
 * vfctl_pf_vanish() - a network device is being unregistered or moved
 * @dev: any network device
 *
 * On return nothing of vfctl uses @dev any more.
 *
 * Context: RTNL held, perhaps the parent's device_lock().
 * Return: whether it was the one of a PF, of which there may be another.
 */
bool vfctl_pf_vanish(struct net_device *dev)
{
	struct vfctl_pf *pf = vfctl_pf_of_dev(dev);

	if (!pf) {
		if (vfctl_is_representor(dev))
			vfctl_pf_recount(dev);
		return false;
	}

	vfctl_pf_detach(pf);
	vfctl_pf_set_dev(pf, NULL);
	vfctl_pf_queue(pf);
	return true;
}

/* RTNL held. Stubs follow in the work. */
void vfctl_pf_renamed(struct net_device *dev)
{
	struct vfctl_actor actor = { .origin = VFCTL_ORIGIN_OUTSIDE };
	struct vfctl_pf *pf = vfctl_pf_of_dev(dev);

	if (!pf)
		return;

	vfctl_pf_set_dev(pf, dev);
	if (pf->provider)
		vfctl_notify_pf(pf, VFCTL_CMD_PF_CHANGE_NTF, &actor);
	vfctl_pf_queue(pf);
}

/*
 * The link or the configuration of a device changed. RTNL held. @touched: some
 * process did that, as rtnetlink does when it sets the rate of a VF.
 */
void vfctl_pf_event(struct net_device *dev, bool touched)
{
	struct vfctl_pf *pf;

	if (!vfctl_provider_suits(dev))
		return;
	/* Also of a device that the VFs do not belong to: it can set limits. */
	pf = vfctl_pf_by_parent(dev->dev.parent);
	if (!pf)
		return;
	pf->nudges++;
	pf->touches += touched;
	vfctl_pf_queue(pf);
	vfctl_pf_put(pf);
}

/* VFs of @parent came or went. Called under its device_lock(). */
void vfctl_pf_vfs_changed(const struct device *parent, bool born)
{
	struct vfctl_pf *pf = vfctl_pf_by_parent(parent);

	if (!pf)
		return;
	if (born)
		atomic_inc(&pf->vf_births);
	vfctl_pf_queue(pf);
	vfctl_pf_put(pf);
}

/* The parent device goes for good; its driver is unbound already. */
void vfctl_pf_parent_gone(const struct device *parent)
{
	struct vfctl_pf *pf = vfctl_pf_by_parent(parent);

	if (!pf)
		return;
	WRITE_ONCE(pf->gone, true);
	vfctl_pf_queue(pf);
	vfctl_pf_put(pf);
}

int vfctl_pf_init(void)
{
	int err;

	/* Freezable: while the system sleeps so do the devices. */
	vfctl_wq = alloc_workqueue("vfctl", WQ_UNBOUND | WQ_FREEZABLE, 0);
	if (!vfctl_wq)
		return -ENOMEM;

	err = vfctl_guest_init();
	if (err)
		destroy_workqueue(vfctl_wq);
	return err;
}

/* No locks held. Waits for the timer and the work, which have references. */
static void vfctl_pf_stop(struct vfctl_pf *pf)
{
	vfctl_tick_stop(pf);
	if (cancel_work_sync(&pf->work))
		vfctl_pf_put(pf);
}

/**
 * vfctl_pf_halt() - leave all devices alone, for good
 *
 * Their drivers shut them down after this; igb puts its own into D3. What is
 * queued later does nothing.
 *
 * Context: process, no locks held. Waits for calls into drivers.
 */
void vfctl_pf_halt(void)
{
	struct vfctl_pf *pf;
	u32 id = 0;

	vfctl_set_halted();
	while ((pf = vfctl_pf_next(id))) {
		id = pf->id;
		vfctl_pf_stop(pf);
		vfctl_pf_put(pf);
	}
}

/* No locks held. Without a network device it gets none again. */
static void vfctl_pf_remove_all_stubs(struct vfctl_pf *pf)
{
	bool more;

	do {
		rtnl_lock();
		more = vfctl_pf_remove_stubs(pf, VFCTL_STUB_CHUNK);
		rtnl_unlock();
	} while (more);
}

/**
 * vfctl_pf_exit() - forget all PFs and remove all stubs
 *
 * Limits stay as they are in the devices. Notifiers and the netlink family
 * are unregistered before.
 */
void vfctl_pf_exit(void)
{
	struct vfctl_pf *pf;
	bool listed;

	while ((pf = vfctl_pf_next(0))) {
		rtnl_lock();
		if (pf->dev) {
			vfctl_pf_detach(pf);
			vfctl_pf_set_dev(pf, NULL);
		}
		listed = vfctl_pf_unlist(pf);
		rtnl_unlock();

		vfctl_pf_remove_all_stubs(pf);
		vfctl_pf_stop(pf);
		if (listed)
			vfctl_pf_put(pf);
		vfctl_pf_put(pf);
	}
	/* Until here PFs were attached, and guests asked about. */
	vfctl_guest_exit();
	/* PFs that were off the list already stop their timers by themselves. */
	flush_workqueue(vfctl_wq);
	destroy_workqueue(vfctl_wq);
}
