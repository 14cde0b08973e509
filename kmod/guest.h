/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Soft limits that guests set themselves, where the PF driver has a way.
 */
#ifndef VFCTL_GUEST_H
#define VFCTL_GUEST_H

#include <linux/types.h>

struct netlink_ext_ack;
struct vfctl_pf;

int vfctl_guest_init(void);
void vfctl_guest_exit(void);

bool vfctl_guest_can(void);
int vfctl_guest_get_soft(struct vfctl_pf *pf, unsigned int vf, u32 *mbit);
int vfctl_guest_set_soft(struct vfctl_pf *pf, unsigned int vf, u32 mbit,
			 struct netlink_ext_ack *extack);

#endif /* VFCTL_GUEST_H */
