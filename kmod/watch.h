/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How vfctl learns of PFs and VFs that come, change and go.
 */
#ifndef VFCTL_WATCH_H
#define VFCTL_WATCH_H

int vfctl_watch_init(void);
void vfctl_watch_exit(void);

#endif /* VFCTL_WATCH_H */
