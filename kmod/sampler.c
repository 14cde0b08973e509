// SPDX-License-Identifier: GPL-2.0-only
/*
 * The sampler reads the counters of all VFs of a PF once per interval. What it
 * reads through the PF driver comes in shares, between which others have RTNL.
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/limits.h>
#include <linux/lockdep.h>
#include <linux/math64.h>
#include <linux/minmax.h>

#include "notify.h"
#include "pf.h"
#include "provider.h"
#include "sample.h"
#include "sampler.h"
#include "uapi/linux/vfctl.h"

/*
 * RTNL, under which a PF driver is asked, is left to others 32 times as long:
 * 3 % of the time. Those who look at limits take 2 %, see pf_sync.c.
 */
#define VFCTL_SAMPLE_REST 32

/* Counters that cannot wrap are read so often while nobody reads them. */
#define VFCTL_IDLE_MS 10000

/*
 * How often samples have to be taken at least, ms: twice before a counter could
 * wrap. Those of an 82576 count 9 Gbit/s in 32 bits: 1.9 s. sample_lock held.
 */
static u32 vfctl_sampler_least(const struct vfctl_pf *pf)
{
	u64 bytes_per_s = vfctl_sample_bytes_per_s(pf);
	u64 ms;

	if (pf->provider->counter_width >= 64 || !bytes_per_s)
		return U32_MAX;
	ms = div64_u64((BIT_ULL(pf->provider->counter_width) - 1) / 2,
		       max_t(u64, bytes_per_s / MSEC_PER_SEC, 1));
	return min_t(u64, ms, U32_MAX);
}

/**
 * vfctl_sampler_interval() - the time from one sample to the next
 * @pf: the PF
 * @watched: somebody reads its counters
 *
 * Context: pf->lock held.
 * Return: what is aimed at, ms. A slow driver may not let it be kept.
 */
u32 vfctl_sampler_interval(const struct vfctl_pf *pf, bool watched)
{
	u32 ms = pf->info.interval_ms;

	if (!watched)
		ms = max_t(u32, ms, VFCTL_IDLE_MS);
	return min(ms, pf->schedule.sample_least_ms);
}

/* Some of the VFs, or all. Returns false where there is nothing to read. */
static bool vfctl_sampler_read(struct vfctl_pf *pf, u32 *least_ms,
			       bool *by_driver, u64 *held_ns)
{
	bool attached;
	u64 begin;

	mutex_lock(&pf->sample_lock);
	attached = pf->provider && pf->counters && !vfctl_is_halted();
	if (attached) {
		*least_ms = vfctl_sampler_least(pf);
		*by_driver = pf->provider->read_needs_rtnl;
	}
	if (attached && !*by_driver) {
		begin = ktime_get_ns();
		vfctl_sample_all(pf);
		*held_ns = ktime_get_ns() - begin;
	}
	mutex_unlock(&pf->sample_lock);

	if (attached && *by_driver)
		pf->sampling.next = vfctl_sample_some(pf, pf->sampling.next,
						      held_ns);
	return attached && READ_ONCE(pf->info.num_vfs);
}

/* For pf-get: at the end of a sample, or where it takes longer already. */
static void vfctl_sampler_tell_cost(struct vfctl_pf *pf, unsigned long rest)
{
	u32 aim_ms = vfctl_sampler_interval(pf, !vfctl_pf_is_dozing(pf));
	unsigned long took = jiffies - pf->sampling.begun;
	u32 kept_ms = max(aim_ms, jiffies_to_msecs(took + rest));

	lockdep_assert_held(&pf->lock);
	if (pf->sampling.next && kept_ms <= pf->info.kept_ms)
		return;
	pf->info.sample_us = div_u64(pf->sampling.held_ns, NSEC_PER_USEC);
	pf->info.kept_ms = kept_ms;
}

/* Has the PF come back since it was found to have nothing to read? */
static bool vfctl_sampler_is_due_again(const struct vfctl_pf *pf)
{
	const struct vfctl_pf_info *info = &pf->info;

	lockdep_assert_held(&pf->lock);
	return info->provider && info->num_vfs && !vfctl_is_halted() &&
	       info->caps & VFCTL_CAP_STATS;
}

/**
 * vfctl_sampler_run() - take a sample of the counters of a PF, or go on with it
 * @pf: the PF
 *
 * Context: the tick of the PF, no locks held.
 */
void vfctl_sampler_run(struct vfctl_pf *pf)
{
	struct vfctl_schedule *schedule = &pf->schedule;
	bool more, by_driver = false;
	u32 least_ms = U32_MAX;
	unsigned long rest = 0;
	u64 held_ns = 0;

	if (!pf->sampling.next) {
		pf->sampling.begun = jiffies;
		pf->sampling.held_ns = 0;
	}
	more = vfctl_sampler_read(pf, &least_ms, &by_driver, &held_ns);
	if (!more)
		pf->sampling.next = 0;
	else if (!pf->sampling.next)
		vfctl_notify_stats(pf);

	pf->sampling.held_ns += held_ns;
	if (by_driver)
		rest = min(nsecs_to_jiffies(VFCTL_SAMPLE_REST * held_ns),
			   msecs_to_jiffies(VFCTL_REST_MAX_MS));

	spin_lock(&pf->lock);
	schedule->samples = more || vfctl_sampler_is_due_again(pf);
	schedule->sample_begun = pf->sampling.begun;
	schedule->sample_rests = jiffies + rest;
	schedule->sample_halfway = pf->sampling.next;
	schedule->sample_least_ms = least_ms;
	if (more)
		vfctl_sampler_tell_cost(pf, rest);
	spin_unlock(&pf->lock);
}
