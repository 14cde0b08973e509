// SPDX-License-Identifier: GPL-2.0-only
/*
 * Which limits of a VF can be wanted, and in what words others are refused.
 */
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>

#include "compat.h"
#include "limit_check.h"
#include "link.h"
#include "pf.h"
#include "provider.h"
#include "rate.h"
#include "uapi/linux/vfctl.h"

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
	/* struct ifla_vf_rate and the drivers' int */
	if (vfctl_rate_to_mbit(bps) > INT_MAX) {
		NL_SET_ERR_MSG_FMT(extack, "%s is more than a driver can take",
				   vfctl_rate_text(&text, bps));
		return -EINVAL;
	}
	if (ceiling && bps > vfctl_rate_from_mbit(ceiling)) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%s is above the link speed of %s, %u Mbit/s",
				   vfctl_rate_text(&text, bps),
				   vf->pf->dev->name, ceiling);
		return -EINVAL;
	}
	return 0;
}

static int vfctl_limit_check_min(struct vfctl_vf *vf,
				 const struct vfctl_limit *want,
				 struct netlink_ext_ack *extack)
{
	if (!(vf->pf->info.caps & VFCTL_CAP_MIN_RATE)) {
		NL_SET_ERR_MSG_FMT(extack, "%s has no minimum rate for VFs",
				   dev_driver_string(vf->pf->parent));
		return -EOPNOTSUPP;
	}
	return vfctl_limit_check_rate(vf, want->min, extack);
}

/* The limits of a VF among each other; a bad pair may get better in steps. */
static int vfctl_limit_check_order(const struct vfctl_limit *old,
				   const struct vfctl_limit *want,
				   bool soft_is_new,
				   struct netlink_ext_ack *extack)
{
	u64 effective = vfctl_rate_effective(want->hard, want->soft);
	u64 before = vfctl_rate_effective(old->hard, old->soft);
	struct vfctl_rate_text a, b;

	if (soft_is_new && want->hard && want->soft > want->hard) {
		NL_SET_ERR_MSG_FMT(extack,
				   "soft limit %s is above hard limit %s",
				   vfctl_rate_text(&a, want->soft),
				   vfctl_rate_text(&b, want->hard));
		return -EINVAL;
	}
	if (effective && want->min > effective &&
	    (want->min != old->min || !before || effective < before)) {
		NL_SET_ERR_MSG_FMT(extack, "minimum %s is above limit %s",
				   vfctl_rate_text(&a, want->min),
				   vfctl_rate_text(&b, effective));
		return -EINVAL;
	}
	return 0;
}

/* By what is known of the PF, which has a provider. RTNL held. */
static int vfctl_limit_check_rates(struct vfctl_vf *vf,
				   const struct vfctl_limit *want,
				   bool soft_is_new,
				   struct netlink_ext_ack *extack)
{
	const struct vfctl_limit *old = &vf->info.limit;
	int err = 0;

	if (vf->pf->info.switchdev && !vfctl_limit_is_wanted(want))
		return 0;
	if (vf->pf->info.switchdev) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%s is in switchdev mode, where devlink-rate(8) limits VFs",
				   vf->pf->dev->name);
		return -EOPNOTSUPP;
	}
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

	return vfctl_limit_check_order(old, want, soft_is_new, extack);
}

/* The same for a VF that does not exist now. RTNL held. */
int vfctl_limit_check_absent(struct vfctl_vf *vf,
			     const struct vfctl_limit *want, bool soft_is_new,
			     struct netlink_ext_ack *extack)
{
	int err = vfctl_pf_usable(vf->pf, extack);

	return err ? err : vfctl_limit_check_rates(vf, want, soft_is_new,
						   extack);
}

/**
 * vfctl_limit_check_known() - would these limits be taken, as far as is known?
 * @vf: the VF
 * @want: its wanted hard, soft and min; the rest is not looked at
 * @soft_is_new: the soft limit was asked for now: it may not be above the
 *	hard one, whereas one that is there already is clamped
 * @extack: told the cause of a refusal
 *
 * Rates that stay as they are, are not checked again: the link may have
 * become slower since.
 *
 * Context: RTNL held. Does not call the PF driver.
 * Return: 0 or a negative errno.
 */
int vfctl_limit_check_known(struct vfctl_vf *vf, const struct vfctl_limit *want,
			    bool soft_is_new, struct netlink_ext_ack *extack)
{
	int err = vfctl_vf_usable(vf, extack);

	return err ? err : vfctl_limit_check_rates(vf, want, soft_is_new,
						   extack);
}

/*
 * The same with a look at the link before, which calls the PF driver.
 * device_lock() and RTNL held.
 */
int vfctl_limit_check(struct vfctl_vf *vf, const struct vfctl_limit *want,
		      bool soft_is_new, struct netlink_ext_ack *extack)
{
	if (!vfctl_vf_usable(vf, NULL))
		vfctl_pf_sync_link(vf->pf);
	return vfctl_limit_check_known(vf, want, soft_is_new, extack);
}
