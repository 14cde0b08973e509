/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Messages of the netlink family: one writer each, for do, dump and events.
 */
#ifndef VFCTL_FILL_H
#define VFCTL_FILL_H

#include <linux/types.h>

#include "pf.h"

struct genl_family;
struct net;
struct netlink_callback;
struct sk_buff;
struct vfctl_actor;
struct vfctl_limit;
struct vfctl_pf;
struct vfctl_vf;

/**
 * struct vfctl_msg - how a message begins
 * @skb: to append to
 * @portid: receiver, 0 for events
 * @seq: of the request, 0 for events
 * @flags: NLM_F_*
 * @cmd: enum vfctl_cmd
 * @cb: the dump that it belongs to, or NULL
 * @net: network namespace of those who read it
 * @absent: also of VFs that do not exist now and have a wanted limit
 * @pf: what was known of the PF when vfctl_msg_look() was called
 */
struct vfctl_msg {
	struct sk_buff *skb;
	u32 portid;
	u32 seq;
	int flags;
	u8 cmd;
	struct netlink_callback *cb;
	const struct net *net;
	bool absent;
	struct vfctl_pf_info pf;
};

int vfctl_msg_look(struct vfctl_msg *msg, struct vfctl_pf *pf);
int vfctl_fill_pf(const struct vfctl_msg *msg,
		  const struct vfctl_actor *actor);
int vfctl_fill_vf(const struct vfctl_msg *msg, struct vfctl_vf *vf,
		  const struct vfctl_actor *actor,
		  const struct vfctl_limit *old);
int vfctl_fill_stats(const struct vfctl_msg *msg, struct vfctl_vf *vf);

extern struct genl_family vfctl_family;

#endif /* VFCTL_FILL_H */
