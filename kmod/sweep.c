// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looking at the limits of all VFs of a PF, some at a time: drivers are asked
 * what they have, and told what is wanted.
 */
#include <linux/jiffies.h>
#include <linux/ktime.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>

#include "limit.h"
#include "pf.h"
#include "sweep.h"
#include "uapi/linux/vfctl.h"

/*
 * RTNL is left to others 50 times as long: a look at all VFs takes 2 % of the
 * time, and the sampler 3 %. While limits may be lost it is half of the time:
 * their guests send as they like until then.
 */
#define VFCTL_SWEEP_REST 50

static bool vfctl_sweep_wants(const struct vfctl_vf *vf)
{
	return vfctl_limit_is_wanted(&vf->info.limit) ||
	       vf->info.limit.state == VFCTL_LIMIT_PENDING;
}

/* In the first of two rounds those are looked at that have a wanted limit. */
static void vfctl_sweep_one(struct vfctl_pf *pf, unsigned int step)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	struct vfctl_vf *vf = table->vfs[step % pf->info.num_vfs];
	bool first_round = step < pf->info.num_vfs;

	if (vfctl_sweep_wants(vf) == first_round)
		vfctl_limit_follow(vf);
}

/* For pf-get, after a whole round. */
static void vfctl_sweep_tell_cost(struct vfctl_pf *pf, u64 held_ns)
{
	u64 ms = div_u64((1 + VFCTL_SWEEP_REST) * held_ns, NSEC_PER_MSEC);

	spin_lock(&pf->lock);
	pf->info.look_ms = min_t(u64, VFCTL_LOOK_MS + ms, U32_MAX);
	spin_unlock(&pf->lock);
}

/* One VF at least, and as many as a millisecond since @begin lets. */
static void vfctl_sweep_some(struct vfctl_pf *pf, u64 begin)
{
	unsigned int steps = 2 * pf->info.num_vfs;
	u64 now, since = begin;

	pf->sweep.left = min(pf->sweep.left, steps);
	while (pf->sweep.left) {
		pf->sweep.next %= steps;
		pf->sweep.left--;
		vfctl_sweep_one(pf, pf->sweep.next++);
		now = ktime_get_ns();
		if (pf->sweep.next == steps) {
			vfctl_sweep_tell_cost(pf, pf->sweep.held_ns +
					      now - since);
			pf->sweep.held_ns = 0;
			since = now;
		}
		if (now - begin >= VFCTL_HOLD_NS)
			break;
		cond_resched();
	}
	pf->sweep.held_ns += ktime_get_ns() - since;
	if (!pf->sweep.left || pf->sweep.next >= pf->info.num_vfs)
		pf->sweep.urgent = false;
}

/**
 * vfctl_pf_sweep() - look at some VFs, unless the driver is left alone now
 * @pf: a PF with a network device
 * @begin: since when others wait for RTNL, ktime_get_ns()
 *
 * A driver may take 2 ms for a call, and who waits for RTNL waits for all that
 * is asked about a VF.
 *
 * Context: device_lock() and RTNL held.
 * Return: when the next look is due, ms from now.
 */
unsigned int vfctl_pf_sweep(struct vfctl_pf *pf, u64 begin)
{
	bool urgent = pf->sweep.urgent;
	u64 rest_ms;

	/* Others may tell of changes more often than that. */
	if (!urgent && time_before(jiffies, pf->sweep.rests))
		return jiffies_to_msecs(pf->sweep.rests - jiffies);

	vfctl_sweep_some(pf, begin);
	rest_ms = div_u64((urgent ? 1 : VFCTL_SWEEP_REST) *
			  (ktime_get_ns() - begin), NSEC_PER_MSEC);
	rest_ms = min_t(u64, rest_ms, VFCTL_REST_MAX_MS);
	pf->sweep.rests = jiffies + msecs_to_jiffies(rest_ms);
	return max_t(u64, rest_ms, pf->sweep.left ? 1 : VFCTL_LOOK_MS);
}

/* Does somebody want a limit of one of its VFs? RTNL held. */
bool vfctl_pf_has_wanted(const struct vfctl_pf *pf)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	unsigned int i;

	for (i = 0; i < pf->info.num_vfs; i++)
		if (vfctl_sweep_wants(table->vfs[i]))
			return true;

	return false;
}
