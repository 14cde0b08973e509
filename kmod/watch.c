// SPDX-License-Identifier: GPL-2.0-only
/*
 * The first two notifiers are called with locks that the work to be done has to take
 * in another order: they mark what has happened and queue the work.
 */
#include <linux/device.h>
#include <linux/netdevice.h>
#include <linux/notifier.h>
#include <linux/pci.h>
#include <linux/reboot.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/workqueue.h>
#include <net/net_namespace.h>

#include "pf.h"
#include "pf_life.h"
#include "stub.h"
#include "watch.h"

/* When to look again for a PF for which memory was short. */
#define VFCTL_RESCAN_DELAY	HZ

/* Set once: all network devices that there are were looked at. */
static bool vfctl_has_watched;

/* RTNL: after the notifier nobody would hear of the end of what is found. */
static bool vfctl_watching = true;

static void vfctl_rescan(struct work_struct *work)
{
	struct net_device *dev;
	struct net *net;
	int err = 0;

	rtnl_lock();
	down_read(&net_rwsem);
	if (vfctl_watching && !vfctl_is_halted())
		for_each_net(net)
			for_each_netdev(net, dev)
				err = vfctl_pf_appear(dev) ?: err;
	up_read(&net_rwsem);
	rtnl_unlock();
	if (err)
		queue_delayed_work(vfctl_wq, to_delayed_work(work),
				   VFCTL_RESCAN_DELAY);
}

static DECLARE_DELAYED_WORK(vfctl_rescan_work, vfctl_rescan);

static int vfctl_netdev_event(struct notifier_block *nb, unsigned long event,
			      void *ptr)
{
	struct net_device *dev = netdev_notifier_info_to_dev(ptr);

	switch (event) {
	case NETDEV_REGISTER:
		if (vfctl_pf_appear(dev))
			queue_delayed_work(vfctl_wq, &vfctl_rescan_work,
					   VFCTL_RESCAN_DELAY);
		break;
	case NETDEV_UNREGISTER:
		/* One that only moves comes back before this finds another. */
		if (vfctl_pf_vanish(dev))
			mod_delayed_work(vfctl_wq, &vfctl_rescan_work, 0);
		break;
	case NETDEV_CHANGENAME:
		vfctl_pf_renamed(dev);
		vfctl_stub_renamed(dev);
		break;
	case NETDEV_UP:
	case NETDEV_DOWN:
		vfctl_pf_event(dev, false);
		break;
	case NETDEV_CHANGE:
		/* The carrier's comes from a worker of the kernel. */
		vfctl_pf_event(dev, !(current->flags & PF_KTHREAD));
		break;
	}

	return NOTIFY_DONE;
}

static struct notifier_block vfctl_netdev_notifier = {
	.notifier_call = vfctl_netdev_event,
};

/* device_lock() of the PF is held where @data is one of its VFs. */
static int vfctl_pci_event(struct notifier_block *nb, unsigned long event,
			   void *data)
{
	struct pci_dev *pdev = to_pci_dev(data);

	switch (event) {
	case BUS_NOTIFY_ADD_DEVICE:
		if (pdev->is_virtfn)
			vfctl_pf_vfs_changed(&pci_physfn(pdev)->dev, true);
		break;
	case BUS_NOTIFY_REMOVED_DEVICE:
		if (pdev->is_virtfn)
			vfctl_pf_vfs_changed(&pci_physfn(pdev)->dev, false);
		break;
	case BUS_NOTIFY_DEL_DEVICE:
		if (!pdev->is_virtfn)
			vfctl_pf_parent_gone(&pdev->dev);
		break;
	}

	return NOTIFY_DONE;
}

static struct notifier_block vfctl_pci_notifier = {
	.notifier_call = vfctl_pci_event,
};

/* Reboot, poweroff or kexec: called before any driver shuts its device down. */
static int vfctl_reboot_event(struct notifier_block *nb, unsigned long event,
			      void *data)
{
	vfctl_pf_halt();
	return NOTIFY_DONE;
}

static struct notifier_block vfctl_reboot_notifier = {
	.notifier_call = vfctl_reboot_event,
};

/* Before that what is not known may be there all the same. Any context. */
bool vfctl_watch_has_begun(void)
{
	return READ_ONCE(vfctl_has_watched);
}

/* Registering the last one replays all network devices that there are. */
int vfctl_watch_init(void)
{
	int err;

	err = register_reboot_notifier(&vfctl_reboot_notifier);
	if (err)
		return err;

	err = bus_register_notifier(&pci_bus_type, &vfctl_pci_notifier);
	if (err)
		goto err_reboot;

	err = register_netdevice_notifier(&vfctl_netdev_notifier);
	if (err)
		goto err_pci;

	WRITE_ONCE(vfctl_has_watched, true);
	return 0;

err_pci:
	cancel_delayed_work_sync(&vfctl_rescan_work);
	bus_unregister_notifier(&pci_bus_type, &vfctl_pci_notifier);
err_reboot:
	unregister_reboot_notifier(&vfctl_reboot_notifier);
	return err;
}

void vfctl_watch_exit(void)
{
	rtnl_lock();
	vfctl_watching = false;
	rtnl_unlock();
	unregister_netdevice_notifier(&vfctl_netdev_notifier);
	cancel_delayed_work_sync(&vfctl_rescan_work);
	bus_unregister_notifier(&pci_bus_type, &vfctl_pci_notifier);
	unregister_reboot_notifier(&vfctl_reboot_notifier);
}
