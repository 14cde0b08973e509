// SPDX-License-Identifier: GPL-2.0-only
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <net/devlink.h>

#include "compat.h"
#include "provider.h"
#include "provider_find.h"

/* The more special first; ndo takes all that is left. */
static const struct vfctl_provider *const vfctl_providers[] = {
	&vfctl_provider_82576,
	&vfctl_provider_ndo,
};

static bool vfctl_can_have_vfs(const struct device *parent)
{
	if (dev_is_pci(parent))
		return pci_sriov_get_totalvfs(to_pci_dev(parent)) > 0;

	return parent->bus && parent->bus->num_vf;
}

/**
 * vfctl_has_vf_callbacks() - does a driver offer anything about VFs?
 * @dev: any network device
 *
 * Context: RTNL held, or RCU read side.
 */
bool vfctl_has_vf_callbacks(const struct net_device *dev)
{
	const struct net_device_ops *ops = dev->netdev_ops;

	return ops->ndo_set_vf_rate || ops->ndo_get_vf_config ||
	       ops->ndo_get_vf_stats;
}

/*
 * A port that its driver names by itself, as nfp does: "pf0vf1" is a VF's
 * (net/devlink/port.c). A driver that wants the instance lock around that call
 * has devlink, and is not asked.
 */
static bool vfctl_port_is_vf(const struct net_device *dev)
{
	const struct net_device_ops *ops = dev->netdev_ops;
	struct net_device *port = (struct net_device *)dev;
	char name[IFNAMSIZ] = "";
	unsigned int pf, vf;

	if (!ops->ndo_get_phys_port_name || vfctl_wants_ops_lock(dev) ||
	    ops->ndo_get_phys_port_name(port, name, sizeof(name)))
		return false;
	return sscanf(name, "pf%uvf%u", &pf, &vf) == 2;
}

/**
 * vfctl_is_representor() - does a device stand for another function?
 * @dev: any network device
 *
 * For a VF, SF or PF, in switchdev mode. devlink knows, or else the name of the
 * port. That it has no callbacks for VFs does not tell: nfp's have some.
 *
 * Context: RTNL held.
 */
bool vfctl_is_representor(const struct net_device *dev)
{
	if (!dev->dev.parent || !vfctl_can_have_vfs(dev->dev.parent))
		return false;

	switch (vfctl_port_flavour(dev)) {
	case DEVLINK_PORT_FLAVOUR_PCI_PF:
	case DEVLINK_PORT_FLAVOUR_PCI_VF:
	case DEVLINK_PORT_FLAVOUR_PCI_SF:
		return true;
	case DEVLINK_PORT_FLAVOUR_UNUSED:
		return vfctl_port_is_vf(dev);
	default:
		return false;
	}
}

/**
 * vfctl_provider_suits() - can vfctl manage VFs below this device?
 * @dev: any network device
 *
 * A PF in switchdev mode has its representors below the same parent device.
 *
 * Context: RTNL held.
 * Return: true for the network device of a PF.
 */
bool vfctl_provider_suits(const struct net_device *dev)
{
	return vfctl_has_vf_callbacks(dev) && dev->dev.parent &&
	       vfctl_can_have_vfs(dev->dev.parent) &&
	       !vfctl_is_representor(dev);
}

/**
 * vfctl_provider_find() - the provider for a PF
 * @dev: a network device for which vfctl_provider_suits() holds
 *
 * Context: RTNL held.
 * Return: never NULL.
 */
const struct vfctl_provider *vfctl_provider_find(const struct net_device *dev)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vfctl_providers) - 1; i++)
		if (vfctl_providers[i]->match(dev))
			return vfctl_providers[i];

	return vfctl_providers[ARRAY_SIZE(vfctl_providers) - 1];
}
