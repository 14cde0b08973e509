/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The link of a PF.
 */
#ifndef VFCTL_LINK_H
#define VFCTL_LINK_H

#include <linux/types.h>

struct vfctl_pf;

bool vfctl_pf_link_is_up(const struct vfctl_pf *pf);
void vfctl_pf_sync_link(struct vfctl_pf *pf);

#endif /* VFCTL_LINK_H */
