// SPDX-License-Identifier: GPL-2.0-only
/*
 * Finding the PF or VF that a request names.
 */
#include <linux/netdevice.h>
#include <linux/string.h>
#include <net/netlink.h>

#include "compat.h"
#include "find.h"
#include "pf.h"
#include "provider_find.h"
#include "stub.h"
#include "uapi/linux/vfctl.h"
#include "watch.h"

const struct vfctl_names vfctl_pf_names = {
	.pf_ifindex = VFCTL_A_PF_IFINDEX,
	.pf_ifname = VFCTL_A_PF_IFNAME,
};

const struct vfctl_names vfctl_vf_names = {
	.pf_ifindex = VFCTL_A_VF_PF_IFINDEX,
	.pf_ifname = VFCTL_A_VF_PF_IFNAME,
	.vf = VFCTL_A_VF_VF,
	.ifindex = VFCTL_A_VF_IFINDEX,
	.ifname = VFCTL_A_VF_IFNAME,
	.absent = VFCTL_A_VF_ABSENT,
};

const struct vfctl_names vfctl_stats_names = {
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
		NL_SET_ERR_MSG_FMT(extack, "the device with index %u is %s, not \"%s\"",
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

/*
 * The PF is that of a device's function, but has another device, or none now.
 * A function with two has one that its VFs belong to.
 */
static int vfctl_find_refuse(const struct vfctl_pf_info *pf, struct net *net,
			     const char *name, bool has_callbacks,
			     struct netlink_ext_ack *extack)
{
	if (!has_callbacks && !pf->net) {
		NL_SET_ERR_MSG_FMT(extack,
				   "%s is no PF: its driver does not manage VFs",
				   name);
		return -EOPNOTSUPP;
	}
	if (!pf->net) {
		NL_SET_ERR_MSG_FMT(extack, "%s is being set up, try again",
				   name);
		return -EAGAIN;
	}
	if (net_eq(pf->net, net))
		NL_SET_ERR_MSG_FMT(extack,
				   "%s is no PF: the VFs of its device are those of %s",
				   name, pf->name);
	else
		NL_SET_ERR_MSG_FMT(extack,
				   "%s is no PF: the VFs of its device are another one's",
				   name);
	return -EOPNOTSUPP;
}

/* The PF that a request names, with a reference; or an ERR_PTR. */
struct vfctl_pf *vfctl_find_pf(struct net *net, struct nlattr **attrs,
			       const struct vfctl_names *names,
			       struct netlink_ext_ack *extack)
{
	const struct nlattr *index = attrs[names->pf_ifindex];
	const struct nlattr *name = attrs[names->pf_ifname];
	struct vfctl_pf_info info;
	struct vfctl_pf *pf = NULL;
	struct net_device *dev;
	char called[IFNAMSIZ];
	bool has_callbacks = false;
	int ifindex, err = 0;

	rcu_read_lock();
	dev = vfctl_find_dev(net, index, name, extack);
	if (dev) {
		pf = vfctl_pf_by_parent(dev->dev.parent);
		ifindex = dev->ifindex;
		has_callbacks = vfctl_has_vf_callbacks(dev);
		strscpy(called, dev->name, sizeof(called));
	}
	rcu_read_unlock();
	if (!dev)
		return ERR_PTR(-ENODEV);
	if (!pf && !vfctl_watch_has_begun()) {
		NL_SET_ERR_MSG(extack, "vfctl is just being loaded, try again");
		return ERR_PTR(-EAGAIN);
	}
	if (!pf) {
		NL_SET_BAD_ATTR(extack, index ? index : name);
		NL_SET_ERR_MSG_FMT(extack,
				   "%s is no PF: its device cannot have VFs",
				   called);
		return ERR_PTR(-EOPNOTSUPP);
	}

	vfctl_pf_get_info(pf, &info);
	if (info.ifindex != ifindex || !net_eq(info.net, net)) {
		NL_SET_BAD_ATTR(extack, index ? index : name);
		err = vfctl_find_refuse(&info, net, called, has_callbacks,
					extack);
	} else if (!info.provider) {
		/* Its driver has registered the device, and is still probing. */
		NL_SET_ERR_MSG_FMT(extack, "%s is being set up, try again",
				   info.name);
		err = -EAGAIN;
	}
	if (!err)
		return pf;

	vfctl_pf_put(pf);
	return ERR_PTR(err);
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

/* Does a request ask for VFs as well that do not exist now? */
bool vfctl_asks_absent(struct nlattr **attrs, const struct vfctl_names *names)
{
	return names->absent && attrs[names->absent];
}

/* Is a VF in a reply? One that is absent is only where it is asked for. */
static bool vfctl_vf_is_told(struct vfctl_vf *vf, bool absent)
{
	struct vfctl_vf_info info;

	return vfctl_vf_get_info(vf, &info) ||
	       (absent && vfctl_limit_is_wanted(&info.limit));
}

/* A VF by its PF and number, with a reference to the PF; or an ERR_PTR. */
static struct vfctl_vf *vfctl_find_numbered(struct net *net,
					    struct nlattr **attrs,
					    const struct vfctl_names *names,
					    struct netlink_ext_ack *extack)
{
	struct vfctl_pf *pf = vfctl_find_pf(net, attrs, names, extack);
	struct vfctl_pf_info info;
	struct vfctl_vf *vf;
	int err = -ENOENT;
	u32 index;

	if (IS_ERR(pf))
		return ERR_CAST(pf);

	index = nla_get_u32(attrs[names->vf]);
	vf = vfctl_pf_vf(pf, index);
	if (vf && vfctl_vf_is_told(vf, vfctl_asks_absent(attrs, names)))
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
struct vfctl_vf *vfctl_find_vf(struct net *net, struct nlattr **attrs,
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
