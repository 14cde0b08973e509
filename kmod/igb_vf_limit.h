/* SPDX-License-Identifier: GPL-2.0 */
#ifndef _LINUX_NET_INTEL_IGB_VF_LIMIT_H
#define _LINUX_NET_INTEL_IGB_VF_LIMIT_H

#include <linux/types.h>

struct net_device;

#define IGB_VF_LIMIT_VERSION 1

/**
 * DOC: transmit limits of the VFs of an 82576
 *
 * A VF has a hard limit, which ndo_set_vf_rate sets, and a soft limit, which
 * its guest sets over the mailbox. In force is the smaller of those that are
 * set. All rates are in Mbit/s, and 0 is none. igb answers its guests by
 * itself; another module, the manager, may have a say in it and learn of
 * changes.
 *
 * A manager that must not depend on igb, nor keep it from being removed,
 * takes each of the functions below by symbol_get() and gives it back with
 * symbol_put() after the call. When igb is removed, its callbacks have ended
 * by the time the module notifier reports MODULE_STATE_GOING for it, and the
 * registration is gone; the next igb has to be told again. symbol_get() fails
 * from shortly before that on, so a manager that is being removed itself
 * tries igb_vf_limit_unregister() until it has either called it or been told
 * by the notifier that igb is gone.
 */

/**
 * struct igb_vf_limit_ops - what the manager does
 * @version: %IGB_VF_LIMIT_VERSION
 * @may_set: a guest asks for a soft limit, or with 0 to have it removed; it
 *	is neither above the hard limit nor above the link speed. Returns 0 to
 *	allow it, -EAGAIN to have the guest try again later, or another
 *	negative errno, such as -EPERM, to forbid it. Absent: all is allowed.
 * @changed: the soft limit of a VF is another than before, because its guest
 *	has set it or because a reset of the VF has cleared it. Not called for
 *	igb_vf_limit_set_soft(), nor when the VF as such goes. May be absent.
 *
 * Both are called in hard interrupt context, with a lock of igb held that the
 * functions below take as well: they must not sleep and must not call them.
 * @pf is valid until they return.
 */
struct igb_vf_limit_ops {
	u32 version;
	int (*may_set)(struct net_device *pf, unsigned int vf, u32 soft_mbps);
	void (*changed)(struct net_device *pf, unsigned int vf);
};

int igb_vf_limit_register(const struct igb_vf_limit_ops *ops);
void igb_vf_limit_unregister(const struct igb_vf_limit_ops *ops);
int igb_vf_limit_get(struct net_device *pf, unsigned int vf, u32 *hard,
		     u32 *soft);
int igb_vf_limit_set_soft(struct net_device *pf, unsigned int vf, u32 soft);

#endif /* _LINUX_NET_INTEL_IGB_VF_LIMIT_H */
