/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Sampling all VFs of a PF, again and again.
 */
#ifndef VFCTL_SAMPLER_H
#define VFCTL_SAMPLER_H

#include <linux/types.h>

struct vfctl_pf;

u32 vfctl_sampler_interval(const struct vfctl_pf *pf, bool watched);
void vfctl_sampler_run(struct vfctl_pf *pf);

#endif /* VFCTL_SAMPLER_H */
