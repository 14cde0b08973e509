/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bringing what vfctl shows of VFs in line with what a PF has.
 */
#ifndef VFCTL_VF_SYNC_H
#define VFCTL_VF_SYNC_H

#include <linux/types.h>

struct vfctl_pf;

/*
 * Stubs that are made or removed before others may have RTNL: some 100 us each,
 * and many times that on a kernel that checks what it does.
 */
#define VFCTL_STUB_CHUNK 32

int vfctl_pf_sync_vfs(struct vfctl_pf *pf);
void vfctl_pf_leave_vfs(struct vfctl_pf *pf);
void vfctl_pf_soft_changed(struct vfctl_pf *pf);
bool vfctl_pf_remove_stubs(struct vfctl_pf *pf, unsigned int max);

#endif /* VFCTL_VF_SYNC_H */
