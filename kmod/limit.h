/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Limits of a VF: what is wanted, and making the device follow.
 */
#ifndef VFCTL_LIMIT_H
#define VFCTL_LIMIT_H

#include <linux/types.h>

struct netlink_ext_ack;
struct vfctl_actor;
struct vfctl_limit;
struct vfctl_vf;

void vfctl_limit_get(struct vfctl_vf *vf, struct vfctl_limit *limit);
int vfctl_limit_set(struct vfctl_vf *vf, const struct vfctl_limit *want,
		    const struct vfctl_actor *actor,
		    struct netlink_ext_ack *extack);
void vfctl_limit_want(struct vfctl_vf *vf, const struct vfctl_limit *want,
		      const struct vfctl_actor *actor);
int vfctl_limit_keep(struct vfctl_vf *vf, const struct vfctl_limit *want,
		     bool soft_is_new, const struct vfctl_actor *actor,
		     struct netlink_ext_ack *extack);
void vfctl_limit_forget(struct vfctl_vf *vf);
void vfctl_limit_follow(struct vfctl_vf *vf);

#endif /* VFCTL_LIMIT_H */
