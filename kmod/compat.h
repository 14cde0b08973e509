/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Differences between the kernels that vfctl supports, 6.1 and newer. All
 * version checks stand here; what stable kernels backport is probed for by
 * Kbuild and arrives as VFCTL_HAVE_*.
 */
#ifndef VFCTL_COMPAT_H
#define VFCTL_COMPAT_H

#include <linux/ethtool.h>
#include <linux/netdevice.h>
#include <linux/netlink.h>
#include <linux/pm_runtime.h>
#include <linux/rtnetlink.h>
#include <linux/string.h>
#include <linux/version.h>
#include <net/devlink.h>
#include <net/genetlink.h>

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 1, 0)
#error "vfctl needs Linux 6.1 or newer"
#endif

#ifndef NL_SET_ERR_MSG_FMT
#define VFCTL_NEED_MSG_SLOTS
/* Up to 6.1 an extack only points to its message and has no room for one. */
char *vfctl_msg_slot(void);

#define NETLINK_MAX_FMTMSG_LEN 80

#define NL_SET_ERR_MSG_FMT(extack, fmt, ...) do {			\
	struct netlink_ext_ack *__extack = (extack);			\
	char *__slot;							\
									\
	if (!__extack)							\
		break;							\
	__slot = vfctl_msg_slot();					\
	snprintf(__slot, NETLINK_MAX_FMTMSG_LEN, fmt, ##__VA_ARGS__);	\
	__extack->_msg = __slot;					\
} while (0)
#endif

#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 8, 0)
static inline void ethtool_puts(u8 **data, const char *str)
{
	strscpy(*data, str, ETH_GSTRING_LEN);
	*data += ETH_GSTRING_LEN;
}
#endif

/* Attributes of a dump request, parsed by the policy of its operation. */
static inline struct nlattr **vfctl_dump_attrs(struct netlink_callback *cb)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 6, 0)
	return genl_dumpit_info(cb)->attrs;
#else
	return genl_info_dump(cb)->attrs;
#endif
}

/* The device stays in the network namespace in which it was made. */
static inline void vfctl_set_netns_immutable(struct net_device *dev)
{
#if defined(VFCTL_HAVE_NETNS_IMMUTABLE)
	dev->netns_immutable = true;
#elif defined(VFCTL_HAVE_NETNS_LOCAL)
	dev->netns_local = true;
#else
	dev->features |= NETIF_F_NETNS_LOCAL;
#endif
}

/* As pm_runtime_get_if_active(): 0 where the device sleeps. */
static inline int vfctl_pm_get_if_active(struct device *dev)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 9, 0)
	return pm_runtime_get_if_active(dev, true);
#else
	return pm_runtime_get_if_active(dev);
#endif
}

/* With vfctl_lock_ops() held; the old name takes that lock itself since. */
static inline int vfctl_get_link_ksettings(struct net_device *dev,
					   struct ethtool_link_ksettings *ks)
{
#ifdef VFCTL_HAVE_NETIF_GET_LINK
	return netif_get_link_ksettings(dev, ks);
#else
	return __ethtool_get_link_ksettings(dev, ks);
#endif
}

/* What devlink says of a device's port; UNUSED where it says nothing. */
static inline enum devlink_port_flavour
vfctl_port_flavour(const struct net_device *dev)
{
#if LINUX_VERSION_CODE < KERNEL_VERSION(6, 2, 0)
	const struct devlink_port *port = NULL;

	if (dev->netdev_ops->ndo_get_devlink_port)
		port = dev->netdev_ops->ndo_get_devlink_port((struct net_device *)dev);
#else
	const struct devlink_port *port = dev->devlink_port;
#endif
	return port && port->attrs_set ? port->attrs.flavour :
					 DEVLINK_PORT_FLAVOUR_UNUSED;
}

/* 0, or -EINTR after a fatal signal, on kernels that let modules wait so. */
static inline int vfctl_rtnl_lock_killable(void)
{
#ifdef VFCTL_HAVE_RTNL_LOCK_KILLABLE
	return rtnl_lock_killable();
#else
	rtnl_lock();
	return 0;
#endif
}

/*
 * From 6.15 on a driver may ask for its callbacks to run under the device's
 * instance lock as well, which is taken inside RTNL.
 */
#if LINUX_VERSION_CODE >= KERNEL_VERSION(6, 15, 0)
#include <net/netdev_lock.h>
#define vfctl_lock_ops(dev)	netdev_lock_ops(dev)
#define vfctl_unlock_ops(dev)	netdev_unlock_ops(dev)
#define vfctl_wants_ops_lock(dev)	netdev_need_ops_lock(dev)
#else
static inline void vfctl_lock_ops(struct net_device *dev)
{
}

static inline void vfctl_unlock_ops(struct net_device *dev)
{
}

static inline bool vfctl_wants_ops_lock(const struct net_device *dev)
{
	return false;
}
#endif

#endif /* VFCTL_COMPAT_H */
