// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: a PF driver without hardware. It shows what the 82576 does
 * not: a driver that is not known by name, that has no rate control or no
 * counters, that has a minimum rate, that is slow or refuses; and VFs that
 * come and go within microseconds.
 *
 * /sys/bus/vfsim/devices/vfsim0/sriov_numvfs	as with PCI
 * /sys/module/vfsim/parameters/delay_ms	of each callback
 * /sys/module/vfsim/parameters/refuse		errno of each callback
 */
#include <linux/completion.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/etherdevice.h>
#include <linux/if_link.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#define VFSIM_MAX_VFS 1024

static bool rates = true;
module_param(rates, bool, 0444);
MODULE_PARM_DESC(rates, "has ndo_set_vf_rate");

static bool stats = true;
module_param(stats, bool, 0444);
MODULE_PARM_DESC(stats, "has ndo_get_vf_stats");

static unsigned int delay_ms;
module_param(delay_ms, uint, 0644);
MODULE_PARM_DESC(delay_ms, "how long each callback takes");

static int refuse;
module_param(refuse, int, 0644);
MODULE_PARM_DESC(refuse, "errno that ndo_set_vf_rate refuses with, 0: none");

static struct {
	struct device dev;
	struct net_device *netdev;
	unsigned int num_vfs;		/* device_lock() */
	struct {
		u32 max;
		u32 min;
	} vfs[VFSIM_MAX_VFS];		/* RTNL */
	bool in_callback;		/* RTNL */
} vfsim;

static int vfsim_enter(int vf)
{
	/* Callers owe the driver RTNL, and a VF that exists. */
	ASSERT_RTNL();
	WARN_ON_ONCE(vfsim.in_callback);
	vfsim.in_callback = true;
	if (delay_ms)
		msleep(delay_ms);
	vfsim.in_callback = false;
	return WARN_ON_ONCE(vf >= vfsim.num_vfs) ? -EINVAL : 0;
}

static int vfsim_set_vf_rate(struct net_device *dev, int vf, int min, int max)
{
	int err = vfsim_enter(vf);

	if (err || refuse)
		return err ? err : -refuse;

	vfsim.vfs[vf].min = min;
	vfsim.vfs[vf].max = max;
	return 0;
}

static int vfsim_get_vf_config(struct net_device *dev, int vf,
			       struct ifla_vf_info *ivi)
{
	if (vf >= vfsim.num_vfs)
		return -EINVAL;

	ivi->vf = vf;
	ivi->max_tx_rate = vfsim.vfs[vf].max;
	ivi->min_tx_rate = vfsim.vfs[vf].min;
	return 0;
}

/* A VF that sends a packet of 1000 bytes each microsecond. */
static int vfsim_get_vf_stats(struct net_device *dev, int vf,
			      struct ifla_vf_stats *out)
{
	int err = vfsim_enter(vf);

	out->tx_packets = ktime_to_us(ktime_get());
	out->tx_bytes = out->tx_packets * 1000;
	return err;
}

static netdev_tx_t vfsim_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

#define VFSIM_OPS(set_rate, get_stats) {		\
	.ndo_start_xmit = vfsim_xmit,			\
	.ndo_get_vf_config = vfsim_get_vf_config,	\
	.ndo_set_vf_rate = (set_rate),			\
	.ndo_get_vf_stats = (get_stats),		\
}

/* By the parameters rates and stats. */
static const struct net_device_ops vfsim_ops[2][2] = {
	{ VFSIM_OPS(NULL, NULL), VFSIM_OPS(NULL, vfsim_get_vf_stats) },
	{ VFSIM_OPS(vfsim_set_vf_rate, NULL),
	  VFSIM_OPS(vfsim_set_vf_rate, vfsim_get_vf_stats) },
};

static ssize_t sriov_numvfs_show(struct device *dev,
				 struct device_attribute *attr, char *buf)
{
	return sysfs_emit(buf, "%u\n", vfsim.num_vfs);
}

static ssize_t sriov_numvfs_store(struct device *dev,
				  struct device_attribute *attr,
				  const char *buf, size_t count)
{
	unsigned int num;
	int err = kstrtouint(buf, 0, &num);

	if (err || num > VFSIM_MAX_VFS)
		return err ? err : -ERANGE;

	device_lock(dev);
	vfsim.num_vfs = num;
	rtnl_lock();
	memset(vfsim.vfs, 0, sizeof(vfsim.vfs));
	/* A bus of one's own has nobody listen: the network device tells. */
	netdev_state_change(vfsim.netdev);
	rtnl_unlock();
	device_unlock(dev);
	return count;
}

static DEVICE_ATTR_RW(sriov_numvfs);

static struct attribute *vfsim_attrs[] = {
	&dev_attr_sriov_numvfs.attr,
	NULL,
};
ATTRIBUTE_GROUPS(vfsim);

static int vfsim_num_vf(struct device *dev)
{
	return vfsim.num_vfs;
}

static struct bus_type vfsim_bus = {
	.name = "vfsim",
	.num_vf = vfsim_num_vf,
};

/* Whoever else holds a reference keeps the module from going. */
static DECLARE_COMPLETION(vfsim_released);

static void vfsim_release(struct device *dev)
{
	complete(&vfsim_released);
}

static int vfsim_add_netdev(void)
{
	struct net_device *dev = alloc_etherdev(0);
	int err;

	if (!dev)
		return -ENOMEM;

	strscpy(dev->name, "sim%d", sizeof(dev->name));
	eth_hw_addr_random(dev);
	dev->netdev_ops = &vfsim_ops[rates][stats];
	SET_NETDEV_DEV(dev, &vfsim.dev);
	err = register_netdev(dev);
	if (err) {
		free_netdev(dev);
		return err;
	}

	vfsim.netdev = dev;
	return 0;
}

static int __init vfsim_init(void)
{
	int err = bus_register(&vfsim_bus);

	if (err)
		return err;

	vfsim.dev.bus = &vfsim_bus;
	vfsim.dev.release = vfsim_release;
	vfsim.dev.groups = vfsim_groups;
	dev_set_name(&vfsim.dev, "vfsim0");
	err = device_register(&vfsim.dev);
	if (err) {
		put_device(&vfsim.dev);
		goto err_bus;
	}

	err = vfsim_add_netdev();
	if (err)
		goto err_device;
	return 0;

err_device:
	device_unregister(&vfsim.dev);
	wait_for_completion(&vfsim_released);
err_bus:
	bus_unregister(&vfsim_bus);
	return err;
}

static void __exit vfsim_exit(void)
{
	device_lock(&vfsim.dev);
	unregister_netdev(vfsim.netdev);
	device_unlock(&vfsim.dev);
	free_netdev(vfsim.netdev);
	device_unregister(&vfsim.dev);
	wait_for_completion(&vfsim_released);
	bus_unregister(&vfsim_bus);
}

module_init(vfsim_init);
module_exit(vfsim_exit);

MODULE_DESCRIPTION("PF driver without hardware, for the tests of vfctl");
MODULE_LICENSE("GPL");
