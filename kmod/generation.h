/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A number that tells dumps whether what they show has changed meanwhile.
 */
#ifndef VFCTL_GENERATION_H
#define VFCTL_GENERATION_H

#include <linux/types.h>

struct net;
struct vfctl_pf;

int vfctl_generation_init(void);
void vfctl_generation_exit(void);

u32 vfctl_generation(const struct net *net);
void vfctl_pf_new_generation(const struct vfctl_pf *pf);

#endif /* VFCTL_GENERATION_H */
