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

#include "compat.h"
#include "limit.h"
#include "notify.h"
#include "pf.h"
#include "pf_sync.h"
#include "provider.h"
#include "rate.h"
#include "stub.h"
#include "uapi/linux/vfctl.h"

/*
 * A limit that is found gone this soon after the link came, or VFs, was lost
 * by the driver, not taken away by somebody: igb's watchdog clears limits some
 * time after it has reported the carrier.
 */
#define VFCTL_LOST_WITHIN (2 * HZ)

static const struct vfctl_actor vfctl_by_device = {
	.origin = VFCTL_ORIGIN_DEVICE,
};

static const struct vfctl_actor vfctl_by_outside = {
	.origin = VFCTL_ORIGIN_OUTSIDE,
};

static const char vfctl_link_is_down[] = "the link of the PF is down";
static const char vfctl_link_too_slow[] =
	"the limit is above the link speed of the PF, so the link itself limits";
static const char vfctl_was_lost[] = "the PF driver has lost the limit";
static const char vfctl_is_refused[] = "the PF driver refuses the limit";
static const char vfctl_cannot_limit[] = "the PF driver cannot limit VFs now";

/* "500 Mbit/s" where it is whole, else in bit/s. */
struct vfctl_rate_text {
	char s[32];
};

static const char *vfctl_rate_text(struct vfctl_rate_text *text, u64 bps)
{
	u32 mbit = vfctl_rate_to_mbit(bps);

	if (vfctl_rate_from_mbit(mbit) == bps)
		snprintf(text->s, sizeof(text->s), "%u Mbit/s", mbit);
	else
		snprintf(text->s, sizeof(text->s), "%llu bit/s", bps);
	return text->s;
}

/* A copy of the limits. Context: RTNL held. */
void vfctl_limit_get(struct vfctl_vf *vf, struct vfctl_limit *limit)
{
	ASSERT_RTNL();
	*limit = vf->info.limit;
}

/* The fastest that the VF could be, Mbit/s; 0 where that is not known. */
static u32 vfctl_limit_ceiling(const struct vfctl_pf *pf)
{
	return pf->info.link_mbit ? pf->info.link_mbit : pf->provider->max_mbit;
}

static int vfctl_limit_check_rate(struct vfctl_vf *vf, u64 bps,
				  struct netlink_ext_ack *extack)
{
	u32 ceiling = vfctl_limit_ceiling(vf->pf);
	struct vfctl_rate_text text;

	if (bps && bps < VFCTL_RATE_MIN) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%llu bit/s is below 1 Mbit/s, the least; 0 is no limit",
				   bps);
		return -EINVAL;
	}
	if (ceiling && bps > vfctl_rate_from_mbit(ceiling)) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%s is above the link speed of %s, %u Mbit/s",
				   vfctl_rate_text(&text, bps),
				   vf->pf->dev->name, ceiling);
		return -EINVAL;
	}
	/* struct ifla_vf_rate and the drivers' int */
	if (vfctl_rate_to_mbit(bps) > INT_MAX) {
		NL_SET_ERR_MSG_FMT(extack, "%s is more than a driver can take",
				   vfctl_rate_text(&text, bps));
		return -EINVAL;
	}
	return 0;
}

static int vfctl_limit_check_min(struct vfctl_vf *vf,
				 const struct vfctl_limit *want,
				 struct netlink_ext_ack *extack)
{
	struct vfctl_rate_text min, hard;

	if (!(vf->pf->info.caps & VFCTL_CAP_MIN_RATE)) {
		NL_SET_ERR_MSG_FMT(extack, "%s has no minimum rate for VFs",
				   dev_driver_string(vf->pf->parent));
		return -EOPNOTSUPP;
	}
	if (want->hard && want->min > want->hard) {
		NL_SET_ERR_MSG_FMT(extack,
				   "minimum %s is above the hard limit, %s",
				   vfctl_rate_text(&min, want->min),
				   vfctl_rate_text(&hard, want->hard));
		return -EINVAL;
	}
	return vfctl_limit_check_rate(vf, want->min, extack);
}

/**
 * vfctl_limit_check() - would these limits be taken?
 * @vf: the VF
 * @want: its wanted hard, soft and min; the rest is not looked at
 * @soft_is_new: the soft limit was asked for now: it may not be above the
 *	hard one, whereas one that is there already is clamped
 * @extack: told the cause of a refusal
 *
 * Rates that stay as they are, are not checked again: the link may have
 * become slower since.
 *
 * Context: device_lock() and RTNL held.
 * Return: 0 or a negative errno.
 */
int vfctl_limit_check(struct vfctl_vf *vf, const struct vfctl_limit *want,
		      bool soft_is_new, struct netlink_ext_ack *extack)
{
	const struct vfctl_limit *old = &vf->info.limit;
	struct vfctl_rate_text soft, hard;
	int err;

	err = vfctl_vf_usable(vf, extack);
	if (err)
		return err;
	vfctl_pf_sync_link(vf->pf);
	if (!(vf->pf->info.caps & VFCTL_CAP_MAX_RATE)) {
		NL_SET_ERR_MSG_FMT(extack, "%s cannot limit the rate of VFs",
				   dev_driver_string(vf->pf->parent));
		return -EOPNOTSUPP;
	}

	if (want->hard != old->hard)
		err = vfctl_limit_check_rate(vf, want->hard, extack);
	if (!err && want->min && want->min != old->min)
		err = vfctl_limit_check_min(vf, want, extack);
	if (!err && want->soft != old->soft)
		err = vfctl_limit_check_rate(vf, want->soft, extack);
	if (err)
		return err;

	if (soft_is_new && want->hard && want->soft > want->hard) {
		NL_SET_ERR_MSG_FMT(extack,
				   "soft limit %s is above the hard limit, %s",
				   vfctl_rate_text(&soft, want->soft),
				   vfctl_rate_text(&hard, want->hard));
		return -EINVAL;
	}
	return 0;
}

/* What the device was found to have; not always what it was told. */
static void vfctl_limit_saw(struct vfctl_vf *vf, u32 max, u32 min)
{
	vf->seen = true;
	vf->seen_max = max;
	vf->seen_min = min;
	vf->seen_events = vfctl_pf_events(vf->pf);
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

static void vfctl_limit_pend(struct vfctl_limit *limit, const char *reason)
{
	limit->state = VFCTL_LIMIT_PENDING;
	limit->reason = reason;
}

/* For who asked for the limit now: a warning beside the success. */
static void vfctl_limit_warn(const struct vfctl_limit *limit,
			     struct netlink_ext_ack *extack)
{
	if (limit->state == VFCTL_LIMIT_PENDING)
		NL_SET_ERR_MSG_FMT(extack, "pending: %s", limit->reason);
}

/*
 * Have the device do what @limit wants, and put into it what came of that.
 * Returns an error only if the device will not take it, for no passing cause.
 */
static int vfctl_limit_program(struct vfctl_vf *vf, struct vfctl_limit *limit,
			       struct netlink_ext_ack *extack)
{
	struct vfctl_pf *pf = vf->pf;
	u32 max, min, link = pf->info.link_mbit;
	int err;

	max = vfctl_rate_to_mbit(vfctl_rate_effective(limit->hard,
						      limit->soft));
	min = vfctl_rate_to_mbit(limit->min);
	limit->effective = vfctl_rate_from_mbit(max);

	if (!vf->seen || vf->told_max != max || vf->told_min != min) {
		if (link && max > link) {
			vfctl_limit_pend(limit, vfctl_link_too_slow);
			return 0;
		}
		err = pf->provider->set_rate(pf, vf->index, min, max, extack);
		if (err && !vfctl_pf_link_is_up(pf)) {
			vfctl_limit_pend(limit, vfctl_link_is_down);
			return 0;
		}
		if (err)
			return err;
		vf->told_max = max;
		vf->told_min = min;
		vfctl_limit_read_back(vf, max, min);
	}

	limit->state = max || min ? VFCTL_LIMIT_IN_FORCE : VFCTL_LIMIT_NONE;
	limit->reason = NULL;
	return 0;
}

static bool vfctl_limit_equal(const struct vfctl_limit *a,
			      const struct vfctl_limit *b)
{
	return a->hard == b->hard && a->soft == b->soft && a->min == b->min &&
	       a->effective == b->effective && a->state == b->state &&
	       a->reason == b->reason;
}

/* Let readers and listeners see a change. RTNL held. */
static void vfctl_limit_publish(struct vfctl_vf *vf,
				const struct vfctl_limit *new,
				const struct vfctl_actor *actor)
{
	struct vfctl_limit old = vf->info.limit;

	if (vfctl_limit_equal(&old, new))
		return;

	spin_lock(&vf->pf->lock);
	vf->info.limit = *new;
	spin_unlock(&vf->pf->lock);
	vfctl_stub_show_rate(vf);
	if (vf->info.live)
		vfctl_notify_vf(vf, VFCTL_CMD_VF_CHANGE_NTF, actor, &old);
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
	u32 was = vf->told_max;
	int err;

	err = vfctl_limit_program(vf, &new, extack);
	if (err)
		return err;

	vfctl_limit_warn(&new, extack);
	vfctl_limit_publish(vf, &new, actor);
	/* So that "ip monitor" sees what "ip link show" would. */
	if (vf->told_max != was)
		netdev_state_change(vf->pf->dev);
	return 0;
}

/* Was a limit, that is no more there, lost by the driver? */
static bool vfctl_limit_is_lost(const struct vfctl_vf *vf, u32 max, u32 min)
{
	const struct vfctl_pf *pf = vf->pf;

	return !max && !min &&
	       (vf->seen_events != vfctl_pf_events(pf) ||
		time_before(jiffies, pf->event_time + VFCTL_LOST_WITHIN));
}

/*
 * Compare what the device has with what it was seen to have before. Whatever
 * nobody here told it was either lost or set by others.
 */
static void vfctl_limit_observe(struct vfctl_vf *vf, u32 max, u32 min)
{
	struct vfctl_limit limit = vf->info.limit;
	bool wanted = limit.hard || limit.soft || limit.min;
	bool first = !vf->seen, lost;

	if (!first && vf->seen_max == max && vf->seen_min == min) {
		vfctl_limit_saw(vf, max, min);
		return;
	}

	lost = first ? wanted : vfctl_limit_is_lost(vf, max, min);
	vfctl_limit_saw(vf, max, min);
	vf->told_max = max;
	vf->told_min = min;
	if (lost) {
		if (limit.state == VFCTL_LIMIT_IN_FORCE)
			vfctl_limit_pend(&limit, vfctl_was_lost);
		vfctl_limit_publish(vf, &limit, &vfctl_by_device);
		return;
	}

	limit.hard = vfctl_rate_from_mbit(max);
	limit.min = vfctl_rate_from_mbit(min);
	if (vfctl_limit_program(vf, &limit, NULL))
		vfctl_limit_pend(&limit, vfctl_is_refused);
	vfctl_limit_publish(vf, &limit, &vfctl_by_outside);
}

static void vfctl_vf_saw_mac(struct vfctl_vf *vf, const u8 *mac)
{
	spin_lock(&vf->pf->lock);
	vf->info.has_mac = is_valid_ether_addr(mac);
	memcpy(vf->info.mac, mac, ETH_ALEN);
	spin_unlock(&vf->pf->lock);
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
	struct ifla_vf_info ivi;
	struct vfctl_limit limit;

	if (vfctl_vf_usable(vf, NULL))
		return;
	if (!pf->provider->get_config(pf, vf->index, &ivi, NULL)) {
		vfctl_vf_saw_mac(vf, ivi.mac);
		vfctl_limit_observe(vf, ivi.max_tx_rate, ivi.min_tx_rate);
	}

	limit = vf->info.limit;
	if (!limit.effective && !limit.min && limit.state == VFCTL_LIMIT_NONE)
		return;
	if (!(pf->info.caps & VFCTL_CAP_MAX_RATE))
		vfctl_limit_pend(&limit, vfctl_cannot_limit);
	else if (vfctl_limit_program(vf, &limit, NULL))
		vfctl_limit_pend(&limit, vfctl_is_refused);
	vfctl_limit_publish(vf, &limit, &vfctl_by_device);
}
