// SPDX-License-Identifier: GPL-2.0-only
/*
 * The stub device of a VF. No packet ever passes through it: it is a name
 * that the usual tools can read counters of and set limits on.
 *
 * It has no parent device: management software takes the first network device
 * that it finds below a PCI function for the function's own. Its MTU is 0, so
 * that neither IPv4 nor IPv6 configures it.
 */
#include <linux/bits.h>
#include <linux/device.h>
#include <linux/if_arp.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <net/rtnetlink.h>

#include "compat.h"
#include "generation.h"
#include "limit.h"
#include "limit_check.h"
#include "name.h"
#include "pf.h"
#include "publish.h"
#include "rate.h"
#include "sample.h"
#include "stub.h"
#include "stub_ethtool.h"
#include "stub_priv.h"
#include "uapi/linux/vfctl.h"

/* Without setup(), so that neither "ip link add" nor "del" applies. */
static struct rtnl_link_ops vfctl_link_ops __read_mostly = {
	.kind = "vfctl",
};

static netdev_tx_t vfctl_stub_xmit(struct sk_buff *skb, struct net_device *dev)
{
	dev_kfree_skb_any(skb);
	return NETDEV_TX_OK;
}

static void vfctl_stub_get_stats64(struct net_device *dev,
				   struct rtnl_link_stats64 *stats)
{
	struct vfctl_accum acc;

	vfctl_sample_get(vfctl_stub_vf(dev), &acc);
	stats->rx_packets = acc.total[VFCTL_CNT_RX_PACKETS];
	stats->tx_packets = acc.total[VFCTL_CNT_TX_PACKETS];
	stats->rx_bytes = acc.total[VFCTL_CNT_RX_BYTES];
	stats->tx_bytes = acc.total[VFCTL_CNT_TX_BYTES];
	stats->multicast = acc.total[VFCTL_CNT_RX_MULTICAST];
	stats->rx_dropped = acc.total[VFCTL_CNT_RX_DROPPED];
	stats->tx_dropped = acc.total[VFCTL_CNT_TX_DROPPED];
}

/* As devlink names ports: the PF by its PCI function. */
static int vfctl_stub_get_phys_port_name(struct net_device *dev, char *name,
					 size_t len)
{
	struct vfctl_vf *vf = vfctl_stub_vf(dev);
	struct device *parent = vf->pf->parent;
	unsigned int pf = vf->pf->dev_port;

	if (dev_is_pci(parent))
		pf = PCI_FUNC(to_pci_dev(parent)->devfn);

	return snprintf(name, len, "pf%uvf%u", pf, vf->index) >= len ?
		-EOPNOTSUPP : 0;
}

/* "veth0.1@eth0" in ip(8). */
static int vfctl_stub_get_iflink(const struct net_device *dev)
{
	struct vfctl_pf_info info;

	vfctl_pf_get_info(vfctl_stub_vf(dev)->pf, &info);
	return info.ifindex;
}

/* device_lock() and RTNL held. */
static int vfctl_stub_set_hard(struct vfctl_vf *vf, u64 hard,
			       const struct vfctl_actor *actor,
			       struct netlink_ext_ack *extack)
{
	struct vfctl_limit want;
	int err;

	vfctl_limit_get(vf, &want);
	want.hard = hard;
	err = vfctl_limit_check(vf, &want, false, extack);
	return err ? err : vfctl_limit_set(vf, &want, actor, extack);
}

/* RTNL held: device_lock() may be held for seconds by who waits for RTNL. */
static int vfctl_stub_want_hard(struct vfctl_vf *vf, u64 hard,
				const struct vfctl_actor *actor,
				struct netlink_ext_ack *extack)
{
	struct vfctl_limit want = vf->info.limit;
	int err;

	want.hard = hard;
	err = vfctl_limit_check_known(vf, &want, false, extack);
	if (!err)
		vfctl_limit_want(vf, &want, actor);
	return err;
}

/*
 * The core holds RTNL, and stores @mbit for readers when this has returned 0
 * and RTNL is free again: vfctl_limit_follow() mends what came between.
 */
static int vfctl_stub_set_tx_maxrate(struct net_device *dev, int queue,
				     u32 mbit)
{
	struct vfctl_actor actor = {
		.origin = VFCTL_ORIGIN_TX_MAXRATE,
		.pid = task_tgid_nr(current),
	};
	struct vfctl_vf *vf = vfctl_stub_vf(dev);
	struct netlink_ext_ack extack = {};
	u64 hard = vfctl_rate_from_mbit(mbit);
	int err;

	if (vfctl_pf_trylock_device(vf->pf)) {
		err = vfctl_stub_set_hard(vf, hard, &actor, &extack);
		device_unlock(vf->pf->parent);
	} else {
		err = vfctl_stub_want_hard(vf, hard, &actor, &extack);
	}
	/* A write to sysfs has no other way to learn the cause. */
	if (err && extack._msg && net_ratelimit())
		netdev_notice(dev, "tx_maxrate: %s\n", extack._msg);
	return err;
}

static void vfctl_vf_set_stub(struct vfctl_vf *vf, struct net_device *dev)
{
	vf->stub = dev;
	spin_lock(&vf->pf->lock);
	vf->info.stub_ifindex = dev ? dev->ifindex : 0;
	strscpy(vf->info.stub_name, dev ? dev->name : "",
		sizeof(vf->info.stub_name));
	spin_unlock(&vf->pf->lock);
	vfctl_pf_new_generation(vf->pf);
}

/* Also when a network namespace goes and takes the stub with it. */
static void vfctl_stub_uninit(struct net_device *dev)
{
	struct vfctl_vf *vf = vfctl_stub_vf(dev);

	if (vf->stub == dev)
		vfctl_vf_set_stub(vf, NULL);
}

static int vfctl_stub_change_mtu(struct net_device *dev, int mtu)
{
	return -EOPNOTSUPP;
}

static const struct net_device_ops vfctl_stub_ops = {
	.ndo_uninit = vfctl_stub_uninit,
	.ndo_start_xmit = vfctl_stub_xmit,
	.ndo_change_mtu = vfctl_stub_change_mtu,
	.ndo_get_stats64 = vfctl_stub_get_stats64,
	.ndo_get_phys_port_name = vfctl_stub_get_phys_port_name,
	.ndo_get_iflink = vfctl_stub_get_iflink,
	.ndo_set_tx_maxrate = vfctl_stub_set_tx_maxrate,
};

static void vfctl_stub_free(struct net_device *dev)
{
	vfctl_pf_put(vfctl_stub_vf(dev)->pf);
}

static void vfctl_stub_setup(struct net_device *dev)
{
	dev->netdev_ops = &vfctl_stub_ops;
	dev->ethtool_ops = &vfctl_stub_ethtool_ops;
	dev->rtnl_link_ops = &vfctl_link_ops;
	dev->type = ARPHRD_NONE;
	dev->flags = IFF_NOARP;
	dev->priv_flags |= IFF_NO_QUEUE;
	dev->mtu = 0;
	dev->needs_free_netdev = true;
	vfctl_set_netns_immutable(dev);
}

/* The VF of a stub; NULL where @dev is another kind of device. Any context. */
struct vfctl_vf *vfctl_stub_vf(const struct net_device *dev)
{
	const struct vfctl_stub *stub = netdev_priv(dev);

	return dev->netdev_ops == &vfctl_stub_ops ? stub->vf : NULL;
}

/* @is_short: in spite of the full name being short enough. */
static int vfctl_stub_register(struct vfctl_vf *vf, int ifindex, bool is_short)
{
	struct net_device *dev, *pf_dev = vf->pf->dev;
	struct vfctl_stub *stub;
	char full[2 * IFNAMSIZ];
	char name[IFNAMSIZ], due_name[IFNAMSIZ];
	int err, shortened;

	shortened = vfctl_stub_name(due_name, pf_dev->name, vf->index);
	if (shortened < 0)
		return shortened;
	strscpy(name, due_name, sizeof(name));
	if (is_short)
		shortened = vfctl_stub_short_name(name, pf_dev->name,
						  vf->index);
	dev = alloc_netdev(sizeof(*stub), name, NET_NAME_PREDICTABLE,
			   vfctl_stub_setup);
	if (!dev)
		return -ENOMEM;

	stub = netdev_priv(dev);
	stub->vf = vf;
	strscpy(stub->due_name, due_name, sizeof(stub->due_name));
	dev_net_set(dev, dev_net(pf_dev));
	dev->ifindex = ifindex;

	err = register_netdevice(dev);
	if (err) {
		free_netdev(dev);
		return err;
	}

	vfctl_pf_get(vf->pf);
	dev->priv_destructor = vfctl_stub_free;
	netif_carrier_on(dev);
	vfctl_vf_set_stub(vf, dev);
	if (shortened) {
		/* A module cannot give altnames. */
		snprintf(full, sizeof(full), "v%s.%u", pf_dev->name, vf->index);
		dev_set_alias(dev, full, strlen(full));
	}
	return 0;
}

static int vfctl_stub_register_named(struct vfctl_vf *vf, bool is_short)
{
	int err = vfctl_stub_register(vf, vf->keep_ifindex, is_short);

	/* Some other device has the ifindex now. */
	if (err == -EBUSY && vf->keep_ifindex)
		err = vfctl_stub_register(vf, 0, is_short);
	return err;
}

/**
 * vfctl_stub_create() - make the stub device of a VF
 * @vf: a VF without one, whose PF has a network device
 *
 * Where another device has its name, as VLAN 100 of a device veth0 has
 * veth0.100, it gets the shortened one. Where that is taken too the VF stays
 * without a stub, and is known by its PF and number alone.
 *
 * Context: RTNL held.
 * Return: 0 or a negative errno.
 */
int vfctl_stub_create(struct vfctl_vf *vf)
{
	int err = vfctl_stub_register_named(vf, false);

	if (err == -EEXIST) {
		err = vfctl_stub_register_named(vf, true);
		if (!err)
			netdev_info(vf->pf->dev,
				    "vfctl: another device has the name v%s.%u, VF %u is %s\n",
				    vf->pf->dev->name, vf->index, vf->index,
				    vf->stub->name);
	}
	if (err && !vf->info.live)
		netdev_warn(vf->pf->dev,
			    "vfctl: no stub device for VF %u, error %d\n",
			    vf->index, err);
	if (!err) {
		vf->keep_ifindex = 0;
		vfctl_stub_show_rate(vf);
	}
	return err;
}

/* Queue the stub of a VF, if any, for removal. Was there one? RTNL held. */
bool vfctl_stub_remove(struct vfctl_vf *vf, struct list_head *kill)
{
	struct net_device *dev = vf->stub;

	/* Or it goes with its namespace just now: uninit lets go of it then. */
	if (!dev || dev->reg_state != NETREG_REGISTERED)
		return false;

	vfctl_vf_set_stub(vf, NULL);
	unregister_netdevice_queue(dev, kill);
	return true;
}

/* Does the stub still fit its PF's name and namespace? RTNL held. */
bool vfctl_stub_is_current(const struct vfctl_vf *vf)
{
	struct net_device *dev = vf->stub, *pf_dev = vf->pf->dev;
	struct vfctl_stub *stub = netdev_priv(dev);
	char due_name[IFNAMSIZ];

	vfctl_stub_name(due_name, pf_dev->name, vf->index);
	return net_eq(dev_net(dev), dev_net(pf_dev)) &&
	       !strcmp(due_name, stub->due_name);
}

/* A user renamed some device. RTNL held. */
void vfctl_stub_renamed(struct net_device *dev)
{
	struct vfctl_vf *vf = vfctl_stub_vf(dev);

	if (vf && vf->stub == dev)
		vfctl_vf_set_stub(vf, dev);
}

int vfctl_stub_init(void)
{
	return rtnl_link_register(&vfctl_link_ops);
}

/*
 * Waits for namespaces and PFs that are just taking stubs with them. The last
 * stub of a PF puts the last reference to it, which is freed under RCU.
 */
void vfctl_stub_exit(void)
{
	/* The core calls it for a stub that it still finds. */
	rtnl_lock();
	vfctl_link_ops.dellink = unregister_netdevice_queue;
	rtnl_unlock();
	rtnl_link_unregister(&vfctl_link_ops);
	rcu_barrier();
}
