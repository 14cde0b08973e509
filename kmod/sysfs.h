/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * bandwidth_allocation of a PF's device.
 */
#ifndef VFCTL_SYSFS_H
#define VFCTL_SYSFS_H

struct vfctl_pf;

void vfctl_sysfs_add(struct vfctl_pf *pf);
void vfctl_sysfs_remove(struct vfctl_pf *pf);

#endif /* VFCTL_SYSFS_H */
