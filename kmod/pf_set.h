/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Settings of a PF as a whole.
 */
#ifndef VFCTL_PF_SET_H
#define VFCTL_PF_SET_H

#include <linux/types.h>

struct net;
struct netlink_ext_ack;
struct vfctl_actor;
struct vfctl_pf;

/* What pf-set changes. */
struct vfctl_pf_settings {
	bool has_interval;
	u32 interval_ms;	/* checked by the policy */
	bool has_lose_limits;
	bool lose_limits;
};

int vfctl_pf_set(struct vfctl_pf *pf, const struct net *net,
		 const struct vfctl_pf_settings *want,
		 const struct vfctl_actor *actor,
		 struct netlink_ext_ack *extack);

#endif /* VFCTL_PF_SET_H */
