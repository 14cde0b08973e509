// SPDX-License-Identifier: GPL-2.0-only
/*
 * The device's side of a limit: telling the PF driver, and keeping what it was
 * told, what it made of that and what it refused.
 */
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>

#include "limit_program.h"
#include "link.h"
#include "pf.h"
#include "provider.h"
#include "rate.h"
#include "uapi/linux/vfctl.h"

/* Some drivers log each rate that they refuse: do not make them. */
#define VFCTL_RETRY_AFTER (10 * HZ)

static const char vfctl_link_is_down[] = "the link of the PF is down";
static const char vfctl_link_too_slow[] =
	"the limit is above the link speed of the PF, so the link itself limits";

/* What the device was found to have; not always what it was told. */
void vfctl_limit_saw(struct vfctl_vf *vf, u32 max, u32 min)
{
	vf->seen = true;
	vf->seen_max = max;
	vf->seen_min = min;
	vf->seen_events = vfctl_pf_events(vf->pf);
	vf->seen_nudges = vf->pf->nudges;
	vf->seen_touches = vf->pf->touches;
	vf->seen_time = jiffies;
	vf->unlooked = false;
}

/* Some drivers round: i40e to steps of 50 Mbit/s. */
static void vfctl_limit_read_back(struct vfctl_vf *vf, u32 max, u32 min)
{
	struct ifla_vf_info ivi;

	if (!vf->pf->provider->get_config(vf->pf, vf->index, &ivi, NULL)) {
		max = ivi.max_tx_rate;
		min = ivi.min_tx_rate;
	}
	vfctl_limit_saw(vf, max, min);
}

/*
 * Before nothing is told, since the device was told the same last: is that
 * still there? Others may have told it something else without a word.
 */
static void vfctl_limit_look_again(struct vfctl_vf *vf)
{
	struct ifla_vf_info ivi;

	if (vf->pf->provider->get_config(vf->pf, vf->index, &ivi, NULL))
		return;
	if (ivi.max_tx_rate != vf->seen_max || ivi.min_tx_rate != vf->seen_min) {
		vf->told_max = ivi.max_tx_rate;
		vf->told_min = ivi.min_tx_rate;
	}
	vfctl_limit_saw(vf, ivi.max_tx_rate, ivi.min_tx_rate);
}

/*
 * What the device applies now, bit/s: what it was told last, or what it was
 * seen to make of that. Drivers that tell nothing of rates are believed.
 */
static u64 vfctl_limit_applied(const struct vfctl_vf *vf)
{
	u32 max = vf->told_max && vf->seen_max ? vf->seen_max : vf->told_max;

	return vf->seen ?
	       vfctl_rate_from_mbit(min_not_zero(max, vf->told_soft)) : 0;
}

void vfctl_limit_pend(const struct vfctl_vf *vf, struct vfctl_limit *limit,
		      const char *reason)
{
	limit->effective = vfctl_limit_applied(vf);
	limit->state = VFCTL_LIMIT_PENDING;
	limit->reason = reason;
}

/* A limit in the driver's terms, Mbit/s. */
struct vfctl_limit_mbit {
	u32 max;
	u32 min;
	u32 soft;	/* where the driver makes the smaller one of both */
};

static struct vfctl_limit_mbit
vfctl_limit_mbit(const struct vfctl_vf *vf, const struct vfctl_limit *limit)
{
	u64 effective = vfctl_rate_effective(limit->hard, limit->soft);
	bool guest_soft = vf->pf->info.caps & VFCTL_CAP_GUEST_SOFT;
	struct vfctl_limit_mbit mbit = {
		.max = vfctl_rate_to_mbit(guest_soft ? limit->hard : effective),
		.min = vfctl_rate_to_mbit(limit->min),
		.soft = guest_soft ? vfctl_rate_to_mbit(limit->soft) : 0,
	};

	/* A soft limit may have come below; rtnetlink refuses such a pair. */
	if (mbit.max && mbit.min > mbit.max)
		mbit.min = mbit.max;
	return mbit;
}

/* Was the same refused a moment ago, with the link as it is now? RTNL held. */
bool vfctl_limit_was_refused(const struct vfctl_vf *vf,
			     const struct vfctl_limit *limit)
{
	struct vfctl_limit_mbit mbit = vfctl_limit_mbit(vf, limit);

	return vf->refused.any && vf->refused.max == mbit.max &&
	       vf->refused.min == mbit.min &&
	       vf->refused.soft == mbit.soft &&
	       vf->refused.link_mbit == vf->pf->info.link_mbit &&
	       vf->refused.events == vfctl_pf_events(vf->pf) &&
	       time_before(jiffies, vf->refused.time + VFCTL_RETRY_AFTER);
}

static bool vfctl_limit_is_told(const struct vfctl_vf *vf,
				struct vfctl_limit_mbit mbit)
{
	return vf->seen && vf->told_max == mbit.max && vf->told_min == mbit.min;
}

void vfctl_limit_saw_soft(struct vfctl_vf *vf, u32 mbit)
{
	vf->seen_soft = mbit;
	vf->told_soft = mbit;
}

/* After the hard limit, which it may not be above. */
static int vfctl_limit_tell_soft(struct vfctl_vf *vf, u32 mbit,
				 struct netlink_ext_ack *extack)
{
	struct vfctl_pf *pf = vf->pf;
	int err;

	if (!(pf->info.caps & VFCTL_CAP_GUEST_SOFT) || vf->told_soft == mbit)
		return 0;

	err = pf->provider->set_soft(pf, vf->index, mbit, extack);
	if (!err)
		vfctl_limit_saw_soft(vf, mbit);
	return err;
}

static int vfctl_limit_tell_rate(struct vfctl_vf *vf,
				 struct vfctl_limit_mbit mbit,
				 struct netlink_ext_ack *extack)
{
	struct vfctl_pf *pf = vf->pf;
	int err;

	if (vf->unlooked && vfctl_limit_is_told(vf, mbit))
		vfctl_limit_look_again(vf);
	if (vfctl_limit_is_told(vf, mbit))
		return 0;

	err = pf->provider->set_rate(pf, vf->index, mbit.min, mbit.max, extack);
	if (err)
		return err;

	vf->told_max = mbit.max;
	vf->told_min = mbit.min;
	vf->told_link = pf->info.link_mbit;
	vfctl_limit_read_back(vf, mbit.max, mbit.min);
	return 0;
}

static int vfctl_limit_tell(struct vfctl_vf *vf, struct vfctl_limit_mbit mbit,
			    struct netlink_ext_ack *extack)
{
	struct vfctl_pf *pf = vf->pf;
	int err;

	err = vfctl_limit_tell_rate(vf, mbit, extack);
	if (!err)
		err = vfctl_limit_tell_soft(vf, mbit.soft, extack);
	/* Busy is no refusal: i40e is while a VF is being set up. */
	vf->refused.any = err && err != -EAGAIN && err != -EBUSY;
	if (err) {
		vf->refused.max = mbit.max;
		vf->refused.min = mbit.min;
		vf->refused.soft = mbit.soft;
		vf->refused.link_mbit = pf->info.link_mbit;
		vf->refused.events = vfctl_pf_events(pf);
		vf->refused.time = jiffies;
	}
	return err;
}

/*
 * Have the device do what @limit wants, and put into it what came of that.
 * Returns an error only if the device will not take it, for no passing cause.
 */
int vfctl_limit_program(struct vfctl_vf *vf, struct vfctl_limit *limit,
			struct netlink_ext_ack *extack)
{
	struct vfctl_limit_mbit want = vfctl_limit_mbit(vf, limit), tell = want;
	u32 effective = min_not_zero(want.max, want.soft);
	u32 link = vf->pf->info.link_mbit;
	bool too_slow = link && effective > link;
	int err;

	/*
	 * What is there already stays there for when the link is faster; but
	 * a lower limit from before would go on limiting.
	 */
	if (link && want.max > link && !vfctl_limit_is_told(vf, want))
		tell.max = 0;
	if (link && want.soft > link && vf->told_soft != want.soft)
		tell.soft = 0;
	err = vfctl_limit_tell(vf, tell, extack);
	if (err && err != -EOPNOTSUPP && !vfctl_pf_link_is_up(vf->pf)) {
		vfctl_limit_pend(vf, limit, vfctl_link_is_down);
		return 0;
	}
	if (err)
		return err;

	if (too_slow) {
		vfctl_limit_pend(vf, limit, vfctl_link_too_slow);
		return 0;
	}
	limit->effective = vfctl_limit_applied(vf);
	limit->state = limit->effective || want.min ? VFCTL_LIMIT_IN_FORCE :
						      VFCTL_LIMIT_NONE;
	limit->reason = NULL;
	return 0;
}
