// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only, on kernels with lockdep: gives the device mutexes of all PCI
 * functions that can have VFs a lock class of their own.
 *
 * The driver core gives all device mutexes one class, at which lockdep does not
 * look: the core may lock a device and its parent at once, which would be taken
 * for one lock twice. No two of the functions here are locked at once.
 *
 * The mutexes point to the key below from now on, so this module stays.
 */
#include <linux/device.h>
#include <linux/lockdep.h>
#include <linux/module.h>
#include <linux/pci.h>

static struct lock_class_key pf_device_lock;

static int __init pf_lock_class_init(void)
{
	struct pci_dev *pdev = NULL;

	for_each_pci_dev(pdev) {
		if (!pdev->is_physfn)
			continue;
		device_lock(&pdev->dev);
		device_lock_set_class(&pdev->dev, &pf_device_lock);
		device_unlock(&pdev->dev);
	}
	return 0;
}

module_init(pf_lock_class_init);

MODULE_DESCRIPTION("Lets lockdep watch device_lock() of PFs, for the tests of vfctl");
MODULE_LICENSE("GPL");
