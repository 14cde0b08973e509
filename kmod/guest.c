// SPDX-License-Identifier: GPL-2.0-only
/*
 * Soft limits that guests set over the mailbox of an 82576.
 *
 * An igb with patches/linux keeps them, and asks here whether a guest may.
 * Neither module needs the other: igb's functions are looked up for each call
 * and given back after it, so that igb can be removed at any time. Which igb
 * there is, is told by the module notifier.
 */
#include <linux/device.h>
#include <linux/delay.h>
#include <linux/jiffies.h>
#include <linux/module.h>
#include <linux/mutex.h>
#include <linux/netdevice.h>
#include <linux/workqueue.h>

#include "compat.h"
#include "guest.h"
#include "igb_vf_limit.h"
#include "pf.h"

/* Requests that one guest may make in a second. */
#define VFCTL_GUEST_BURST	16

/* The time in which the changes of all guests come to one look at the PFs. */
#define VFCTL_GUEST_DELAY	(HZ / 10)

/*
 * Taken by the module notifier and at init and exit, without any other lock of
 * vfctl; inside it only those of igb are taken.
 */
static DEFINE_MUTEX(vfctl_guest_lock);
static bool vfctl_guest_registered;	/* read without the lock */
static bool vfctl_guest_leaving;	/* an igb that comes now is not told */

static void vfctl_guest_work(struct work_struct *work)
{
	struct vfctl_pf *pf;
	u32 id = 0;

	while ((pf = vfctl_pf_next(id))) {
		id = pf->id;
		vfctl_pf_queue(pf);
		vfctl_pf_put(pf);
	}
}

static DECLARE_DELAYED_WORK(vfctl_guest_dwork, vfctl_guest_work);

/* Hard interrupt context; igb holds a lock for each PF, so none is needed. */
static bool vfctl_guest_asks_too_often(struct vfctl_vf *vf)
{
	if (!vf->guest_asked ||
	    time_after_eq(jiffies, vf->guest_window + HZ)) {
		vf->guest_window = jiffies;
		vf->guest_asked = 0;
	}
	return ++vf->guest_asked > VFCTL_GUEST_BURST;
}

/* Hard interrupt context, as all that igb calls. */
static int vfctl_guest_may_set(struct net_device *dev, unsigned int index,
			       u32 soft_mbit)
{
	struct vfctl_vf *vf;
	int err = 0;

	rcu_read_lock();
	vf = vfctl_vf_by_dev_rcu(dev, index);
	/* One that is not known yet has had no chance to be forbidden. */
	if (vf && READ_ONCE(vf->guest_barred))
		err = -EPERM;
	else if (vf && vfctl_guest_asks_too_often(vf))
		err = -EAGAIN;
	rcu_read_unlock();
	return err;
}

static void vfctl_guest_changed(struct net_device *dev, unsigned int index)
{
	struct vfctl_vf *vf;

	rcu_read_lock();
	vf = vfctl_vf_by_dev_rcu(dev, index);
	if (vf)
		WRITE_ONCE(vf->soft_changed, true);
	rcu_read_unlock();
	schedule_delayed_work(&vfctl_guest_dwork, VFCTL_GUEST_DELAY);
}

static const struct igb_vf_limit_ops vfctl_guest_ops = {
	.version = IGB_VF_LIMIT_VERSION,
	.may_set = vfctl_guest_may_set,
	.changed = vfctl_guest_changed,
};

static void vfctl_guest_register(void)
{
	typeof(igb_vf_limit_register) *reg;
	int err;

	mutex_lock(&vfctl_guest_lock);
	reg = vfctl_guest_leaving ? NULL : symbol_get(igb_vf_limit_register);
	if (reg) {
		err = reg(&vfctl_guest_ops);
		symbol_put(igb_vf_limit_register);
		WRITE_ONCE(vfctl_guest_registered, !err);
		if (err)
			pr_warn("vfctl: igb does not ask about soft limits, error %d\n",
				err);
	}
	mutex_unlock(&vfctl_guest_lock);
}

/* Returns whether igb does not know vfctl any more, and will not again. */
static bool vfctl_guest_unregister(void)
{
	typeof(igb_vf_limit_unregister) *unreg;
	bool done;

	mutex_lock(&vfctl_guest_lock);
	vfctl_guest_leaving = true;
	if (vfctl_guest_registered) {
		unreg = symbol_get(igb_vf_limit_unregister);
		if (unreg) {
			unreg(&vfctl_guest_ops);
			symbol_put(igb_vf_limit_unregister);
			WRITE_ONCE(vfctl_guest_registered, false);
		}
	}
	done = !vfctl_guest_registered;
	mutex_unlock(&vfctl_guest_lock);
	return done;
}

/* An igb is complete only after it has made its first devices. */
static int vfctl_guest_module_event(struct notifier_block *nb,
				    unsigned long event, void *data)
{
	const struct module *module = data;

	if (strcmp(module->name, "igb"))
		return NOTIFY_DONE;

	switch (event) {
	case MODULE_STATE_LIVE:
		vfctl_guest_register();
		schedule_delayed_work(&vfctl_guest_dwork, 0);
		break;
	case MODULE_STATE_GOING:
		mutex_lock(&vfctl_guest_lock);
		WRITE_ONCE(vfctl_guest_registered, false);
		mutex_unlock(&vfctl_guest_lock);
		break;
	}
	return NOTIFY_DONE;
}

static struct notifier_block vfctl_guest_notifier = {
	.notifier_call = vfctl_guest_module_event,
};

/**
 * vfctl_guest_can() - can guests of igb set the soft limits of their VFs?
 *
 * This is asked at each look at a PF. It touches no function of igb: while one
 * is held, igb cannot be removed.
 *
 * Context: any.
 * Return: true where igb has the mailbox messages for it, and tells vfctl of
 * changes.
 */
bool vfctl_guest_can(void)
{
	return READ_ONCE(vfctl_guest_registered);
}

/**
 * vfctl_guest_get_soft() - the soft limit that a VF has now
 * @pf: a PF of igb
 * @vf: number of the VF
 * @mbit: the limit in Mbit/s, 0 is none
 *
 * Context: RTNL held.
 * Return: 0; -EOPNOTSUPP where this igb has no soft limits; or another
 * negative errno where there is no such VF.
 */
int vfctl_guest_get_soft(struct vfctl_pf *pf, unsigned int vf, u32 *mbit)
{
	typeof(igb_vf_limit_get) *get = symbol_get(igb_vf_limit_get);
	u32 hard;
	int err;

	if (!get)
		return -EOPNOTSUPP;

	err = get(pf->dev, vf, &hard, mbit);
	symbol_put(igb_vf_limit_get);
	return err;
}

/**
 * vfctl_guest_set_soft() - set the soft limit of a VF for its guest
 * @pf: a PF of igb
 * @vf: number of the VF
 * @mbit: the limit in Mbit/s, 0 is none
 * @extack: told the cause of a refusal
 *
 * Context: RTNL held.
 * Return: 0 or a negative errno.
 */
int vfctl_guest_set_soft(struct vfctl_pf *pf, unsigned int vf, u32 mbit,
			 struct netlink_ext_ack *extack)
{
	typeof(igb_vf_limit_set_soft) *set = symbol_get(igb_vf_limit_set_soft);
	int err = -EOPNOTSUPP;

	if (set) {
		err = set(pf->dev, vf, mbit);
		symbol_put(igb_vf_limit_set_soft);
	}
	if (err)
		NL_SET_ERR_MSG_FMT(extack,
				   "%s refused a soft limit of %u Mbit/s for VF %u, error %d",
				   dev_driver_string(pf->parent), mbit, vf,
				   err);
	return err;
}

int vfctl_guest_init(void)
{
	int err = register_module_notifier(&vfctl_guest_notifier);

	if (!err)
		vfctl_guest_register();
	return err;
}

/*
 * While igb is being removed its functions cannot be had any more, but its
 * guests may still ask: the end of that is told to the notifier.
 */
void vfctl_guest_exit(void)
{
	while (!vfctl_guest_unregister())
		msleep(20);
	unregister_module_notifier(&vfctl_guest_notifier);
	cancel_delayed_work_sync(&vfctl_guest_dwork);
}
