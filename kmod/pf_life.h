/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * PFs come, change and go.
 */
#ifndef VFCTL_PF_LIFE_H
#define VFCTL_PF_LIFE_H

#include <linux/types.h>

struct device;
struct net_device;

int vfctl_pf_init(void);
void vfctl_pf_exit(void);
void vfctl_pf_halt(void);

int vfctl_pf_appear(struct net_device *dev);
bool vfctl_pf_vanish(struct net_device *dev);
void vfctl_pf_renamed(struct net_device *dev);
void vfctl_pf_event(struct net_device *dev, bool touched);
void vfctl_pf_parent_gone(const struct device *parent);
void vfctl_pf_vfs_changed(const struct device *parent, bool born);

#endif /* VFCTL_PF_LIFE_H */
