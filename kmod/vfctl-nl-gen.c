// SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause)
/* Do not edit directly, auto-generated from: */
/*	kmod/vfctl.yaml */
/* YNL-GEN kernel source */

#include <net/netlink.h>
#include <net/genetlink.h>

#include "vfctl-nl-gen.h"

#include <uapi/linux/vfctl.h>

/* VFCTL_CMD_PF_GET - do */
const struct nla_policy vfctl_pf_get_nl_policy[VFCTL_A_PF_IFNAME + 1] = {
	[VFCTL_A_PF_IFINDEX] = { .type = NLA_U32, },
	[VFCTL_A_PF_IFNAME] = { .type = NLA_NUL_STRING, .len = 15, },
};

/* VFCTL_CMD_PF_SET - do */
const struct nla_policy vfctl_pf_set_nl_policy[VFCTL_A_PF_KEEP_LIMITS + 1] = {
	[VFCTL_A_PF_IFINDEX] = { .type = NLA_U32, },
	[VFCTL_A_PF_IFNAME] = { .type = NLA_NUL_STRING, .len = 15, },
	[VFCTL_A_PF_INTERVAL] = NLA_POLICY_RANGE(NLA_U32, 10, 10000),
	[VFCTL_A_PF_KEEP_LIMITS] = NLA_POLICY_MAX(NLA_U32, 1),
};

/* VFCTL_CMD_VF_GET - do */
const struct nla_policy vfctl_vf_get_nl_policy[VFCTL_A_VF_ABSENT + 1] = {
	[VFCTL_A_VF_PF_IFINDEX] = { .type = NLA_U32, },
	[VFCTL_A_VF_PF_IFNAME] = { .type = NLA_NUL_STRING, .len = 15, },
	[VFCTL_A_VF_VF] = { .type = NLA_U32, },
	[VFCTL_A_VF_IFINDEX] = { .type = NLA_U32, },
	[VFCTL_A_VF_IFNAME] = { .type = NLA_NUL_STRING, .len = 15, },
	[VFCTL_A_VF_ABSENT] = { .type = NLA_FLAG, },
};

/* VFCTL_CMD_VF_SET - do */
const struct nla_policy vfctl_vf_set_nl_policy[VFCTL_A_VF_ABSENT + 1] = {
	[VFCTL_A_VF_PF_IFINDEX] = { .type = NLA_U32, },
	[VFCTL_A_VF_PF_IFNAME] = { .type = NLA_NUL_STRING, .len = 15, },
	[VFCTL_A_VF_VF] = { .type = NLA_U32, },
	[VFCTL_A_VF_IFINDEX] = { .type = NLA_U32, },
	[VFCTL_A_VF_IFNAME] = { .type = NLA_NUL_STRING, .len = 15, },
	[VFCTL_A_VF_HARD_RATE] = { .type = NLA_U64, },
	[VFCTL_A_VF_SOFT_RATE] = { .type = NLA_U64, },
	[VFCTL_A_VF_MIN_RATE] = { .type = NLA_U64, },
	[VFCTL_A_VF_GUEST_SOFT] = NLA_POLICY_MAX(NLA_U32, 1),
	[VFCTL_A_VF_ABSENT] = { .type = NLA_FLAG, },
};

/* VFCTL_CMD_STATS_GET - do */
const struct nla_policy vfctl_stats_get_nl_policy[VFCTL_A_STATS_IFNAME + 1] = {
	[VFCTL_A_STATS_PF_IFINDEX] = { .type = NLA_U32, },
	[VFCTL_A_STATS_PF_IFNAME] = { .type = NLA_NUL_STRING, .len = 15, },
	[VFCTL_A_STATS_VF] = { .type = NLA_U32, },
	[VFCTL_A_STATS_IFINDEX] = { .type = NLA_U32, },
	[VFCTL_A_STATS_IFNAME] = { .type = NLA_NUL_STRING, .len = 15, },
};

/* Ops table for vfctl */
const struct genl_ops vfctl_nl_ops[5] = {
	{
		.cmd		= VFCTL_CMD_PF_GET,
		.doit		= vfctl_nl_pf_get_doit,
		.dumpit		= vfctl_nl_pf_get_dumpit,
		.policy		= vfctl_pf_get_nl_policy,
		.maxattr	= VFCTL_A_PF_IFNAME,
	},
	{
		.cmd		= VFCTL_CMD_PF_SET,
		.doit		= vfctl_nl_pf_set_doit,
		.policy		= vfctl_pf_set_nl_policy,
		.maxattr	= VFCTL_A_PF_KEEP_LIMITS,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VFCTL_CMD_VF_GET,
		.doit		= vfctl_nl_vf_get_doit,
		.dumpit		= vfctl_nl_vf_get_dumpit,
		.policy		= vfctl_vf_get_nl_policy,
		.maxattr	= VFCTL_A_VF_ABSENT,
	},
	{
		.cmd		= VFCTL_CMD_VF_SET,
		.doit		= vfctl_nl_vf_set_doit,
		.policy		= vfctl_vf_set_nl_policy,
		.maxattr	= VFCTL_A_VF_ABSENT,
		.flags		= GENL_ADMIN_PERM,
	},
	{
		.cmd		= VFCTL_CMD_STATS_GET,
		.doit		= vfctl_nl_stats_get_doit,
		.dumpit		= vfctl_nl_stats_get_dumpit,
		.policy		= vfctl_stats_get_nl_policy,
		.maxattr	= VFCTL_A_STATS_IFNAME,
	},
};

static const struct genl_multicast_group vfctl_nl_mcgrps[] = {
	[VFCTL_NLGRP_CONFIG] = { "config", },
	[VFCTL_NLGRP_STATS] = { "stats", },
};
