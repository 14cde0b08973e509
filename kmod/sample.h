/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Samples of the counters of VFs.
 */
#ifndef VFCTL_SAMPLE_H
#define VFCTL_SAMPLE_H

#include <linux/types.h>

#include "accum.h"

struct vfctl_pf;
struct vfctl_vf;

u64 vfctl_sample_bytes_per_s(const struct vfctl_pf *pf);
void vfctl_sample_all(struct vfctl_pf *pf);
unsigned int vfctl_sample_some(struct vfctl_pf *pf, unsigned int first,
			       u64 *held_ns);
void vfctl_sample_start(struct vfctl_vf *vf);
void vfctl_sample_refresh(struct vfctl_vf *vf);
void vfctl_sample_get(struct vfctl_vf *vf, struct vfctl_accum *acc);
void vfctl_sample_forget(struct vfctl_vf *vf);

#endif /* VFCTL_SAMPLE_H */
