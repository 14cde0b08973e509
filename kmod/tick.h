/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The timer of a PF.
 */
#ifndef VFCTL_TICK_H
#define VFCTL_TICK_H

#include <linux/types.h>

struct vfctl_pf;

void vfctl_tick_init(struct vfctl_pf *pf);
void vfctl_tick_stop(struct vfctl_pf *pf);
void vfctl_tick_look(struct vfctl_pf *pf, unsigned int ms, bool wanted);
void vfctl_tick_sample(struct vfctl_pf *pf);
void vfctl_tick_again(struct vfctl_pf *pf);

#endif /* VFCTL_TICK_H */
