/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Bringing what vfctl shows of a PF in line with what the PF has.
 */
#ifndef VFCTL_PF_SYNC_H
#define VFCTL_PF_SYNC_H

#include <linux/types.h>

struct vfctl_pf;
struct work_struct;

/*
 * Look at the PF this often even when nothing was heard of it: not all that
 * changes a limit notifies (rtnetlink does only while the PF is up).
 */
#define VFCTL_POLL_MS 800

/* And this often even if each look takes its time. */
#define VFCTL_POLL_MAX_MS 30000

void vfctl_pf_sync_work(struct work_struct *work);
void vfctl_pf_poll_work(struct work_struct *work);
bool vfctl_pf_link_is_up(const struct vfctl_pf *pf);
void vfctl_pf_sync_link(struct vfctl_pf *pf);
void vfctl_pf_detach(struct vfctl_pf *pf);

#endif /* VFCTL_PF_SYNC_H */
