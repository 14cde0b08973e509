/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Which network devices are PFs, and what answers for them.
 */
#ifndef VFCTL_PROVIDER_FIND_H
#define VFCTL_PROVIDER_FIND_H

#include <linux/types.h>

struct net_device;
struct vfctl_provider;

bool vfctl_has_vf_callbacks(const struct net_device *dev);
bool vfctl_is_representor(const struct net_device *dev);
bool vfctl_provider_suits(const struct net_device *dev);
const struct vfctl_provider *vfctl_provider_find(const struct net_device *dev);

#endif /* VFCTL_PROVIDER_FIND_H */
