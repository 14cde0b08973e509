/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * How vfctl learns of PFs and VFs that come, change and go.
 */
#ifndef VFCTL_WATCH_H
#define VFCTL_WATCH_H

#include <linux/types.h>

int vfctl_watch_init(void);
void vfctl_watch_exit(void);
bool vfctl_watch_has_begun(void);

#endif /* VFCTL_WATCH_H */
