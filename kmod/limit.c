// SPDX-License-Identifier: GPL-2.0-only
/*
 * Wanted limits of VFs, and making the device follow them.
 *
 * A wanted limit stays until somebody changes it. The device has it, or it is
 * pending: the driver does not take it now (igb: while its link is down), or
 * has lost it (igb: at a change of the link's speed, or when VFs are made).
 * vfctl_limit_follow() is called after each event of the PF, and now and then.
 */
#include <linux/device.h>
#include <linux/etherdevice.h>
#include <linux/jiffies.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>

#include "compat.h"
#include "generation.h"
#include "limit.h"
#include "limit_check.h"
#include "limit_program.h"
#include "notify.h"
#include "pf.h"
#include "provider.h"
#include "publish.h"
#include "rate.h"
#include "uapi/linux/vfctl.h"

/*
 * A limit that was last seen this soon after an event of the link, and then
 * is found gone, was lost by the driver, not taken away by somebody: igb's
 * watchdog clears limits some time after it has reported the carrier.
 */
#define VFCTL_LOST_WITHIN (HZ / 2)

static const struct vfctl_actor vfctl_by_outside = {
	.origin = VFCTL_ORIGIN_OUTSIDE,
};

static const struct vfctl_actor vfctl_by_guest = {
	.origin = VFCTL_ORIGIN_GUEST,
};

static const char vfctl_was_lost[] = "the PF driver has lost the limit";
static const char vfctl_is_refused[] = "the PF driver refuses the limit";
static const char vfctl_is_absent[] = "the VF does not exist now";
static const char vfctl_is_busy[] = "the PF is busy with its VFs";
static const char vfctl_cannot_limit[] = "the PF driver cannot limit VFs now";
static const char vfctl_is_switchdev[] =
	"the PF is in switchdev mode, where devlink-rate limits VFs";

/* For who asked for the limit now: a warning beside the success. */
static void vfctl_limit_warn(const struct vfctl_vf *vf,
			     const struct vfctl_limit *limit,
			     struct netlink_ext_ack *extack)
{
	if (limit->state == VFCTL_LIMIT_PENDING)
		NL_SET_ERR_MSG_FMT(extack, "pending: %s", limit->reason);
	else if (limit->min && !vf->seen_min)
		NL_SET_ERR_MSG_FMT(extack,
				   "%s shows no minimum rate, it may ignore it",
				   dev_driver_string(vf->pf->parent));
}

static void vfctl_limit_publish_none(struct vfctl_vf *vf,
				     struct vfctl_limit *new,
				     const struct vfctl_actor *actor)
{
	new->effective = 0;
	new->state = VFCTL_LIMIT_NONE;
	new->reason = NULL;
	vfctl_limit_publish(vf, new, actor);
}

/**
 * vfctl_limit_set() - set hard, soft and min of a VF
 * @vf: the VF
 * @want: as vfctl_limit_check() has accepted it
 * @actor: who wants it
 * @extack: told the cause of a refusal
 *
 * Context: device_lock() and RTNL held.
 * Return: 0, also where the limit is pending now; or a negative errno, and
 * nothing has changed.
 */
int vfctl_limit_set(struct vfctl_vf *vf, const struct vfctl_limit *want,
		    const struct vfctl_actor *actor,
		    struct netlink_ext_ack *extack)
{
	struct vfctl_limit new = *want;
	int err;

	/* Only that none is wanted: its driver is not to be told. */
	if (vf->pf->info.switchdev) {
		vfctl_limit_publish_none(vf, &new, actor);
		return 0;
	}

	err = vfctl_limit_program(vf, &new, extack);
	if (err) {
		/* It may have taken the hard limit, and not the soft one. */
		new = vf->info.limit;
		if (vf->pf->info.caps & VFCTL_CAP_GUEST_SOFT)
			vfctl_limit_program(vf, &new, NULL);
		return err;
	}

	vfctl_limit_warn(vf, &new, extack);
	vfctl_limit_publish(vf, &new, actor);
	/* The first one: from now on its timer has to wake a processor. */
	if (vfctl_limit_is_wanted(&new) && !READ_ONCE(vf->pf->schedule.wanted))
		vfctl_pf_queue(vf->pf);
	return 0;
}

/**
 * vfctl_limit_want() - set hard, soft and min of a VF, and have its driver told
 * @vf: the VF
 * @want: as vfctl_limit_check_known() has accepted it
 * @actor: who wants it
 *
 * For who cannot wait for device_lock(). The limit is pending until the work
 * has told the driver.
 *
 * Context: RTNL held.
 */
void vfctl_limit_want(struct vfctl_vf *vf, const struct vfctl_limit *want,
		      const struct vfctl_actor *actor)
{
	struct vfctl_limit new = *want;

	vfctl_limit_pend(vf, &new, vfctl_is_busy);
	vfctl_limit_publish(vf, &new, actor);
	vfctl_pf_begin_sweep(vf->pf, true);
	vfctl_pf_queue(vf->pf);
}

/**
 * vfctl_limit_keep() - set what the next VF of a number will have
 * @vf: a VF that does not exist now
 * @want: its hard, soft and min
 * @soft_is_new: as in vfctl_limit_check_known()
 * @actor: who wants it
 * @extack: told the cause of a refusal
 *
 * Context: RTNL held.
 * Return: 0 or a negative errno, and nothing has changed.
 */
int vfctl_limit_keep(struct vfctl_vf *vf, const struct vfctl_limit *want,
		     bool soft_is_new, const struct vfctl_actor *actor,
		     struct netlink_ext_ack *extack)
{
	struct vfctl_limit new = *want;
	int err;

	err = vfctl_limit_check_absent(vf, want, soft_is_new, extack);
	if (err)
		return err;

	new.effective = 0;
	new.state = VFCTL_LIMIT_NONE;
	new.reason = NULL;
	if (vfctl_limit_is_wanted(&new))
		vfctl_limit_pend(vf, &new, vfctl_is_absent);
	vfctl_limit_publish(vf, &new, actor);
	vfctl_pf_new_generation(vf->pf);
	return 0;
}

/* The limits of a VF go with it. RTNL held. */
void vfctl_limit_forget(struct vfctl_vf *vf)
{
	spin_lock(&vf->pf->lock);
	memset(&vf->info.limit, 0, sizeof(vf->info.limit));
	spin_unlock(&vf->pf->lock);
	WRITE_ONCE(vf->guest_barred, false);
	vf->refused.any = false;
	vf->seen = false;
}

/*
 * Was a limit, that is no more there, lost by the driver? igb drops limits to
 * 0 at an event of the link, qed to the speed that the link has then. Somebody
 * who takes a limit away by rtnetlink touches the PF; then only what is known
 * of the driver speaks for a loss.
 */
static bool vfctl_limit_is_lost(const struct vfctl_vf *vf, u32 max, u32 min)
{
	struct vfctl_pf *pf = vf->pf;
	bool dropped = (!max && (!min || vf->told_max)) ||
		       (max == pf->info.link_mbit && max < vf->told_max);
	bool event = vf->seen_events != vfctl_pf_events(pf) ||
		     time_before(vf->seen_time,
				 pf->event_time + VFCTL_LOST_WITHIN);

	if (!dropped || !event)
		return false;
	if (vf->seen_touches == pf->touches)
		return true;
	return pf->provider->forgets &&
	       pf->provider->forgets(pf, vf->told_link);
}

/* The same for a VF that was just made, or is seen for the first time. */
static bool vfctl_limit_is_lost_by_birth(const struct vfctl_vf *vf, u32 max,
					 u32 min)
{
	const struct vfctl_limit *limit = &vf->info.limit;

	return vfctl_limit_is_wanted(limit) &&
	       ((!max && !min) ||
		(max == vf->seen_max && min == vf->seen_min));
}

/*
 * Compare what the device has with what it was seen to have before. Whatever
 * nobody here told it was either lost or set by others.
 */
static void vfctl_limit_observe(struct vfctl_vf *vf, u32 max, u32 min)
{
	struct vfctl_limit limit = vf->info.limit;
	bool lost;

	if (vf->seen && ((vf->seen_max == max && vf->seen_min == min) ||
			 (vf->told_max == max && vf->told_min == min))) {
		vfctl_limit_saw(vf, max, min);
		return;
	}

	lost = vf->seen ? vfctl_limit_is_lost(vf, max, min) :
			  vfctl_limit_is_lost_by_birth(vf, max, min);
	vfctl_limit_saw(vf, max, min);
	vf->told_max = max;
	vf->told_min = min;
	vf->told_link = vf->pf->info.link_mbit;
	if (lost) {
		if (limit.state == VFCTL_LIMIT_IN_FORCE)
			vfctl_limit_pend(vf, &limit, vfctl_was_lost);
		vfctl_limit_publish(vf, &limit, &vfctl_by_device);
		return;
	}

	limit.hard = vfctl_rate_from_mbit(max);
	limit.min = vfctl_rate_from_mbit(min);
	if (vfctl_limit_program(vf, &limit, NULL))
		vfctl_limit_pend(vf, &limit, vfctl_is_refused);
	vfctl_limit_publish(vf, &limit, &vfctl_by_outside);
}

/* The soft limit that the driver has now; false where it keeps none. */
static bool vfctl_limit_read_soft(struct vfctl_vf *vf, u32 *mbit)
{
	return vf->pf->info.caps & VFCTL_CAP_GUEST_SOFT &&
	       !vf->pf->provider->get_soft(vf->pf, vf->index, mbit);
}

/*
 * A VF that was just made, or is seen for the first time: the soft limit that
 * it had in an earlier life is not for the guest that has it now.
 */
static void vfctl_limit_adopt_soft(struct vfctl_vf *vf)
{
	u32 mbit;

	if (!vfctl_limit_read_soft(vf, &mbit))
		return;

	vfctl_limit_saw_soft(vf, mbit);
	spin_lock(&vf->pf->lock);
	vf->info.limit.soft = vfctl_rate_from_mbit(mbit);
	spin_unlock(&vf->pf->lock);
}

/*
 * The guest has set its soft limit, or it went with a reset of the VF. The
 * driver's lock, which vfctl_limit_read_soft() takes, was held when it told of
 * a change: one that comes after the flag is cleared sets it again.
 */
static void vfctl_limit_observe_soft(struct vfctl_vf *vf)
{
	struct vfctl_limit limit = vf->info.limit;
	u32 mbit;

	if (!READ_ONCE(vf->soft_changed))
		return;
	WRITE_ONCE(vf->soft_changed, false);
	if (!vfctl_limit_read_soft(vf, &mbit) || mbit == vf->seen_soft)
		return;

	vfctl_limit_saw_soft(vf, mbit);
	limit.soft = vfctl_rate_from_mbit(mbit);
	if (vfctl_limit_program(vf, &limit, NULL))
		vfctl_limit_pend(vf, &limit, vfctl_is_refused);
	vfctl_limit_publish(vf, &limit, &vfctl_by_guest);
}

static void vfctl_vf_saw_mac(struct vfctl_vf *vf, const u8 *mac)
{
	spin_lock(&vf->pf->lock);
	vf->info.has_mac = is_valid_ether_addr(mac);
	memcpy(vf->info.mac, mac, ETH_ALEN);
	spin_unlock(&vf->pf->lock);
}

/* Try once more what is pending; what was refused, only when things changed. */
static void vfctl_limit_retry(struct vfctl_vf *vf, struct vfctl_limit *limit)
{
	if (vfctl_limit_was_refused(vf, limit))
		return;
	if (vfctl_limit_program(vf, limit, NULL))
		vfctl_limit_pend(vf, limit, vfctl_is_refused);
}

/**
 * vfctl_limit_follow() - make the device follow the wanted limit, or the
 *	wanted limit follow what others told the device
 * @vf: the VF
 *
 * Context: device_lock() and RTNL held.
 */
void vfctl_limit_follow(struct vfctl_vf *vf)
{
	struct vfctl_pf *pf = vf->pf;
	bool can = pf->info.caps & VFCTL_CAP_MAX_RATE;
	bool was_seen = vf->seen;
	struct ifla_vf_info ivi;
	struct vfctl_limit limit;

	if (vfctl_vf_usable(vf, NULL))
		return;
	vfctl_stub_show_rate(vf);
	if (!was_seen)
		vfctl_limit_adopt_soft(vf);
	if (!pf->provider->get_config(pf, vf->index, &ivi, NULL)) {
		vfctl_vf_saw_mac(vf, ivi.mac);
		/* Some that cannot limit report the link speed as a limit. */
		if (can)
			vfctl_limit_observe(vf, ivi.max_tx_rate,
					    ivi.min_tx_rate);
	}

	if (was_seen)
		vfctl_limit_observe_soft(vf);

	limit = vf->info.limit;
	if (!vfctl_limit_is_wanted(&limit) && !limit.effective &&
	    limit.state == VFCTL_LIMIT_NONE)
		return;
	/* What the device had in legacy mode says nothing of now, or of later. */
	if (pf->info.switchdev)
		vf->seen = false;
	if (can)
		vfctl_limit_retry(vf, &limit);
	else
		vfctl_limit_pend(vf, &limit, pf->info.switchdev ?
				 vfctl_is_switchdev : vfctl_cannot_limit);
	vfctl_limit_publish(vf, &limit, &vfctl_by_device);
}

/*
 * Does what was seen last still hold, as far as others tell? rtnetlink does,
 * of a device that is up.
 */
static bool vfctl_limit_is_known(struct vfctl_vf *vf)
{
	const struct vfctl_pf *pf = vf->pf;

	return !vfctl_vf_usable(vf, NULL) && vf->seen &&
	       pf->dev->flags & IFF_UP && vf->seen_nudges == pf->nudges &&
	       vf->seen_events == vfctl_pf_events(pf) &&
	       vf->info.limit.state != VFCTL_LIMIT_PENDING;
}

/**
 * vfctl_limit_get() - the wanted limits of a VF, to be changed
 * @vf: the VF
 * @limit: a copy
 *
 * What others did to the device until now, by rtnetlink or in the guest, counts
 * as done before. To ask the driver costs up to 2 ms: it is only asked where
 * something has happened to its device since the VF was looked at last.
 *
 * Context: device_lock() and RTNL held.
 */
void vfctl_limit_get(struct vfctl_vf *vf, struct vfctl_limit *limit)
{
	if (vfctl_limit_is_known(vf)) {
		vf->unlooked = true;
		vfctl_limit_observe_soft(vf);
	} else {
		vfctl_limit_follow(vf);
	}
	*limit = vf->info.limit;
}
