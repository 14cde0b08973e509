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
#include "generation.h"
#include "limit.h"
#include "netlink.h"
#include "pf.h"
#include "stub.h"

/*
 * Included, not linked: for a policy per operation, which is what Linux 6.1
 * can do, the generator makes a table of multicast groups that is static, and
 * leaves the family to its user.
 */
#include "vfctl-nl-gen.c"

/* Attributes that name a VF have other numbers in each set. */
struct vfctl_names {
	int pf_ifindex;
	int pf_ifname;
	int vf;		/* 0: the set names no VF, as below */
	int ifindex;
	int ifname;
};

static const struct vfctl_names vfctl_pf_names = {
	.pf_ifindex = VFCTL_A_PF_IFINDEX,
	.pf_ifname = VFCTL_A_PF_IFNAME,
};

static const struct vfctl_names vfctl_vf_names = {
	.pf_ifindex = VFCTL_A_VF_PF_IFINDEX,
	.pf_ifname = VFCTL_A_VF_PF_IFNAME,
	.vf = VFCTL_A_VF_VF,
	.ifindex = VFCTL_A_VF_IFINDEX,
	.ifname = VFCTL_A_VF_IFNAME,
};

static const struct vfctl_names vfctl_stats_names = {
	.pf_ifindex = VFCTL_A_STATS_PF_IFINDEX,
	.pf_ifname = VFCTL_A_STATS_PF_IFNAME,
	.vf = VFCTL_A_STATS_VF,
	.ifindex = VFCTL_A_STATS_IFINDEX,
	.ifname = VFCTL_A_STATS_IFNAME,
};

/* A device by its index or name; RCU read side. */
static struct net_device *vfctl_find_dev(struct net *net,
					 const struct nlattr *index,
					 const struct nlattr *name,
					 struct netlink_ext_ack *extack)
{
	const struct nlattr *attr = index ? index : name;
	struct net_device *dev;

	if (index)
		dev = dev_get_by_index_rcu(net, nla_get_u32(index));
	else
		dev = dev_get_by_name_rcu(net, nla_data(name));
	if (dev && index && name && strcmp(dev->name, nla_data(name))) {
		NL_SET_BAD_ATTR(extack, name);
		NL_SET_ERR_MSG_FMT(extack, "the device with index %u is %s, not %s",
				   nla_get_u32(index), dev->name,
				   (const char *)nla_data(name));
		return NULL;
	}
	if (dev)
		return dev;

	NL_SET_BAD_ATTR(extack, attr);
	if (index)
		NL_SET_ERR_MSG_FMT(extack, "there is no device with index %u",
				   nla_get_u32(index));
	else
		NL_SET_ERR_MSG_FMT(extack, "there is no device \"%s\"",
				   (const char *)nla_data(name));
	return NULL;
}

/* The PF that a request names, with a reference; or an ERR_PTR. */
static struct vfctl_pf *vfctl_find_pf(struct net *net, struct nlattr **attrs,
				      const struct vfctl_names *names,
				      struct netlink_ext_ack *extack)
{
	const struct nlattr *index = attrs[names->pf_ifindex];
	const struct nlattr *name = attrs[names->pf_ifname];
	struct vfctl_pf_info info;
	struct vfctl_pf *pf = NULL;
	struct net_device *dev;

	rcu_read_lock();
	dev = vfctl_find_dev(net, index, name, extack);
	if (dev) {
		pf = vfctl_pf_by_ifindex(net, dev->ifindex);
		if (!pf) {
			NL_SET_BAD_ATTR(extack, index ? index : name);
			NL_SET_ERR_MSG_FMT(extack,
					   "%s is no PF: its device cannot have VFs",
					   dev->name);
		}
	}
	rcu_read_unlock();
	if (!pf)
		return ERR_PTR(dev ? -EOPNOTSUPP : -ENODEV);

	vfctl_pf_get_info(pf, &info);
	if (info.provider)
		return pf;

	/* Its driver has registered the device, and is still probing. */
	NL_SET_ERR_MSG_FMT(extack, "%s is being set up, try again", info.name);
	vfctl_pf_put(pf);
	return ERR_PTR(-EAGAIN);
}

/* A VF by its stub device, with a reference to its PF; or an ERR_PTR. */
static struct vfctl_vf *vfctl_find_stub(struct net *net, struct nlattr **attrs,
					const struct vfctl_names *names,
					struct netlink_ext_ack *extack)
{
	const struct nlattr *index = attrs[names->ifindex];
	const struct nlattr *name = attrs[names->ifname];
	struct vfctl_vf_info info;
	struct vfctl_vf *vf = NULL;
	struct net_device *dev;

	rcu_read_lock();
	dev = vfctl_find_dev(net, index, name, extack);
	if (dev) {
		vf = vfctl_stub_vf(dev);
		if (vf && !refcount_inc_not_zero(&vf->pf->ref))
			vf = NULL;
		if (!vf) {
			NL_SET_BAD_ATTR(extack, index ? index : name);
			NL_SET_ERR_MSG_FMT(extack,
					   "%s is no device of a VF, as veth0.1 is",
					   dev->name);
		}
	}
	rcu_read_unlock();
	if (!vf)
		return ERR_PTR(dev ? -EOPNOTSUPP : -ENODEV);
	if (vfctl_vf_get_info(vf, &info))
		return vf;

	NL_SET_ERR_MSG_FMT(extack, "VF %u of %s is just coming or going",
			   vf->index, dev_name(vf->pf->parent));
	vfctl_pf_put(vf->pf);
	return ERR_PTR(-ENODEV);
}

/* A VF by its PF and number, with a reference to the PF; or an ERR_PTR. */
static struct vfctl_vf *vfctl_find_numbered(struct net *net,
					    struct nlattr **attrs,
					    const struct vfctl_names *names,
					    struct netlink_ext_ack *extack)
{
	struct vfctl_pf *pf = vfctl_find_pf(net, attrs, names, extack);
	struct vfctl_pf_info info;
	struct vfctl_vf_info vf_info;
	struct vfctl_vf *vf;
	int err = -ENOENT;
	u32 index;

	if (IS_ERR(pf))
		return ERR_CAST(pf);

	index = nla_get_u32(attrs[names->vf]);
	vf = vfctl_pf_vf(pf, index);
	if (vf && vfctl_vf_get_info(vf, &vf_info))
		return vf;

	vfctl_pf_get_info(pf, &info);
	NL_SET_BAD_ATTR(extack, attrs[names->vf]);
	if (!info.num_vfs) {
		NL_SET_ERR_MSG_FMT(extack, "%s has no VFs now", info.name);
	} else if (index < info.num_vfs) {
		NL_SET_ERR_MSG_FMT(extack, "VF %u of %s has only just come, try again",
				   index, info.name);
		err = -EAGAIN;
	} else {
		NL_SET_ERR_MSG_FMT(extack, "%s has VFs 0 to %u, there is no VF %u",
				   info.name, info.num_vfs - 1, index);
	}
	vfctl_pf_put(pf);
	return ERR_PTR(err);
}

/* The VF that a request names; put its PF after use. */
static struct vfctl_vf *vfctl_find_vf(struct net *net, struct nlattr **attrs,
				      const struct vfctl_names *names,
				      struct netlink_ext_ack *extack)
{
	bool by_pf = attrs[names->pf_ifindex] || attrs[names->pf_ifname];
	bool by_stub = attrs[names->ifindex] || attrs[names->ifname];

	if (by_stub && !by_pf && !attrs[names->vf])
		return vfctl_find_stub(net, attrs, names, extack);
	if (by_pf && !by_stub && attrs[names->vf])
		return vfctl_find_numbered(net, attrs, names, extack);

	NL_SET_ERR_MSG(extack,
		       "name a VF by its device, or by its PF and number");
	return ERR_PTR(-EINVAL);
}

/* A reply to a request of one object. */
static int vfctl_reply_begin(struct genl_info *info, struct vfctl_msg *msg)
{
	msg->skb = genlmsg_new(NLMSG_GOODSIZE, GFP_KERNEL);
	if (!msg->skb)
		return -ENOMEM;

	msg->portid = info->snd_portid;
	msg->seq = info->snd_seq;
	msg->cmd = info->genlhdr->cmd;
	msg->net = genl_info_net(info);
	return 0;
}

static int vfctl_reply_end(struct genl_info *info, struct vfctl_msg *msg,
			   int err)
{
	if (err == -ENODEV)
		NL_SET_ERR_MSG(info->extack,
			       "the PF has just gone, or left this network namespace");
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

	err = vfctl_reply_begin(info, &msg);
	if (!err)
		err = vfctl_reply_end(info, &msg,
				      vfctl_fill_pf(&msg, pf, NULL));
	vfctl_pf_put(pf);
	return err;
}

int vfctl_nl_pf_set_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vfctl_actor actor = {
		.origin = VFCTL_ORIGIN_NETLINK,
		.pid = task_tgid_nr(current),
	};
	struct vfctl_pf *pf;
	int err;

	if (!info->attrs[VFCTL_A_PF_INTERVAL]) {
		NL_SET_ERR_MSG(info->extack, "nothing to set, give an interval");
		return -EINVAL;
	}

	pf = vfctl_request_pf(info);
	if (IS_ERR(pf))
		return PTR_ERR(pf);

	err = vfctl_pf_set_interval(pf, genl_info_net(info),
				    nla_get_u32(info->attrs[VFCTL_A_PF_INTERVAL]),
				    &actor, info->extack);
	vfctl_pf_put(pf);
	return err;
}

int vfctl_nl_vf_get_doit(struct sk_buff *skb, struct genl_info *info)
{
	struct vfctl_msg msg = {};
	struct vfctl_vf *vf;
	int err;

	vf = vfctl_find_vf(genl_info_net(info), info->attrs, &vfctl_vf_names,
			   info->extack);
	if (IS_ERR(vf))
		return PTR_ERR(vf);

	err = vfctl_reply_begin(info, &msg);
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

	err = vfctl_reply_begin(info, &msg);
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

/* Is a PF in the dump? */
static bool vfctl_dump_has(struct netlink_callback *cb, struct vfctl_pf *pf)
{
	unsigned long only = vfctl_dump(cb)->only_ifindex;
	struct vfctl_pf_info info;

	vfctl_pf_get_info(pf, &info);
	return info.net && net_eq(info.net, sock_net(cb->skb->sk)) &&
	       info.provider && (!only || only == info.ifindex);
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

	cb->seq = vfctl_generation(msg.net);
	while ((pf = vfctl_pf_next(dump->id))) {
		/* That in which the dump has stopped may be gone. */
		if (dump->at != pf->id)
			dump->vf = 0;
		dump->at = pf->id;
		if (vfctl_dump_has(cb, pf))
			err = dump_pf(&msg, pf, &dump->vf);
		/* It has left since, which made the dump a torn one. */
		if (err == -ENODEV)
			err = 0;
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
	return vfctl_fill_pf(msg, pf, NULL);
}

static int vfctl_dump_vfs(const struct vfctl_msg *msg, struct vfctl_pf *pf,
			  unsigned long *next)
{
	struct vfctl_vf_info info;
	struct vfctl_vf *vf;
	int err = 0;

	for (; (vf = vfctl_pf_vf(pf, *next)); ++*next) {
		if (vfctl_vf_get_info(vf, &info))
			err = vfctl_fill_vf(msg, vf, NULL, NULL);
		if (err)
			break;
	}
	return err;
}

static int vfctl_dump_stats(const struct vfctl_msg *msg, struct vfctl_pf *pf,
			    unsigned long *next)
{
	struct vfctl_vf_info info;
	struct vfctl_vf *vf;
	int err = 0;

	for (; (vf = vfctl_pf_vf(pf, *next)); ++*next) {
		if (vfctl_vf_get_info(vf, &info))
			err = vfctl_fill_stats(msg, vf);
		if (err)
			break;
	}
	return err;
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
