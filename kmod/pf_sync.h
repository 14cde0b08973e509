/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bringing what vfctl shows of a PF in line with what the PF has.
 */
#ifndef VFCTL_PF_SYNC_H
#define VFCTL_PF_SYNC_H

#include <linux/types.h>

struct vfctl_pf;
struct work_struct;

void vfctl_pf_sync_work(struct work_struct *work);
void vfctl_pf_detach(struct vfctl_pf *pf);

#endif /* VFCTL_PF_SYNC_H */
