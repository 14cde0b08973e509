// SPDX-License-Identifier: GPL-2.0-only
/*
 * PFs: the list of them, their lifetime, and who may look at one when.
 *
 * A PF is known by its parent device, until that is deleted, and not by its
 * network device, so that wanted limits survive a driver that is bound
 * anew, a move to another network namespace, and VFs that are made again.
 */
#include <linux/build_bug.h>
#include <linux/device.h>
#include <linux/jiffies.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "pf.h"

struct workqueue_struct *vfctl_wq;

static bool vfctl_halted;	/* set once, when the system goes down */

static LIST_HEAD(vfctl_pfs);
static u32 vfctl_pf_last_id;

/* Not the VFs, which live as long as their PF. */
static void vfctl_table_free(struct vfctl_table *table)
{
	kvfree(table->vfs);
	kvfree(table->samples);
	kfree(table);
}

static struct vfctl_table *vfctl_table_alloc(unsigned int size)
{
	struct vfctl_table *table = kzalloc(sizeof(*table), GFP_KERNEL);

	if (!table)
		return NULL;

	table->size = size;
	table->vfs = kvcalloc(size, sizeof(*table->vfs), GFP_KERNEL);
	table->samples = kvcalloc(size, sizeof(*table->samples), GFP_KERNEL);
	if (table->vfs && table->samples)
		return table;

	vfctl_table_free(table);
	return NULL;
}

/* Make room for @size VFs. device_lock() and RTNL held. */
int vfctl_pf_grow(struct vfctl_pf *pf, unsigned int size)
{
	struct vfctl_table *new, *old = rtnl_dereference(pf->table);
	unsigned int i, had = old ? old->size : 0;

	/* What a VF costs beside its net_device. */
	BUILD_BUG_ON(sizeof(struct vfctl_vf) + sizeof(struct vfctl_accum) +
		     sizeof(struct vfctl_vf *) > SZ_4K);
	if (size <= had)
		return 0;

	new = vfctl_table_alloc(size);
	if (!new)
		return -ENOMEM;
	for (i = had; i < size; i++) {
		new->vfs[i] = kzalloc(sizeof(*new->vfs[i]), GFP_KERNEL);
		if (!new->vfs[i])
			goto no_memory;
		new->vfs[i]->pf = pf;
		new->vfs[i]->index = i;
	}

	mutex_lock(&pf->sample_lock);
	if (old) {
		memcpy(new->vfs, old->vfs, had * sizeof(*new->vfs));
		memcpy(new->samples, old->samples, had * sizeof(*new->samples));
	}
	rcu_assign_pointer(pf->table, new);
	mutex_unlock(&pf->sample_lock);

	if (old) {
		synchronize_net();
		vfctl_table_free(old);
	}
	return 0;

no_memory:
	for (i = had; i < size; i++)
		kfree(new->vfs[i]);
	vfctl_table_free(new);
	return -ENOMEM;
}

struct vfctl_pf *vfctl_pf_get(struct vfctl_pf *pf)
{
	refcount_inc(&pf->ref);
	return pf;
}

/* VFs are looked at under RCU without a reference to their PF. */
static void vfctl_pf_free(struct rcu_head *rcu)
{
	struct vfctl_pf *pf = container_of(rcu, struct vfctl_pf, rcu);
	struct vfctl_table *table = rcu_dereference_protected(pf->table, true);
	unsigned int i;

	if (table) {
		for (i = 0; i < table->size; i++)
			kfree(table->vfs[i]);
		vfctl_table_free(table);
	}
	mutex_destroy(&pf->sample_lock);
	kfree(pf);
}

/* Context: process, since the last reference puts the parent device. */
void vfctl_pf_put(struct vfctl_pf *pf)
{
	if (!refcount_dec_and_test(&pf->ref))
		return;

	put_device(pf->parent);
	call_rcu(&pf->rcu, vfctl_pf_free);
}

/**
 * vfctl_pf_create() - a PF that is not on the list yet
 * @dev: its network device
 *
 * Context: RTNL held.
 * Return: the PF, with a reference for the list; or NULL without memory.
 */
struct vfctl_pf *vfctl_pf_create(struct net_device *dev)
{
	struct device *parent = dev->dev.parent;
	struct vfctl_pf *pf;

	pf = kzalloc(sizeof(*pf), GFP_KERNEL);
	if (!pf)
		return NULL;

	refcount_set(&pf->ref, 1);
	pf->parent = get_device(parent);
	pf->dev_port = dev->dev_port;
	spin_lock_init(&pf->lock);
	mutex_init(&pf->sample_lock);
	seqcount_spinlock_init(&pf->sample_seq, &pf->lock);
	pf->info.interval_ms = VFCTL_INTERVAL_MS;
	pf->sweep.rests = jiffies;
	strscpy(pf->info.bus_info, dev_name(parent), sizeof(pf->info.bus_info));
	return pf;
}

/* RTNL held. */
void vfctl_pf_list(struct vfctl_pf *pf)
{
	pf->id = ++vfctl_pf_last_id;
	list_add_tail_rcu(&pf->list, &vfctl_pfs);
}

/* Take a PF off the list; the list's reference is the caller's to put. */
bool vfctl_pf_unlist(struct vfctl_pf *pf)
{
	ASSERT_RTNL();
	if (pf->unlisted)
		return false;

	pf->unlisted = true;
	list_del_rcu(&pf->list);
	return true;
}

/**
 * vfctl_pf_next() - walk over all PFs
 * @id: id of the PF before, 0 to begin
 *
 * Context: any that may take a spinlock.
 * Return: the next PF with a reference, or NULL after the last.
 */
struct vfctl_pf *vfctl_pf_next(u32 id)
{
	struct vfctl_pf *pf;

	rcu_read_lock();
	list_for_each_entry_rcu(pf, &vfctl_pfs, list)
		if (pf->id > id && refcount_inc_not_zero(&pf->ref))
			break;
	rcu_read_unlock();
	return list_entry_is_head(pf, &vfctl_pfs, list) ? NULL : pf;
}

/**
 * vfctl_pf_by_parent() - find the PF of a device
 * @parent: for PCI the physical function
 *
 * Context: any that may take a spinlock.
 * Return: the PF with a reference, or NULL.
 */
struct vfctl_pf *vfctl_pf_by_parent(const struct device *parent)
{
	struct vfctl_pf *pf;

	rcu_read_lock();
	list_for_each_entry_rcu(pf, &vfctl_pfs, list)
		if (pf->parent == parent && refcount_inc_not_zero(&pf->ref))
			break;
	rcu_read_unlock();
	return list_entry_is_head(pf, &vfctl_pfs, list) ? NULL : pf;
}

/* RTNL held, no reference taken. */
struct vfctl_pf *vfctl_pf_of_dev(const struct net_device *dev)
{
	struct vfctl_pf *pf;

	list_for_each_entry(pf, &vfctl_pfs, list)
		if (pf->dev == dev)
			return pf;

	return NULL;
}

/**
 * vfctl_vf_by_dev_rcu() - a VF by the network device of its PF
 * @dev: network device of a PF
 * @index: number of the VF
 *
 * Context: RCU read side, for as long as the VF is looked at; also hard IRQ.
 * Return: the VF, without a reference to its PF, or NULL.
 */
struct vfctl_vf *vfctl_vf_by_dev_rcu(const struct net_device *dev,
				     unsigned int index)
{
	struct vfctl_pf *pf;

	list_for_each_entry_rcu(pf, &vfctl_pfs, list)
		if (READ_ONCE(pf->dev) == dev)
			return vfctl_pf_vf(pf, index);

	return NULL;
}

/**
 * vfctl_pf_vf() - a VF by its number
 * @pf: its PF
 * @index: from 0
 *
 * Context: any.
 * Return: the VF, which lives as long as @pf, or NULL where there never was
 * one. Whether it exists now is in its info.
 */
struct vfctl_vf *vfctl_pf_vf(struct vfctl_pf *pf, unsigned int index)
{
	struct vfctl_table *table;
	struct vfctl_vf *vf = NULL;

	rcu_read_lock();
	table = rcu_dereference(pf->table);
	if (table && index < table->size)
		vf = table->vfs[index];
	rcu_read_unlock();
	return vf;
}

/* The network namespace of a PF, with a reference; or NULL. */
struct net *vfctl_pf_get_net(struct vfctl_pf *pf)
{
	struct net *net;

	/* The PF's device is in it: it cannot be freed under the lock. */
	spin_lock(&pf->lock);
	net = pf->info.net ? maybe_get_net(pf->info.net) : NULL;
	spin_unlock(&pf->lock);
	return net;
}

void vfctl_pf_get_info(struct vfctl_pf *pf, struct vfctl_pf_info *info)
{
	spin_lock(&pf->lock);
	*info = pf->info;
	spin_unlock(&pf->lock);
}

/* Returns false where the VF does not exist at present. */
bool vfctl_vf_get_info(struct vfctl_vf *vf, struct vfctl_vf_info *info)
{
	spin_lock(&vf->pf->lock);
	*info = vf->info;
	info->net = vf->pf->info.net;
	spin_unlock(&vf->pf->lock);
	return info->live;
}

/* Grows with whatever may make the device forget a limit. RTNL held. */
u64 vfctl_pf_events(const struct vfctl_pf *pf)
{
	u32 carrier = atomic_read(&pf->dev->carrier_up_count) +
		      atomic_read(&pf->dev->carrier_down_count);

	return (u64)(u32)atomic_read(&pf->vf_births) << 32 | carrier;
}

/* There are no VFs that could cost something. pf->lock held. */
void vfctl_pf_forget_costs(struct vfctl_pf *pf)
{
	pf->info.kept_ms = 0;
	pf->info.sample_us = 0;
	pf->info.look_ms = 0;
}

/* Is its next sample taken as if nobody read one? Any context. */
bool vfctl_pf_is_dozing(const struct vfctl_pf *pf)
{
	return test_bit(0, &pf->dozing);
}

/* Works hold a reference to their PF while they are queued. */
void vfctl_pf_queue(struct vfctl_pf *pf)
{
	vfctl_pf_get(pf);
	if (!queue_work(vfctl_wq, &pf->work))
		vfctl_pf_put(pf);
}

/* In @delay jiffies, also where it was to come at another time. Any context. */
void vfctl_pf_queue_at(struct vfctl_pf *pf, struct delayed_work *work,
		       unsigned long delay)
{
	vfctl_pf_get(pf);
	if (mod_delayed_work(vfctl_wq, work, delay))
		vfctl_pf_put(pf);
}

/* Does the system go down? Then no driver is called, and no device read. */
bool vfctl_is_halted(void)
{
	return READ_ONCE(vfctl_halted);
}

void vfctl_set_halted(void)
{
	WRITE_ONCE(vfctl_halted, true);
}

/**
 * vfctl_pf_begin_sweep() - look at all VFs, from now on
 * @pf: a PF with a network device
 * @urgent: its driver may have lost limits, or was not told of one: those that
 *	are wanted come next
 *
 * Context: RTNL held.
 */
void vfctl_pf_begin_sweep(struct vfctl_pf *pf, bool urgent)
{
	pf->sweep.left = 2 * pf->info.num_vfs;
	pf->sweep.nudges = pf->nudges;
	if (!urgent)
		return;
	pf->sweep.next = 0;
	pf->sweep.held_ns = 0;
	pf->sweep.urgent = true;
}
