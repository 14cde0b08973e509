// SPDX-License-Identifier: GPL-2.0-only
/*
 * The bus, its driver, and the devices on it, which come and go with the
 * module. A driver that leaves its device takes the VFs along, as igb does.
 */
#include <linux/err.h>
#include <linux/kstrtox.h>
#include <linux/lockdep.h>
#include <linux/mm.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/string.h>
#include <linux/sysfs.h>

#include "vfsim.h"

/*
 * The driver core gives all device mutexes one lock class, at which lockdep
 * does not look. The mutexes of these devices have a class of their own, as
 * those of cxl do, so that lockdep watches whoever takes them.
 */
static struct lock_class_key vfsim_device_lock;

static ssize_t sriov_numvfs_show(struct device *dev,
				 struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", READ_ONCE(vfsim_pf_of(dev)->num_vfs));
}

/* device_lock() held. */
static int vfsim_set_num_vfs(struct vfsim_pf *pf, unsigned int num)
{
	if (!pf->netdev)
		return -ENODEV;

	WRITE_ONCE(pf->num_vfs, num);
	rtnl_lock();
	memset(pf->vfs, 0, VFSIM_MAX_VFS * sizeof(*pf->vfs));
	/* A bus of one's own has nobody listen: the network device tells. */
	netdev_state_change(pf->netdev);
	rtnl_unlock();
	return 0;
}

static ssize_t sriov_numvfs_store(struct device *dev,
				  struct device_attribute *attr,
				  const char *buf, size_t count)
{
	unsigned int num;
	int err;

	err = kstrtouint(buf, 0, &num);
	if (err)
		return err;
	if (num > VFSIM_MAX_VFS)
		return -ERANGE;

	device_lock(dev);
	err = vfsim_set_num_vfs(vfsim_pf_of(dev), num);
	device_unlock(dev);
	return err ? err : count;
}

static DEVICE_ATTR_RW(sriov_numvfs);

static struct attribute *vfsim_attrs[] = {
	&dev_attr_sriov_numvfs.attr,
	NULL,
};
ATTRIBUTE_GROUPS(vfsim);

static int vfsim_probe(struct device *dev)
{
	struct vfsim_pf *pf = vfsim_pf_of(dev);

	return vfsim_netdevs_set(pf, pf->ports_wanted);
}

static void vfsim_remove(struct device *dev)
{
	struct vfsim_pf *pf = vfsim_pf_of(dev);

	WRITE_ONCE(pf->num_vfs, 0);
	vfsim_netdevs_set(pf, 0);
}

static int vfsim_num_vf(struct device *dev)
{
	return READ_ONCE(vfsim_pf_of(dev)->num_vfs);
}

static struct bus_type vfsim_bus = {
	.name = "vfsim",
	.probe = vfsim_probe,
	.remove = vfsim_remove,
	.num_vf = vfsim_num_vf,
};

static struct device_driver vfsim_driver = {
	.name = "vfsim",
	.bus = &vfsim_bus,
	.owner = THIS_MODULE,
	.probe_type = PROBE_FORCE_SYNCHRONOUS,
};

static void vfsim_release(struct device *dev)
{
	complete(&vfsim_pf_of(dev)->released);
}

static void vfsim_pf_free(struct vfsim_pf *pf)
{
	kvfree(pf->vfs);
	kfree(pf);
}

static struct vfsim_pf *vfsim_pf_alloc(unsigned int index)
{
	struct vfsim_pf *pf = kzalloc(sizeof(*pf), GFP_KERNEL);

	if (!pf)
		return NULL;

	pf->vfs = kvcalloc(VFSIM_MAX_VFS, sizeof(*pf->vfs), GFP_KERNEL);
	if (!pf->vfs) {
		kfree(pf);
		return NULL;
	}

	init_completion(&pf->released);
	pf->index = index;
	pf->ops = BIT(VFSIM_CALLS) - 1;
	pf->ports_wanted = BIT(0);
	pf->vanish = VFSIM_CALLS;
	return pf;
}

/**
 * vfsim_pf_create() - add a PF to the bus, and let the driver take it
 * @index: its number
 *
 * Return: the PF or an error pointer.
 */
struct vfsim_pf *vfsim_pf_create(unsigned int index)
{
	struct vfsim_pf *pf = vfsim_pf_alloc(index);
	int err;

	if (!pf)
		return ERR_PTR(-ENOMEM);

	device_initialize(&pf->dev);
	lockdep_set_class(&pf->dev.mutex, &vfsim_device_lock);
	pf->dev.bus = &vfsim_bus;
	pf->dev.release = vfsim_release;
	pf->dev.groups = vfsim_groups;
	err = dev_set_name(&pf->dev, "vfsim%u", index);
	if (!err)
		err = device_add(&pf->dev);
	if (err) {
		put_device(&pf->dev);
		wait_for_completion(&pf->released);
		vfsim_pf_free(pf);
		return ERR_PTR(err);
	}

	vfsim_knobs_add(pf);
	return pf;
}

/* Whoever else holds a reference keeps the PF, and the module, from going. */
void vfsim_pf_destroy(struct vfsim_pf *pf)
{
	vfsim_knobs_remove(pf);
	device_unregister(&pf->dev);
	wait_for_completion(&pf->released);
	vfsim_pf_free(pf);
}

int vfsim_bus_init(void)
{
	int err;

	err = bus_register(&vfsim_bus);
	if (err)
		return err;

	err = driver_register(&vfsim_driver);
	if (err)
		bus_unregister(&vfsim_bus);
	return err;
}

void vfsim_bus_exit(void)
{
	driver_unregister(&vfsim_driver);
	bus_unregister(&vfsim_bus);
}
