/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * What a stub device keeps in its netdev_priv().
 */
#ifndef VFCTL_STUB_PRIV_H
#define VFCTL_STUB_PRIV_H

#include <linux/if.h>

struct vfctl_vf;

struct vfctl_stub {
	struct vfctl_vf *vf;
	char due_name[IFNAMSIZ];	/* what it is called after its PF */
};

#endif /* VFCTL_STUB_PRIV_H */
