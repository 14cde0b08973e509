/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The network device that stands for a VF on the host, as veth0.1.
 */
#ifndef VFCTL_STUB_H
#define VFCTL_STUB_H

#include <linux/ethtool.h>
#include <linux/types.h>

struct list_head;
struct net_device;
struct vfctl_vf;

int vfctl_stub_init(void);
void vfctl_stub_exit(void);

int vfctl_stub_create(struct vfctl_vf *vf);
bool vfctl_stub_remove(struct vfctl_vf *vf, struct list_head *kill);
bool vfctl_stub_is_current(const struct vfctl_vf *vf);
void vfctl_stub_renamed(struct net_device *dev);
struct vfctl_vf *vfctl_stub_vf(const struct net_device *dev);

#endif /* VFCTL_STUB_H */
