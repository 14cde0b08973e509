/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Events of the netlink family.
 */
#ifndef VFCTL_NOTIFY_H
#define VFCTL_NOTIFY_H

#include <linux/types.h>

struct net;
struct vfctl_actor;
struct vfctl_limit;
struct vfctl_pf;
struct vfctl_vf;

/* Nobody: what the device did by itself. */
extern const struct vfctl_actor vfctl_by_device;

void vfctl_notify_pf(struct vfctl_pf *pf, u8 cmd,
		     const struct vfctl_actor *actor);
void vfctl_notify_vf(struct vfctl_vf *vf, u8 cmd,
		     const struct vfctl_actor *actor,
		     const struct vfctl_limit *old);
void vfctl_notify_stats(struct vfctl_pf *pf);
bool vfctl_notify_has_stats_listener(struct net *net);

#endif /* VFCTL_NOTIFY_H */
