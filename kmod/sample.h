/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sampling of VF counters.
 */
#ifndef VFCTL_SAMPLE_H
#define VFCTL_SAMPLE_H

#include <linux/workqueue.h>

#include "accum.h"

struct vfctl_pf;
struct vfctl_vf;

void vfctl_sample_work(struct work_struct *work);
void vfctl_sample_start(struct vfctl_vf *vf);
void vfctl_sample_refresh(struct vfctl_vf *vf);
void vfctl_sample_get(struct vfctl_vf *vf, struct vfctl_accum *acc);
void vfctl_sample_forget(struct vfctl_vf *vf);

#endif /* VFCTL_SAMPLE_H */
