// SPDX-License-Identifier: GPL-2.0-only
/*
 * Following the VFs of a PF, as they come and go, with their stubs.
 */
#include <linux/build_bug.h>
#include <linux/device.h>
#include <linux/ktime.h>
#include <linux/minmax.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "generation.h"
#include "limit.h"
#include "notify.h"
#include "pf.h"
#include "pf_sync.h"
#include "sample.h"
#include "stub.h"
#include "uapi/linux/vfctl.h"
#include "vf_sync.h"

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

/* Not the VFs, which live as long as their PF. */
void vfctl_table_free(struct vfctl_table *table)
{
	kvfree(table->vfs);
	kvfree(table->samples);
	kfree(table);
}

/* Make room for @size VFs. device_lock() and RTNL held. */
static int vfctl_pf_grow(struct vfctl_pf *pf, unsigned int size)
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

static void vfctl_vf_leave(struct vfctl_vf *vf)
{
	if (!vf->info.live)
		return;

	vfctl_notify_vf(vf, VFCTL_CMD_VF_DEL_NTF, &vfctl_by_device, NULL);
	spin_lock(&vf->pf->lock);
	vf->info.live = false;
	spin_unlock(&vf->pf->lock);
	vf->seen = false;
	vfctl_pf_new_generation(vf->pf);
}

/* The VFs are gone for readers. RTNL held. */
void vfctl_pf_leave_vfs(struct vfctl_pf *pf)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	unsigned int i;

	for (i = 0; table && i < table->size; i++)
		vfctl_vf_leave(table->vfs[i]);
}

/* Guests may have set soft limits that nobody told of. RTNL held. */
void vfctl_pf_soft_changed(struct vfctl_pf *pf)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	unsigned int i;

	for (i = 0; table && i < table->size; i++)
		WRITE_ONCE(table->vfs[i]->soft_changed, true);
}

/**
 * vfctl_pf_remove_stubs() - remove the stubs of all VFs, or some of them
 * @pf: the PF
 * @max: how many at most
 *
 * Context: RTNL held.
 * Return: whether there may be more.
 */
bool vfctl_pf_remove_stubs(struct vfctl_pf *pf, unsigned int max)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	unsigned int i, removed = 0;
	LIST_HEAD(kill);

	for (i = 0; table && i < table->size && removed < max; i++) {
		table->vfs[i]->keep_ifindex = 0;
		removed += vfctl_stub_remove(table->vfs[i], &kill);
	}
	unregister_netdevice_many(&kill);
	return removed == max;
}

/* VFs from @first on are gone, though their stubs may still stand. */
static void vfctl_pf_outlive_vfs(struct vfctl_pf *pf, unsigned int first)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	unsigned int i;

	for (i = first; table && i < table->size; i++) {
		vfctl_vf_leave(table->vfs[i]);
		table->vfs[i]->outlived = true;
		if (pf->info.lose_limits)
			vfctl_limit_forget(table->vfs[i]);
	}
}

/*
 * Remove the stubs of VFs that are gone, and those that no longer fit: a chunk
 * of them. Returns whether there may be more.
 */
static bool vfctl_pf_drop_stubs(struct vfctl_pf *pf)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	unsigned int i, removed = 0;
	LIST_HEAD(kill);

	for (i = 0; table && i < table->size && removed < VFCTL_STUB_CHUNK; i++) {
		struct vfctl_vf *vf = table->vfs[i];

		if (vf->outlived) {
			vf->keep_ifindex = 0;
		} else if (vf->stub && !vfctl_stub_is_current(vf)) {
			/* PF renamed: users keep the ifindex, as it does. */
			vf->keep_ifindex = vf->stub->ifindex;
		} else {
			continue;
		}
		removed += vfctl_stub_remove(vf, &kill);
	}
	unregister_netdevice_many(&kill);
	return removed == VFCTL_STUB_CHUNK;
}

/* Once their stubs are gone, so that nobody sees a counter go back. */
static void vfctl_pf_forget_vfs(struct vfctl_pf *pf)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	unsigned int i;

	for (i = 0; table && i < table->size; i++) {
		if (!table->vfs[i]->outlived)
			continue;
		vfctl_sample_forget(table->vfs[i]);
		table->vfs[i]->outlived = false;
	}
}

/* Returns whether there was something to do. */
static bool vfctl_vf_enter(struct vfctl_vf *vf)
{
	bool created = !vf->stub && !vfctl_stub_create(vf);

	if (vf->info.live) {
		if (created)
			vfctl_notify_vf(vf, VFCTL_CMD_VF_CHANGE_NTF,
					&vfctl_by_device, NULL);
		return created;
	}

	vfctl_sample_start(vf);
	vfctl_limit_follow(vf);
	spin_lock(&vf->pf->lock);
	vf->info.live = true;
	spin_unlock(&vf->pf->lock);
	vfctl_pf_new_generation(vf->pf);
	vfctl_notify_vf(vf, VFCTL_CMD_VF_NEW_NTF, &vfctl_by_device, NULL);
	return true;
}

/* A chunk of those that have not entered. Returns whether there may be more. */
static bool vfctl_pf_enter_vfs(struct vfctl_pf *pf)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	unsigned int i, entered = 0;

	for (i = 0; i < pf->info.num_vfs; i++) {
		if (entered == VFCTL_STUB_CHUNK)
			return true;
		entered += vfctl_vf_enter(table->vfs[i]);
		cond_resched();
	}
	return false;
}

/* Both may change with the number of VFs. device_lock() held. */
static void vfctl_pf_read_routing(struct vfctl_pf *pf, u16 *offset, u16 *stride)
{
	struct pci_dev *pdev;
	int pos;

	*offset = 0;
	*stride = 0;
	if (!dev_is_pci(pf->parent))
		return;

	pdev = to_pci_dev(pf->parent);
	pos = pci_find_ext_capability(pdev, PCI_EXT_CAP_ID_SRIOV);
	if (!pos)
		return;
	pci_read_config_word(pdev, pos + PCI_SRIOV_VF_OFFSET, offset);
	pci_read_config_word(pdev, pos + PCI_SRIOV_VF_STRIDE, stride);
}

/* Before the VFs are dropped, so that the sampler leaves alone what is gone. */
static void vfctl_pf_set_num_vfs(struct vfctl_pf *pf, unsigned int num)
{
	u16 offset, stride;

	vfctl_pf_read_routing(pf, &offset, &stride);
	spin_lock(&pf->lock);
	pf->info.num_vfs = num;
	pf->info.vf_offset = offset;
	pf->info.vf_stride = stride;
	spin_unlock(&pf->lock);
}

/**
 * vfctl_pf_sync_vfs() - follow the number of VFs
 * @pf: a PF with a network device
 *
 * Context: device_lock() and RTNL held.
 * Return: 0; -ENOMEM where nothing was done; or -EAGAIN where a part was, and
 * the rest is to be done as soon as others have had RTNL.
 */
int vfctl_pf_sync_vfs(struct vfctl_pf *pf)
{
	int births = atomic_read(&pf->vf_births);
	unsigned int num = dev_num_vf(pf->parent);
	bool changed = num != pf->info.num_vfs;
	bool reborn = births != pf->vf_births_seen;

	if (vfctl_pf_grow(pf, num)) {
		netdev_warn(pf->dev, "vfctl: out of memory for %u VFs, trying again\n",
			    num);
		return -ENOMEM;
	}

	if (changed)
		vfctl_pf_set_num_vfs(pf, num);
	/* VFs that were all made anew are others, though as many. */
	pf->vf_births_seen = births;
	if (changed || reborn)
		vfctl_pf_outlive_vfs(pf, reborn ? 0 : num);
	if (changed)
		vfctl_notify_pf(pf, VFCTL_CMD_PF_CHANGE_NTF, &vfctl_by_device);

	if (vfctl_pf_drop_stubs(pf))
		return -EAGAIN;
	vfctl_pf_forget_vfs(pf);
	return vfctl_pf_enter_vfs(pf) ? -EAGAIN : 0;
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
	pf->sweep.urgent = true;
}

/* In the first of two rounds those are looked at that have a wanted limit. */
static void vfctl_pf_sweep_one(struct vfctl_pf *pf, unsigned int step)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	struct vfctl_vf *vf = table->vfs[step % pf->info.num_vfs];
	const struct vfctl_limit *limit = &vf->info.limit;
	bool wanted = vfctl_limit_is_wanted(limit) ||
		      limit->state == VFCTL_LIMIT_PENDING;
	bool first_round = step < pf->info.num_vfs;

	if (wanted == first_round)
		vfctl_limit_follow(vf);
}

/**
 * vfctl_pf_sweep() - look at some VFs, as many as a millisecond lets
 * @pf: a PF with a network device
 *
 * A driver may take 2 ms for one, and who waits for RTNL waits for all of them.
 *
 * Context: device_lock() and RTNL held.
 */
void vfctl_pf_sweep(struct vfctl_pf *pf)
{
	unsigned int steps = 2 * pf->info.num_vfs;
	u64 begin = ktime_get_ns();

	pf->sweep.left = min(pf->sweep.left, steps);
	while (pf->sweep.left && ktime_get_ns() - begin < VFCTL_HOLD_NS) {
		pf->sweep.next %= steps;
		pf->sweep.left--;
		vfctl_pf_sweep_one(pf, pf->sweep.next++);
		cond_resched();
	}
	if (!pf->sweep.left || pf->sweep.next >= pf->info.num_vfs)
		pf->sweep.urgent = false;
}
