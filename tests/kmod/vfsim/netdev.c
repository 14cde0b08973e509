// SPDX-License-Identifier: GPL-2.0-only
/*
 * The network device of a PF, there while the driver is bound.
 */
#include <linux/etherdevice.h>
#include <linux/ethtool.h>
#include <linux/lockdep.h>
#include <linux/mutex.h>
#include <linux/string.h>

#include "vfsim.h"

struct vfsim_netdev {
	struct vfsim_pf *pf;
};

struct vfsim_pf *vfsim_pf_of_netdev(const struct net_device *dev)
{
	struct vfsim_netdev *priv = netdev_priv(dev);

	return priv->pf;
}

static int vfsim_get_link_ksettings(struct net_device *dev,
				    struct ethtool_link_ksettings *ks)
{
	u32 mbit = READ_ONCE(vfsim_pf_of_netdev(dev)->link_mbit);

	ethtool_link_ksettings_zero_link_mode(ks, supported);
	ks->base.speed = mbit ? mbit : SPEED_UNKNOWN;
	ks->base.duplex = DUPLEX_FULL;
	ks->base.port = PORT_OTHER;
	return 0;
}

static const struct ethtool_ops vfsim_ethtool_ops = {
	.get_link = ethtool_op_get_link,
	.get_link_ksettings = vfsim_get_link_ksettings,
};

#ifdef VFSIM_HAVE_OPS_LOCK
/* Some drivers ask for their callbacks to run under it: every other PF does. */
static void vfsim_netdev_ask_for_lock(struct net_device *dev)
{
	dev->request_ops_lock = vfsim_pf_of_netdev(dev)->index % 2 == 0;
}

bool vfsim_netdev_is_locked(struct net_device *dev)
{
	if (!dev->request_ops_lock)
		return true;
	if (!mutex_is_locked(&dev->lock))
		return false;

	return !IS_ENABLED(CONFIG_LOCKDEP) || lockdep_is_held(&dev->lock);
}
#else
static void vfsim_netdev_ask_for_lock(struct net_device *dev)
{
}

bool vfsim_netdev_is_locked(struct net_device *dev)
{
	return true;
}
#endif

static int vfsim_netdev_add(struct vfsim_pf *pf, unsigned int port)
{
	struct vfsim_netdev *priv;
	struct net_device *dev;
	int err;

	dev = alloc_etherdev(sizeof(*priv));
	if (!dev)
		return -ENOMEM;

	priv = netdev_priv(dev);
	priv->pf = pf;
	snprintf(dev->name, sizeof(dev->name), port ? "sim%up%u" : "sim%u",
		 pf->index, port);
	dev->dev_port = port;
	eth_hw_addr_random(dev);
	dev->netdev_ops = vfsim_netdev_ops(READ_ONCE(pf->ops));
	dev->ethtool_ops = &vfsim_ethtool_ops;
	vfsim_netdev_ask_for_lock(dev);
	SET_NETDEV_DEV(dev, &pf->dev);
	err = register_netdev(dev);
	if (err) {
		free_netdev(dev);
		return err;
	}

	pf->ports[port] = dev;
	return 0;
}

static void vfsim_netdev_remove(struct vfsim_pf *pf, unsigned int port)
{
	struct net_device *dev = pf->ports[port];

	unregister_netdev(dev);
	pf->ports[port] = NULL;
	free_netdev(dev);
}

/* Have the network devices of these ports, BIT(port), and no others. */
int vfsim_netdevs_set(struct vfsim_pf *pf, u32 ports)
{
	unsigned int port;
	int err = 0;

	for (port = 0; port < VFSIM_MAX_PORTS; port++) {
		if (!(ports & BIT(port)) && pf->ports[port])
			vfsim_netdev_remove(pf, port);
		else if (ports & BIT(port) && !pf->ports[port] && !err)
			err = vfsim_netdev_add(pf, port);
	}
	pf->netdev = pf->ports[0] ? pf->ports[0] : pf->ports[1];
	return err;
}
