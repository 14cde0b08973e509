/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which limits can be wanted.
 */
#ifndef VFCTL_LIMIT_CHECK_H
#define VFCTL_LIMIT_CHECK_H

#include <linux/types.h>

struct netlink_ext_ack;
struct vfctl_limit;
struct vfctl_vf;

int vfctl_limit_check(struct vfctl_vf *vf, const struct vfctl_limit *want,
		      bool soft_is_new, struct netlink_ext_ack *extack);
int vfctl_limit_check_known(struct vfctl_vf *vf,
			    const struct vfctl_limit *want, bool soft_is_new,
			    struct netlink_ext_ack *extack);
int vfctl_limit_check_absent(struct vfctl_vf *vf,
			     const struct vfctl_limit *want, bool soft_is_new,
			     struct netlink_ext_ack *extack);

#endif /* VFCTL_LIMIT_CHECK_H */
