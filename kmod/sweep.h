/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Looking at the limits of all VFs of a PF.
 */
#ifndef VFCTL_SWEEP_H
#define VFCTL_SWEEP_H

#include <linux/types.h>

struct vfctl_pf;

/*
 * Look at the PF this often even when nothing was heard of it: not all that
 * changes a limit notifies (rtnetlink does only while the PF is up).
 */
#define VFCTL_LOOK_MS 800

unsigned int vfctl_pf_sweep(struct vfctl_pf *pf, u64 begin);
bool vfctl_pf_has_wanted(const struct vfctl_pf *pf);

#endif /* VFCTL_SWEEP_H */
