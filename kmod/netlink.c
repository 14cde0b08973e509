// SPDX-License-Identifier: GPL-2.0-only
/*
 * Handlers of the operations in vfctl.yaml.
 */
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>
#include <net/genetlink.h>
#include <net/sock.h>

#include "compat.h"
#include "fill.h"
#include "find.h"
#include "generation.h"
#include "limit.h"
#include "limit_check.h"
#include "netlink.h"
#include "pf.h"
#include "pf_set.h"

/*
 * Included, not linked: for a policy per operation, which is what Linux 6.1
 * can do, the generator makes a table of multicast groups that is static, and
 * leaves the family to its user.
 */
#include "vfctl-nl-gen.c"

/* A reply to a request about @pf or a VF of it. */
static int vfctl_reply_begin(struct genl_info *info, struct vfctl_msg *msg,
			     struct vfctl_pf *pf)
{
	msg->portid = info->snd_portid;
	msg->seq = info->snd_seq;
	msg->cmd = info->genlhdr->cmd;
	msg->net = genl_info_net(info);
	if (vfctl_msg_look(msg, pf)) {
		NL_SET_ERR_MSG(info->extack,
			       "the PF has just gone, or left this network namespace");
		return -ENODEV;
	}

	msg->skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	return msg->skb ? 0 : -ENOMEM;
}

static int vfctl_reply_end(struct genl_info *info, struct vfctl_msg *msg,
			   int err)
{
	if (err == -ENOENT)
		NL_SET_ERR_MSG(info->extack, "the VF has just gone");
	if (err) {
		nlmsg_free(msg->skb);
		return err;
	}
	return genlmsg_reply(msg->skb, info);
}

static struct vfctl_pf *vfctl_request_pf(struct genl_info *info)
{
	if (!info->attrs[VFCTL_A_PF_IFINDEX] &&
	    !info->attrs[VFCTL_A_PF_IFNAME]) {
		NL_SET_ERR_MSG(info->extack, "name a PF by ifindex or ifname");
		return ERR_PTR(-EINVAL);
	}

	return vfctl_find_pf(genl_info_net(info), info->attrs,
			     &vfctl_pf_names, info->extack);
}

int vfctl_nl_pf_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vfctl_pf *pf = vfctl_request_pf(info);
	struct vfctl_msg msg = {};
	int err;

	if (IS_ERR(pf))
		return PTR_ERR(pf);

	err = vfctl_reply_begin(info, &msg, pf);
	if (!err)
		err = vfctl_reply_end(info, &msg, vfctl_fill_pf(&msg, NULL));
	vfctl_pf_put(pf);
	return err;
}

int vfctl_nl_pf_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vfctl_actor actor = {
		.origin = VFCTL_ORIGIN_NETLINK,
		.pid = task_tgid_nr(current),
	};
	struct nlattr *interval = info->attrs[VFCTL_A_PF_INTERVAL];
	struct nlattr *keep = info->attrs[VFCTL_A_PF_KEEP_LIMITS];
	struct vfctl_pf_settings want = {
		.has_interval = interval,
		.interval_ms = interval ? nla_get_u32(interval) : 0,
		.has_lose_limits = keep,
		.lose_limits = keep && !nla_get_u32(keep),
	};
	struct vfctl_pf *pf;
	int err;

	if (!interval && !keep) {
		NL_SET_ERR_MSG(info->extack,
			       "nothing to set, give an interval or keep-limits");
		return -EINVAL;
	}

	pf = vfctl_request_pf(info);
	if (IS_ERR(pf))
		return PTR_ERR(pf);

	err = vfctl_pf_set(pf, genl_info_net(info), &want, &actor,
			   info->extack);
	vfctl_pf_put(pf);
	return err;
}

int vfctl_nl_vf_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vfctl_msg msg = {
		.absent = info->attrs[VFCTL_A_VF_ABSENT],
	};
	struct vfctl_vf *vf;
	int err;

	vf = vfctl_find_vf(genl_info_net(info), info->attrs, &vfctl_vf_names,
			   info->extack);
	if (IS_ERR(vf))
		return PTR_ERR(vf);

	err = vfctl_reply_begin(info, &msg, vf->pf);
	if (!err)
		err = vfctl_reply_end(info, &msg,
				      vfctl_fill_vf(&msg, vf, NULL, NULL));
	vfctl_pf_put(vf->pf);
	return err;
}

int vfctl_nl_stats_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vfctl_msg msg = {};
	struct vfctl_vf *vf;
	int err;

	vf = vfctl_find_vf(genl_info_net(info), info->attrs,
			   &vfctl_stats_names, info->extack);
	if (IS_ERR(vf))
		return PTR_ERR(vf);

	err = vfctl_reply_begin(info, &msg, vf->pf);
	if (!err)
		err = vfctl_reply_end(info, &msg, vfctl_fill_stats(&msg, vf));
	vfctl_pf_put(vf->pf);
	return err;
}

/* device_lock() and RTNL held. */
static int vfctl_set_rates(struct vfctl_vf *vf, struct genl_info *info)
{
	struct vfctl_actor actor = {
		.origin = VFCTL_ORIGIN_NETLINK,
		.pid = task_tgid_nr(current),
	};
	struct nlattr **attrs = info->attrs;
	struct vfctl_limit want;
	int err;

	err = vfctl_pf_check_net(vf->pf, genl_info_net(info), info->extack);
	if (err)
		return err;

	vfctl_limit_get(vf, &want);
	if (attrs[VFCTL_A_VF_HARD_RATE])
		want.hard = nla_get_u64(attrs[VFCTL_A_VF_HARD_RATE]);
	if (attrs[VFCTL_A_VF_SOFT_RATE])
		want.soft = nla_get_u64(attrs[VFCTL_A_VF_SOFT_RATE]);
	if (attrs[VFCTL_A_VF_MIN_RATE])
		want.min = nla_get_u64(attrs[VFCTL_A_VF_MIN_RATE]);
	if (attrs[VFCTL_A_VF_GUEST_SOFT]) {
		want.guest_barred = !nla_get_u32(attrs[VFCTL_A_VF_GUEST_SOFT]);
		if (!(vf->pf->info.caps & VFCTL_CAP_GUEST_SOFT)) {
			NL_SET_BAD_ATTR(info->extack,
					attrs[VFCTL_A_VF_GUEST_SOFT]);
			NL_SET_ERR_MSG_FMT(info->extack,
					   "%s takes no soft limits from guests",
					   dev_driver_string(vf->pf->parent));
			return -EOPNOTSUPP;
		}
	}

	if (!vf->info.live && attrs[VFCTL_A_VF_ABSENT])
		return vfctl_limit_keep(vf, &want, attrs[VFCTL_A_VF_SOFT_RATE],
					&actor, info->extack);

	err = vfctl_limit_check(vf, &want, attrs[VFCTL_A_VF_SOFT_RATE],
				info->extack);
	if (err)
		return err;

	return vfctl_limit_set(vf, &want, &actor, info->extack);
}

int vfctl_nl_vf_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct nlattr **attrs = info->attrs;
	struct vfctl_vf *vf;
	int err;

	if (!attrs[VFCTL_A_VF_HARD_RATE] && !attrs[VFCTL_A_VF_SOFT_RATE] &&
	    !attrs[VFCTL_A_VF_MIN_RATE] && !attrs[VFCTL_A_VF_GUEST_SOFT]) {
		NL_SET_ERR_MSG(info->extack,
			       "nothing to set, give a hard, soft or min rate");
		return -EINVAL;
	}

	vf = vfctl_find_vf(genl_info_net(info), attrs, &vfctl_vf_names,
			   info->extack);
	if (IS_ERR(vf))
		return PTR_ERR(vf);

	err = vfctl_pf_lock(vf->pf, info->extack);
	if (!err) {
		err = vfctl_set_rates(vf, info);
		vfctl_pf_unlock(vf->pf);
	}
	vfctl_pf_put(vf->pf);
	return err;
}

/*
 * A dump goes over PFs in the order of their ids. It keeps the id of the PF
 * that it has come to, the number of the next VF, and the only PF wanted.
 */
struct vfctl_dump {
	unsigned long id;
	unsigned long vf;
	unsigned long at;		/* PF that vf belongs to */
	unsigned long only_ifindex;
	bool narrowed;
	bool absent;			/* VFs as well that do not exist now */
};

static struct vfctl_dump *vfctl_dump(struct netlink_callback *cb)
{
	BUILD_BUG_ON(sizeof(struct vfctl_dump) > sizeof(cb->ctx));
	return (struct vfctl_dump *)cb->ctx;
}

/* Look at the request of a dump, once. */
static int vfctl_dump_narrow(struct netlink_callback *cb,
			     const struct vfctl_names *names)
{
	struct nlattr **attrs = vfctl_dump_attrs(cb);
	struct vfctl_dump *dump = vfctl_dump(cb);
	struct vfctl_pf_info info;
	struct vfctl_pf *pf;

	if (dump->narrowed)
		return 0;
	dump->narrowed = true;

	if (!attrs)
		return 0;
	dump->absent = vfctl_asks_absent(attrs, names);
	if (names->vf && (attrs[names->vf] || attrs[names->ifindex] ||
			  attrs[names->ifname])) {
		NL_SET_ERR_MSG(cb->extack,
			       "a dump can be narrowed to a PF, not to a VF");
		return -EINVAL;
	}
	if (!attrs[names->pf_ifindex] && !attrs[names->pf_ifname])
		return 0;

	pf = vfctl_find_pf(sock_net(cb->skb->sk), attrs, names, cb->extack);
	if (IS_ERR(pf))
		return PTR_ERR(pf);
	vfctl_pf_get_info(pf, &info);
	dump->only_ifindex = info.ifindex;
	vfctl_pf_put(pf);
	return 0;
}

/* Is a PF in the dump? Then what is known of it is in @msg. */
static bool vfctl_dump_has(struct vfctl_msg *msg, struct vfctl_pf *pf)
{
	unsigned long only = vfctl_dump(msg->cb)->only_ifindex;

	return !vfctl_msg_look(msg, pf) && msg->pf.provider &&
	       (!only || only == msg->pf.ifindex);
}

static int vfctl_dump_all(struct sk_buff *skb, struct netlink_callback *cb,
			  const struct vfctl_names *names,
			  int (*dump_pf)(const struct vfctl_msg *msg,
					 struct vfctl_pf *pf,
					 unsigned long *vf))
{
	struct vfctl_dump *dump = vfctl_dump(cb);
	struct vfctl_msg msg = {
		.skb = skb,
		.portid = NETLINK_CB(cb->skb).portid,
		.seq = cb->nlh->nlmsg_seq,
		.flags = NLM_F_MULTI,
		.cmd = ((struct genlmsghdr *)nlmsg_data(cb->nlh))->cmd,
		.cb = cb,
		.net = sock_net(cb->skb->sk),
	};
	struct vfctl_pf *pf;
	int err;

	err = vfctl_dump_narrow(cb, names);
	if (err)
		return err;

	msg.absent = dump->absent;
	cb->seq = vfctl_generation(msg.net);
	while ((pf = vfctl_pf_next(dump->id))) {
		/* That in which the dump has stopped may be gone. */
		if (dump->at != pf->id)
			dump->vf = 0;
		dump->at = pf->id;
		if (vfctl_dump_has(&msg, pf))
			err = dump_pf(&msg, pf, &dump->vf);
		if (!err)
			dump->id = pf->id;
		vfctl_pf_put(pf);
		if (err)
			break;
	}

	return skb->len ? skb->len : err;
}

static int vfctl_dump_pf(const struct vfctl_msg *msg, struct vfctl_pf *pf,
			 unsigned long *vf)
{
	return vfctl_fill_pf(msg, NULL);
}

static int vfctl_dump_vfs(const struct vfctl_msg *msg, struct vfctl_pf *pf,
			  unsigned long *next)
{
	struct vfctl_vf *vf;

	for (; (vf = vfctl_pf_vf(pf, *next)); ++*next)
		if (vfctl_fill_vf(msg, vf, NULL, NULL) == -EMSGSIZE)
			return -EMSGSIZE;

	return 0;
}

static int vfctl_dump_stats(const struct vfctl_msg *msg, struct vfctl_pf *pf,
			    unsigned long *next)
{
	struct vfctl_vf *vf;

	for (; (vf = vfctl_pf_vf(pf, *next)); ++*next)
		if (vfctl_fill_stats(msg, vf) == -EMSGSIZE)
			return -EMSGSIZE;

	return 0;
}

int vfctl_nl_pf_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vfctl_dump_all(skb, cb, &vfctl_pf_names, vfctl_dump_pf);
}

int vfctl_nl_vf_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vfctl_dump_all(skb, cb, &vfctl_vf_names, vfctl_dump_vfs);
}

int vfctl_nl_stats_get_dumpit(struct sk_buff *skb, struct netlink_callback *cb)
{
	return vfctl_dump_all(skb, cb, &vfctl_stats_names, vfctl_dump_stats);
}

struct genl_family vfctl_family = {
	.name = VFCTL_FAMILY_NAME,
	.version = VFCTL_FAMILY_VERSION,
	.module = THIS_MODULE,
	.netnsok = true,
	/* Readers wait for nobody; writers take the locks of the PF. */
	.parallel_ops = true,
	.ops = vfctl_nl_ops,
	.n_ops = ARRAY_SIZE(vfctl_nl_ops),
	.mcgrps = vfctl_nl_mcgrps,
	.n_mcgrps = ARRAY_SIZE(vfctl_nl_mcgrps),
};

int vfctl_netlink_init(void)
{
	return genl_register_family(&vfctl_family);
}

void vfctl_netlink_exit(void)
{
	genl_unregister_family(&vfctl_family);
}
