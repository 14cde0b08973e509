// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sampler reads the counters of all VFs of a PF once per interval, and
 * keeps the totals for readers, who never touch the device.
 *
 * Cost for an 82576: nine register reads a VF and sample, each a PCIe round
 * trip of about a microsecond. For other NICs: one ndo_get_vf_stats a VF.
 */
#include <linux/device.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>

#include "compat.h"
#include "notify.h"
#include "pf.h"
#include "provider.h"
#include "rate.h"
#include "sample.h"

static u64 vfctl_sample_bytes_per_s(const struct vfctl_pf *pf)
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
static void vfctl_sample_all(struct vfctl_pf *pf)
{
	struct vfctl_table *table = vfctl_sample_table(pf);
	unsigned int i, num;

	num = table ? min(READ_ONCE(pf->info.num_vfs), table->size) : 0;
	for (i = 0; i < num; i++)
		vfctl_sample_one(pf, table, i);
}

/* Some VFs, through the PF driver. Returns the next one, or 0 after the last. */
static unsigned int vfctl_sample_some(struct vfctl_pf *pf, unsigned int i)
{
	struct vfctl_table *table;
	unsigned int num = 0;
	u64 begin;

	device_lock(pf->parent);
	rtnl_lock();
	mutex_lock(&pf->sample_lock);
	table = vfctl_sample_table(pf);
	if (pf->dev && pf->provider && pf->counters && table &&
	    !vfctl_is_halted())
		num = min3(dev_num_vf(pf->parent), (int)pf->info.num_vfs,
			   (int)table->size);
	begin = ktime_get_ns();
	while (i < num) {
		vfctl_sample_one(pf, table, i++);
		if (ktime_get_ns() - begin >= VFCTL_HOLD_NS)
			break;
	}
	mutex_unlock(&pf->sample_lock);
	rtnl_unlock();
	device_unlock(pf->parent);
	return i < num ? i : 0;
}

/*
 * How often samples have to be taken at least, ms: twice before a counter could
 * wrap. Those of an 82576 count 9 Gbit/s in 32 bits: 1.9 s. sample_lock held.
 */
static u32 vfctl_sample_least(const struct vfctl_pf *pf)
{
	u64 bytes_per_s = vfctl_sample_bytes_per_s(pf);
	u64 ms;

	if (pf->provider->counter_width >= 64 || !bytes_per_s)
		return U32_MAX;
	ms = div64_u64((BIT_ULL(pf->provider->counter_width) - 1) / 2,
		       max_t(u64, bytes_per_s / MSEC_PER_SEC, 1));
	return min_t(u64, ms, U32_MAX);
}

/*
 * How long after a sample the next one begins, ms. RTNL, which a slow driver
 * is read under, is for others two thirds of the time at least.
 */
static unsigned int vfctl_sample_rest(u32 interval_ms, bool by_driver,
				      u64 took_ns)
{
	u64 took = div_u64(took_ns, NSEC_PER_MSEC);
	u64 rest = interval_ms - min_t(u64, interval_ms, took);

	return clamp_t(u64, rest, by_driver ? 2 * took : 0, UINT_MAX);
}

/* For pf-get. */
static void vfctl_sample_tell_cost(struct vfctl_pf *pf, u64 took_ns,
				   unsigned int rest_ms)
{
	u64 took_ms = div_u64(took_ns, NSEC_PER_MSEC);

	spin_lock(&pf->lock);
	pf->info.sample_us = div_u64(took_ns, NSEC_PER_USEC);
	pf->info.kept_ms = min_t(u64, took_ms + rest_ms, U32_MAX);
	spin_unlock(&pf->lock);
}

/**
 * vfctl_sample_work() - sample all VFs of a PF, and come again
 * @work: the sampler of a PF
 */
void vfctl_sample_work(struct work_struct *work)
{
	struct vfctl_pf *pf = container_of(to_delayed_work(work),
					   struct vfctl_pf, sampler);
	bool attached, by_driver;
	struct vfctl_pf_info info;
	u64 begin = ktime_get_ns(), took;
	unsigned int next = 0, rest;
	u32 least = U32_MAX;

	mutex_lock(&pf->sample_lock);
	attached = pf->provider && pf->counters && !vfctl_is_halted();
	by_driver = attached && pf->provider->read_needs_rtnl;
	if (attached)
		least = vfctl_sample_least(pf);
	if (attached && !by_driver)
		vfctl_sample_all(pf);
	mutex_unlock(&pf->sample_lock);

	if (by_driver)
		do
			next = vfctl_sample_some(pf, next);
		while (next);

	vfctl_pf_get_info(pf, &info);
	if (attached && info.num_vfs) {
		took = ktime_get_ns() - begin;
		vfctl_notify_stats(pf);
		rest = vfctl_sample_rest(min(info.interval_ms, least),
					 by_driver, ktime_get_ns() - begin);
		vfctl_sample_tell_cost(pf, took, rest);
		vfctl_pf_queue_later(pf, &pf->sampler, rest);
	} else {
		WRITE_ONCE(pf->sampling, false);
	}
	vfctl_pf_put(pf);
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
	struct vfctl_table *table;
	unsigned int seq;

	rcu_read_lock();
	table = rcu_dereference(pf->table);
	do {
		seq = read_seqcount_begin(&pf->sample_seq);
		*acc = table->samples[vf->index];
	} while (read_seqcount_retry(&pf->sample_seq, seq));
	rcu_read_unlock();
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
