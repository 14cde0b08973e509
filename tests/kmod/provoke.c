// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: does one wrong thing, by the parameter "what", that a kernel
 * with its checkers on has to report: the silence of a checker that is not there
 * would be taken for a good result. insmod fails in the end, so that nothing is
 * left to remove.
 */
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/refcount.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>
#include <linux/spinlock.h>
#include <linux/string.h>

static char *what = "";
module_param(what, charp, 0);
MODULE_PARM_DESC(what, "leak, use-after-free, lock-order, refcount or sleep");

static char *dev = "";
module_param(dev, charp, 0);
MODULE_PARM_DESC(dev, "for lock-order: network device of a PF");

static DEFINE_MUTEX(provoke_mutex);

static void provoke_leak(void)
{
	void *p;
	int i;

	/* Some: a stale pointer may hide one. */
	for (i = 0; i < 8; i++) {
		p = kmalloc(200, GFP_KERNEL);
		OPTIMIZER_HIDE_VAR(p);
	}
}

static void provoke_use_after_free(void)
{
	char *p = kmalloc(64, GFP_KERNEL);

	kfree(p);
	OPTIMIZER_HIDE_VAR(p);
	if (p)
		(void)READ_ONCE(*p);
}

static struct device *provoke_get_parent(void)
{
	struct net_device *netdev = dev_get_by_name(&init_net, dev);
	struct device *parent;

	if (!netdev)
		return NULL;

	parent = get_device(netdev->dev.parent);
	dev_put(netdev);
	return parent;
}

/*
 * First the order that vfctl keeps, with a mutex for its sample_lock; then the
 * innermost lock before the outermost one. lockdep speaks once: nothing else
 * can show what it sees after this.
 */
static void provoke_lock_order(void)
{
	struct device *parent = provoke_get_parent();

	if (!parent)
		return;

	device_lock(parent);
	rtnl_lock();
	mutex_lock(&provoke_mutex);
	mutex_unlock(&provoke_mutex);
	rtnl_unlock();
	device_unlock(parent);

	mutex_lock(&provoke_mutex);
	device_lock(parent);
	device_unlock(parent);
	mutex_unlock(&provoke_mutex);

	put_device(parent);
}

static void provoke_refcount(void)
{
	refcount_t ref = REFCOUNT_INIT(0);

	refcount_inc(&ref);
}

static void provoke_sleep(void)
{
	static DEFINE_SPINLOCK(lock);

	spin_lock(&lock);
	msleep(20);
	spin_unlock(&lock);
}

static const struct {
	const char *name;
	void (*run)(void);
} provoke_things[] = {
	{ "leak", provoke_leak },
	{ "use-after-free", provoke_use_after_free },
	{ "lock-order", provoke_lock_order },
	{ "refcount", provoke_refcount },
	{ "sleep", provoke_sleep },
};

static int __init provoke_init(void)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(provoke_things); i++) {
		if (strcmp(provoke_things[i].name, what))
			continue;
		provoke_things[i].run();
		return -EAGAIN;
	}
	return -EINVAL;
}

module_init(provoke_init);

MODULE_DESCRIPTION("Wrong things, for the tests of vfctl");
MODULE_LICENSE("GPL");
