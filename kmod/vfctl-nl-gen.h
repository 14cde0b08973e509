/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	kmod/vfctl.yaml */
/* YNL-GEN kernel header */

#ifndef _LINUX_VFCTL_GEN_H
#define _LINUX_VFCTL_GEN_H

#include <net/netlink.h>
#include <net/genetlink.h>

#include <uapi/linux/vfctl.h>

extern const struct nla_policy vfctl_pf_get_nl_policy[VFCTL_A_PF_IFNAME + 1];

extern const struct nla_policy vfctl_pf_set_nl_policy[VFCTL_A_PF_KEEP_LIMITS + 1];

extern const struct nla_policy vfctl_vf_get_nl_policy[VFCTL_A_VF_ABSENT + 1];

extern const struct nla_policy vfctl_vf_set_nl_policy[VFCTL_A_VF_ABSENT + 1];

extern const struct nla_policy vfctl_stats_get_nl_policy[VFCTL_A_STATS_IFNAME + 1];

/* Ops table for vfctl */
extern const struct genl_ops vfctl_nl_ops[5];

int vfctl_nl_pf_get_doit(struct sk_buff *skb, struct genl_info *info);
int vfctl_nl_pf_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vfctl_nl_pf_set_doit(struct sk_buff *skb, struct genl_info *info);
int vfctl_nl_vf_get_doit(struct sk_buff *skb, struct genl_info *info);
int vfctl_nl_vf_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);
int vfctl_nl_vf_set_doit(struct sk_buff *skb, struct genl_info *info);
int vfctl_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info);
int vfctl_nl_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb);

enum {
	VFCTL_NLGRP_CONFIG,
	VFCTL_NLGRP_STATS,
};

#endif /* _LINUX_VFCTL_GEN_H */
