/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The PF or VF that a netlink request names.
 */
#ifndef VFCTL_FIND_H
#define VFCTL_FIND_H

#include <linux/types.h>

struct net;
struct netlink_ext_ack;
struct nlattr;
struct vfctl_pf;
struct vfctl_vf;

/* Attributes that name a VF have other numbers in each set. */
struct vfctl_names {
	int pf_ifindex;
	int pf_ifname;
	int vf;		/* 0: the set names no VF, as below */
	int ifindex;
	int ifname;
	int absent;	/* 0: no request of the set can ask for absent VFs */
};

extern const struct vfctl_names vfctl_pf_names;
extern const struct vfctl_names vfctl_vf_names;
extern const struct vfctl_names vfctl_stats_names;

struct vfctl_pf *vfctl_find_pf(struct net *net, struct nlattr **attrs,
			       const struct vfctl_names *names,
			       struct netlink_ext_ack *extack);
struct vfctl_vf *vfctl_find_vf(struct net *net, struct nlattr **attrs,
			       const struct vfctl_names *names,
			       struct netlink_ext_ack *extack);
bool vfctl_asks_absent(struct nlattr **attrs, const struct vfctl_names *names);

#endif /* VFCTL_FIND_H */
