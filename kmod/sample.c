// SPDX-License-Identifier: GPL-2.0-only
/*
 * Samples of the counters of VFs: reading them, and keeping the totals for
 * readers, who never touch the device.
 *
 * Cost for an 82576: nine register reads a VF and sample, each a PCIe round
 * trip of about a microsecond. For other NICs: one ndo_get_vf_stats a VF.
 */
#include <linux/device.h>
#include <linux/ktime.h>
#include <linux/jiffies.h>
#include <linux/minmax.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>

#include "compat.h"
#include "pf.h"
#include "provider.h"
#include "rate.h"
#include "sample.h"

/* The most that a counter of bytes can grow by in a second. sample_lock held. */
u64 vfctl_sample_bytes_per_s(const struct vfctl_pf *pf)
{
	u32 mbit = max(pf->info.link_mbit, pf->provider->max_mbit);

	return vfctl_rate_from_mbit(mbit) / BITS_PER_BYTE *
	       pf->provider->headroom;
}

/* sample_lock held, and what the provider needs. */
static void vfctl_sample_one(struct vfctl_pf *pf, struct vfctl_table *table,
			     unsigned int index)
{
	struct vfctl_accum_limits limits = {
		.width = pf->provider->counter_width,
		.bytes_per_s = vfctl_sample_bytes_per_s(pf),
	};
	struct vfctl_accum acc = table->samples[index];
	struct vfctl_reading r = {};
	int err;

	r.begin_ns = ktime_get_ns();
	err = pf->provider->read(pf, index, &r, NULL);
	r.end_ns = ktime_get_ns();
	if (err || vfctl_accum_add(&acc, &r, &limits) == VFCTL_ACCUM_DISCARDED)
		return;

	/* A softirq that reads samples would wait for what it interrupts. */
	spin_lock_bh(&pf->lock);
	write_seqcount_begin(&pf->sample_seq);
	table->samples[index] = acc;
	write_seqcount_end(&pf->sample_seq);
	spin_unlock_bh(&pf->lock);
}

static struct vfctl_table *vfctl_sample_table(struct vfctl_pf *pf)
{
	return rcu_dereference_protected(pf->table,
					 lockdep_is_held(&pf->sample_lock));
}

/* All VFs, of a provider that needs no lock of others. sample_lock held. */
void vfctl_sample_all(struct vfctl_pf *pf)
{
	struct vfctl_table *table = vfctl_sample_table(pf);
	unsigned int i, num;

	num = table ? min(READ_ONCE(pf->info.num_vfs), table->size) : 0;
	for (i = 0; i < num; i++)
		vfctl_sample_one(pf, table, i);
}

/**
 * vfctl_sample_some() - sample some VFs, through the PF driver
 * @pf: the PF
 * @first: number of the first
 * @held_ns: how long others had to wait for RTNL, one call and a millisecond
 *	at most
 *
 * Context: process, no locks held.
 * Return: the number of the next VF, or 0 after the last.
 */
unsigned int vfctl_sample_some(struct vfctl_pf *pf, unsigned int first,
			       u64 *held_ns)
{
	struct vfctl_table *table;
	unsigned int num = 0;
	u64 begin;

	device_lock(pf->parent);
	rtnl_lock();
	begin = ktime_get_ns();
	mutex_lock(&pf->sample_lock);
	table = vfctl_sample_table(pf);
	if (pf->dev && pf->provider && pf->counters && table &&
	    !vfctl_is_halted())
		num = min3(dev_num_vf(pf->parent), (int)pf->info.num_vfs,
			   (int)table->size);
	while (first < num) {
		vfctl_sample_one(pf, table, first++);
		if (ktime_get_ns() - begin >= VFCTL_HOLD_NS)
			break;
	}
	mutex_unlock(&pf->sample_lock);
	*held_ns = ktime_get_ns() - begin;
	rtnl_unlock();
	device_unlock(pf->parent);
	return first < num ? first : 0;
}

/**
 * vfctl_sample_start() - take the baseline of a VF that has just come
 * @vf: the VF
 *
 * Context: device_lock() and RTNL held.
 */
void vfctl_sample_start(struct vfctl_vf *vf)
{
	struct vfctl_pf *pf = vf->pf;

	mutex_lock(&pf->sample_lock);
	if (pf->provider && pf->counters)
		vfctl_sample_one(pf, vfctl_sample_table(pf), vf->index);
	mutex_unlock(&pf->sample_lock);
}

/**
 * vfctl_sample_refresh() - sample a VF now, if that takes no waiting
 * @vf: the VF
 *
 * Context: RTNL held.
 */
void vfctl_sample_refresh(struct vfctl_vf *vf)
{
	struct vfctl_pf *pf = vf->pf;

	ASSERT_RTNL();
	if (!vfctl_pf_trylock_device(pf))
		return;
	if (mutex_trylock(&pf->sample_lock)) {
		if (!vfctl_vf_usable(vf, NULL) && pf->counters)
			vfctl_sample_one(pf, vfctl_sample_table(pf),
					 vf->index);
		mutex_unlock(&pf->sample_lock);
	}
	device_unlock(pf->parent);
}

/**
 * vfctl_sample_get() - copy the last sample of a VF
 * @vf: the VF
 * @acc: the copy; its time_ns is 0 while there is no sample
 *
 * Context: process or softirq; takes no lock.
 */
void vfctl_sample_get(struct vfctl_vf *vf, struct vfctl_accum *acc)
{
	struct vfctl_pf *pf = vf->pf;
	unsigned long now = jiffies;
	struct vfctl_table *table;
	unsigned int seq;

	rcu_read_lock();
	table = rcu_dereference(pf->table);
	do {
		seq = read_seqcount_begin(&pf->sample_seq);
		*acc = table->samples[vf->index];
	} while (read_seqcount_retry(&pf->sample_seq, seq));
	rcu_read_unlock();

	/* Counters that nobody reads are sampled less often; see tick.c. */
	if (READ_ONCE(pf->read_at) != now) {
		WRITE_ONCE(pf->read_at, now);
		/* Pairs with the one in vfctl_tick_is_watched(). */
		smp_mb();
	}
	if (vfctl_pf_is_dozing(pf) && test_and_clear_bit(0, &pf->dozing))
		vfctl_pf_queue_at(pf, &pf->tick, 0);
}

/**
 * vfctl_sample_forget() - the VF is gone, the next one begins at 0
 * @vf: the VF
 *
 * Context: RTNL held.
 */
void vfctl_sample_forget(struct vfctl_vf *vf)
{
	struct vfctl_pf *pf = vf->pf;

	mutex_lock(&pf->sample_lock);
	spin_lock_bh(&pf->lock);
	write_seqcount_begin(&pf->sample_seq);
	memset(&vfctl_sample_table(pf)->samples[vf->index], 0,
	       sizeof(struct vfctl_accum));
	write_seqcount_end(&pf->sample_seq);
	spin_unlock_bh(&pf->lock);
	mutex_unlock(&pf->sample_lock);
}
