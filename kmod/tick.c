// SPDX-License-Identifier: GPL-2.0-only
/*
 * The timer of a PF: one for the looks at the limits of its VFs and for the
 * samples of their counters. A PF without VFs has none that runs, on a bus that
 * tells when VFs come.
 *
 * Where no limit is wanted and nobody reads counters that cannot wrap, it does
 * not wake a processor that sleeps.
 */
#include <linux/jiffies.h>
#include <linux/limits.h>
#include <linux/workqueue.h>

#include "notify.h"
#include "pf.h"
#include "sampler.h"
#include "tick.h"

/* For so long after a read somebody is expected to read again. */
#define VFCTL_WATCHED (60 * HZ)

/*
 * Does somebody read the counters, or listen? Who reads sets read_at, then looks
 * whether the PF is dozing; here it is the other way round, so that one of both
 * sees the other. pf->lock held.
 */
static bool vfctl_tick_is_watched(struct vfctl_pf *pf)
{
	unsigned long read_at;

	set_bit(0, &pf->dozing);
	/* Pairs with the one in vfctl_sample_get(). */
	smp_mb__after_atomic();
	read_at = READ_ONCE(pf->read_at);
	if (time_before(jiffies, read_at + VFCTL_WATCHED) ||
	    vfctl_notify_has_stats_listener(pf->info.net)) {
		clear_bit(0, &pf->dozing);
		return true;
	}
	/* Jiffies wrap: what was long ago stays long ago. */
	cmpxchg(&pf->read_at, read_at, jiffies - VFCTL_WATCHED);
	return false;
}

/* When the next sample, or the rest of this one, is due. pf->lock held. */
static unsigned long vfctl_tick_sample_at(const struct vfctl_pf *pf,
					  bool watched)
{
	const struct vfctl_schedule *schedule = &pf->schedule;
	unsigned long at;

	at = schedule->sample_begun +
	     msecs_to_jiffies(vfctl_sampler_interval(pf, watched));
	if (schedule->sample_halfway ||
	    time_before(at, schedule->sample_rests))
		return schedule->sample_rests;
	return at;
}

/* Is it no loss to be late, until some other work wakes a processor? */
static bool vfctl_tick_is_lazy(const struct vfctl_pf *pf, bool watched)
{
	const struct vfctl_schedule *schedule = &pf->schedule;

	if (schedule->looks && schedule->wanted)
		return false;
	return !schedule->samples ||
	       (!watched && schedule->sample_least_ms == U32_MAX);
}

/* Set the timer for what is due first. pf->lock held. */
static void vfctl_tick_set(struct vfctl_pf *pf)
{
	const struct vfctl_schedule *schedule = &pf->schedule;
	unsigned long at = jiffies + MAX_JIFFY_OFFSET, sample_at;
	bool watched = false;
	long delay;

	if (schedule->stopped || (!schedule->looks && !schedule->samples))
		return;
	if (schedule->looks)
		at = schedule->look_at;
	if (schedule->samples) {
		watched = vfctl_tick_is_watched(pf);
		sample_at = vfctl_tick_sample_at(pf, watched);
		if (time_before(sample_at, at))
			at = sample_at;
	}

	delay = at - jiffies;
	vfctl_pf_queue_at(pf, vfctl_tick_is_lazy(pf, watched) ?
				  &pf->lazy_tick : &pf->tick,
			  delay > 0 ? delay : 0);
}

/* What is due begins, each by itself: a look may have to wait for long. */
static void vfctl_tick_work(struct work_struct *work)
{
	struct vfctl_pf *pf = container_of(to_delayed_work(work),
					   struct vfctl_pf, tick);
	struct vfctl_schedule *schedule = &pf->schedule;
	bool look, sample;
	unsigned long at;

	spin_lock(&pf->lock);
	look = !schedule->stopped && schedule->looks &&
	       time_after_eq(jiffies, schedule->look_at);
	if (look)
		schedule->looks = false;
	sample = !schedule->stopped && schedule->samples;
	if (sample) {
		at = vfctl_tick_sample_at(pf, vfctl_tick_is_watched(pf));
		sample = time_after_eq(jiffies, at);
	}
	spin_unlock(&pf->lock);

	if (look)
		vfctl_pf_queue(pf);
	if (sample)
		vfctl_sampler_run(pf);
	vfctl_tick_again(pf);
	vfctl_pf_put(pf);
}

static void vfctl_tick_lazy_work(struct work_struct *work)
{
	struct vfctl_pf *pf = container_of(to_delayed_work(work),
					   struct vfctl_pf, lazy_tick);

	vfctl_pf_queue_at(pf, &pf->tick, 0);
	vfctl_pf_put(pf);
}

void vfctl_tick_init(struct vfctl_pf *pf)
{
	INIT_DELAYED_WORK(&pf->tick, vfctl_tick_work);
	INIT_DEFERRABLE_WORK(&pf->lazy_tick, vfctl_tick_lazy_work);
}

/*
 * For good. cancel_delayed_work_sync() would not do: while it waits, newer
 * kernels do not queue what the tick queues at its end, and mod_delayed_work()
 * does not tell, so that the reference would stay.
 *
 * Process context, no locks held; waits for a tick that runs.
 */
void vfctl_tick_stop(struct vfctl_pf *pf)
{
	spin_lock(&pf->lock);
	pf->schedule.stopped = true;
	spin_unlock(&pf->lock);

	if (cancel_delayed_work(&pf->lazy_tick))
		vfctl_pf_put(pf);
	if (cancel_delayed_work(&pf->tick))
		vfctl_pf_put(pf);
	flush_work(&pf->lazy_tick.work);
	flush_work(&pf->tick.work);
}

/* The next look at limits is in @ms; @wanted: there are some. */
void vfctl_tick_look(struct vfctl_pf *pf, unsigned int ms, bool wanted)
{
	spin_lock(&pf->lock);
	pf->schedule.looks = true;
	pf->schedule.look_at = jiffies + msecs_to_jiffies(ms);
	pf->schedule.wanted = wanted;
	vfctl_tick_set(pf);
	spin_unlock(&pf->lock);
}

/* Samples are to be taken, if that has not begun. */
void vfctl_tick_sample(struct vfctl_pf *pf)
{
	struct vfctl_schedule *schedule = &pf->schedule;

	spin_lock(&pf->lock);
	if (!schedule->samples) {
		schedule->samples = true;
		schedule->sample_halfway = false;
		schedule->sample_rests = jiffies;
		schedule->sample_begun = jiffies -
			msecs_to_jiffies(VFCTL_INTERVAL_MAX_MS);
		schedule->sample_least_ms = U32_MAX;
		WRITE_ONCE(pf->read_at, jiffies);
		vfctl_tick_set(pf);
	}
	spin_unlock(&pf->lock);
}

/* Something has changed that the timer goes by. */
void vfctl_tick_again(struct vfctl_pf *pf)
{
	spin_lock(&pf->lock);
	vfctl_tick_set(pf);
	spin_unlock(&pf->lock);
}
