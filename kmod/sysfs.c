// SPDX-License-Identifier: GPL-2.0-only
/*
 * /sys/class/net/eth0/device/bandwidth_allocation: the hard limits of all VFs
 * of a PF in one line, Mbit/s, 0 is none: "500 0 200 0". Written as it reads.
 */
#include <linux/ctype.h>
#include <linux/delay.h>
#include <linux/device.h>
#include <linux/kernfs.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/sched/signal.h>
#include <linux/slab.h>
#include <linux/sysfs.h>

#include "compat.h"
#include "limit.h"
#include "limit_check.h"
#include "pf.h"
#include "rate.h"
#include "sysfs.h"
#include "uapi/linux/vfctl.h"

static ssize_t bandwidth_allocation_show(struct device *dev,
					 struct device_attribute *attr,
					 char *buf)
{
	struct vfctl_pf *pf = vfctl_pf_by_parent(dev);
	struct vfctl_pf_info info;
	struct vfctl_vf_info vf;
	unsigned int i;
	int len = 0;

	if (!pf)
		return -ENODEV;

	/* Also those that have not been given a stub yet. */
	vfctl_pf_get_info(pf, &info);
	for (i = 0; i < info.num_vfs; i++) {
		vfctl_vf_get_info(vfctl_pf_vf(pf, i), &vf);
		len += sysfs_emit_at(buf, len, "%s%u", len ? " " : "",
				     vfctl_rate_to_mbit(vf.limit.hard));
	}
	len += sysfs_emit_at(buf, len, "\n");
	vfctl_pf_put(pf);
	/* A line that was cut would pass for one of fewer VFs. */
	return len < PAGE_SIZE - 1 ? len : -EOVERFLOW;
}

/* "500 0 200 0" to numbers, one a VF. Returns how many, or -EINVAL. */
static int vfctl_sysfs_parse(const char *buf, u32 *mbit, unsigned int max,
			     struct netlink_ext_ack *extack)
{
	char word[16];
	unsigned int num = 0;
	size_t len;

	for (;;) {
		buf = skip_spaces(buf);
		if (!*buf)
			return num;

		for (len = 0; buf[len] && !isspace(buf[len]); len++)
			;
		strscpy(word, buf, min(len + 1, sizeof(word)));
		if (num == max) {
			NL_SET_ERR_MSG_FMT(extack,
					   "more than %u numbers for %u VFs",
					   max, max);
			return -EINVAL;
		}
		if (len >= sizeof(word) || !isdigit(*word) ||
		    kstrtou32(word, 10, &mbit[num])) {
			NL_SET_ERR_MSG_FMT(extack,
					   "\"%s\" is no rate in whole Mbit/s",
					   word);
			return -EINVAL;
		}
		num++;
		buf += len;
	}
}

/* Set all or none. device_lock() and RTNL held. */
static int vfctl_sysfs_set_all(struct vfctl_pf *pf, const u32 *mbit,
			       unsigned int num, struct netlink_ext_ack *extack)
{
	struct vfctl_actor actor = {
		.origin = VFCTL_ORIGIN_SYSFS,
		.pid = task_tgid_nr(current),
	};
	struct vfctl_limit *old, want;
	unsigned int i;
	int err = 0;

	old = kvcalloc(num, sizeof(*old), GFP_KERNEL);
	if (!old)
		return -ENOMEM;

	for (i = 0; !err && i < num; i++) {
		vfctl_limit_get(vfctl_pf_vf(pf, i), &old[i]);
		want = old[i];
		want.hard = vfctl_rate_from_mbit(mbit[i]);
		err = vfctl_limit_check(vfctl_pf_vf(pf, i), &want, false,
					extack);
	}
	if (err)
		goto out;

	for (i = 0; i < num; i++) {
		want = old[i];
		want.hard = vfctl_rate_from_mbit(mbit[i]);
		err = vfctl_limit_set(vfctl_pf_vf(pf, i), &want, &actor,
				      extack);
		if (err)
			break;
	}
	/* What the device took before, it takes again. */
	while (err && i--)
		vfctl_limit_set(vfctl_pf_vf(pf, i), &old[i], &actor, NULL);
out:
	kvfree(old);
	return err;
}

static int vfctl_sysfs_store(struct vfctl_pf *pf, const char *buf,
			     struct netlink_ext_ack *extack)
{
	unsigned int num_vfs = pf->info.num_vfs;
	u32 *mbit;
	int num;

	if (!pf->dev || !num_vfs) {
		NL_SET_ERR_MSG(extack, "there are no VFs");
		return -ENODEV;
	}

	mbit = kvcalloc(num_vfs, sizeof(*mbit), GFP_KERNEL);
	if (!mbit)
		return -ENOMEM;

	num = vfctl_sysfs_parse(buf, mbit, num_vfs, extack);
	if (num >= 0 && num < num_vfs) {
		NL_SET_ERR_MSG_FMT(extack, "%d numbers for %u VFs", num,
				   num_vfs);
		num = -EINVAL;
	}
	if (num >= 0)
		num = vfctl_sysfs_set_all(pf, mbit, num, extack);
	kvfree(mbit);
	return num;
}

/* Waits for no lock: removing the file waits for its writers. */
static ssize_t bandwidth_allocation_store(struct device *dev,
					  struct device_attribute *attr,
					  const char *buf, size_t count)
{
	struct netlink_ext_ack extack = {};
	struct vfctl_pf *pf;
	int err;

	if (!capable(CAP_NET_ADMIN))
		return -EPERM;

	pf = vfctl_pf_by_parent(dev);
	if (!pf)
		return -ENODEV;

	/* VFs take seconds to come: do not spin meanwhile. */
	if (!device_trylock(dev)) {
		msleep(20);
		err = restart_syscall();
		goto put;
	}
	if (!rtnl_trylock()) {
		device_unlock(dev);
		usleep_range(500, 1000);
		err = restart_syscall();
		goto put;
	}
	err = vfctl_sysfs_store(pf, buf, &extack);
	rtnl_unlock();
	/* A write to sysfs has no other way to learn the cause. */
	if (err && extack._msg && net_ratelimit())
		dev_notice(dev, "bandwidth_allocation: %s\n", extack._msg);
	device_unlock(dev);
put:
	vfctl_pf_put(pf);
	return err ? err : count;
}

static DEVICE_ATTR_RW(bandwidth_allocation);

/* A patched PF driver may have a file of this name; sysfs makes a fuss then. */
static bool vfctl_sysfs_is_taken(const struct device *parent)
{
	struct kernfs_node *file;

	file = kernfs_find_and_get(parent->kobj.sd,
				   dev_attr_bandwidth_allocation.attr.name);
	kernfs_put(file);
	return file;
}

/**
 * vfctl_sysfs_add() - give a PF its file
 * @pf: a PF with a network device
 *
 * Context: device_lock() and RTNL held.
 */
void vfctl_sysfs_add(struct vfctl_pf *pf)
{
	int err;

	if (pf->sysfs_tried)
		return;

	if (vfctl_sysfs_is_taken(pf->parent)) {
		pf->sysfs_tried = true;
		dev_info(pf->parent,
			 "vfctl: leaves bandwidth_allocation to its driver\n");
		return;
	}
	err = device_create_file(pf->parent, &dev_attr_bandwidth_allocation);
	if (err)
		dev_warn(pf->parent, "vfctl: no bandwidth_allocation, error %d\n",
			 err);
	pf->has_sysfs = !err;
	pf->sysfs_tried = err != -ENOMEM;
}

/**
 * vfctl_sysfs_remove() - take the file away, and wait for who is using it
 * @pf: a PF whose network device goes; its parent is still there
 *
 * Context: RTNL held, for which no user of the file waits.
 */
void vfctl_sysfs_remove(struct vfctl_pf *pf)
{
	if (pf->has_sysfs)
		device_remove_file(pf->parent, &dev_attr_bandwidth_allocation);
	pf->has_sysfs = false;
}
