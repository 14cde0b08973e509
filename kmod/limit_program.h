/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The device's side of a limit: what it was told, and what it was seen to have.
 * Rates are in Mbit/s, as drivers take them. device_lock() and RTNL held, where
 * nothing else is said.
 */
#ifndef VFCTL_LIMIT_PROGRAM_H
#define VFCTL_LIMIT_PROGRAM_H

#include <linux/types.h>

struct netlink_ext_ack;
struct vfctl_limit;
struct vfctl_vf;

void vfctl_limit_saw(struct vfctl_vf *vf, u32 max, u32 min);
void vfctl_limit_saw_soft(struct vfctl_vf *vf, u32 mbit);
void vfctl_limit_pend(const struct vfctl_vf *vf, struct vfctl_limit *limit,
		      const char *reason);
bool vfctl_limit_was_refused(const struct vfctl_vf *vf,
			     const struct vfctl_limit *limit);
int vfctl_limit_program(struct vfctl_vf *vf, struct vfctl_limit *limit,
			struct netlink_ext_ack *extack);

#endif /* VFCTL_LIMIT_PROGRAM_H */
