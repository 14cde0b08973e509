// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: insmod takes device_lock() of a PCI function and RTNL, or the
 * first alone, keeps it for a while, and then fails, so that nothing is left to
 * remove.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/module.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>

static char *device = "";
module_param(device, charp, 0);
MODULE_PARM_DESC(device, "PCI address, as 0000:01:00.0");

static unsigned int ms = 1000;
module_param(ms, uint, 0);
MODULE_PARM_DESC(ms, "how long");

static bool rtnl = true;
module_param(rtnl, bool, 0);
MODULE_PARM_DESC(rtnl, "RTNL as well");

static int __init hold_locks_init(void)
{
	struct device *dev;

	dev = bus_find_device_by_name(&pci_bus_type, NULL, device);
	if (!dev)
		return -ENODEV;

	device_lock(dev);
	if (rtnl)
		rtnl_lock();
	pr_info("hold_locks: held\n");
	msleep(ms);
	if (rtnl)
		rtnl_unlock();
	device_unlock(dev);
	put_device(dev);
	return -EAGAIN;
}

module_init(hold_locks_init);

MODULE_DESCRIPTION("Holder of locks, for the tests of vfctl");
MODULE_LICENSE("GPL");
