/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Changes of limits, for readers and listeners.
 */
#ifndef VFCTL_PUBLISH_H
#define VFCTL_PUBLISH_H

struct vfctl_actor;
struct vfctl_limit;
struct vfctl_vf;

void vfctl_stub_show_rate(struct vfctl_vf *vf);
void vfctl_limit_publish(struct vfctl_vf *vf, const struct vfctl_limit *new,
			 const struct vfctl_actor *actor);

#endif /* VFCTL_PUBLISH_H */
