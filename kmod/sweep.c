// SPDX-License-Identifier: GPL-2.0-only
/*
 * Looking at the limits of all VFs of a PF, some at a time: drivers are asked
 * what they have, and told what is wanted.
 */
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

/* For pf-get, after the last VF. */
static void vfctl_sweep_tell_cost(struct vfctl_pf *pf, u64 held_ns)
{
	u64 ms = div_u64((1 + VFCTL_SWEEP_REST) * held_ns, NSEC_PER_MSEC);

	spin_lock(&pf->lock);
	pf->info.look_ms = min_t(u64, VFCTL_LOOK_MS + ms, U32_MAX);
	spin_unlock(&pf->lock);
}

/**
 * vfctl_pf_sweep() - look at some VFs, as many as a millisecond lets
 * @pf: a PF with a network device
 *
 * A driver may take 2 ms for one, and who waits for RTNL waits for all of them.
 *
 * Context: device_lock() and RTNL held.
 * Return: how long the driver is to be left alone now, ms.
 */
unsigned int vfctl_pf_sweep(struct vfctl_pf *pf)
{
	unsigned int steps = 2 * pf->info.num_vfs;
	u64 begin = ktime_get_ns(), held = 0, rest;

	pf->sweep.left = min(pf->sweep.left, steps);
	while (pf->sweep.left && held < VFCTL_HOLD_NS) {
		pf->sweep.next %= steps;
		if (!pf->sweep.next)
			pf->sweep.held_ns = 0;
		pf->sweep.left--;
		vfctl_sweep_one(pf, pf->sweep.next++);
		cond_resched();
		held = ktime_get_ns() - begin;
	}
	pf->sweep.held_ns += held;
	if (steps && pf->sweep.next == steps)
		vfctl_sweep_tell_cost(pf, pf->sweep.held_ns);
	if (!pf->sweep.left || pf->sweep.next >= pf->info.num_vfs)
		pf->sweep.urgent = false;

	rest = div_u64((pf->sweep.urgent ? 1 : VFCTL_SWEEP_REST) * held,
		       NSEC_PER_MSEC);
	return clamp_t(u64, rest, pf->sweep.left ? 1 : VFCTL_LOOK_MS,
		       VFCTL_LOOK_MAX_MS);
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
