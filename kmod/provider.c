// SPDX-License-Identifier: GPL-2.0-only
#include <linux/device.h>
#include <linux/netdevice.h>
#include <linux/pci.h>

#include "provider.h"

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
 * vfctl_provider_suits() - can vfctl manage VFs below this device?
 * @dev: any network device
 *
 * A PF in switchdev mode has its representors below the same parent device;
 * they are told from the PF's own device by their lack of VF callbacks.
 *
 * Context: RTNL held.
 * Return: true for the network device of a PF.
 */
bool vfctl_provider_suits(const struct net_device *dev)
{
	const struct net_device_ops *ops = dev->netdev_ops;

	if (!dev->dev.parent || !vfctl_can_have_vfs(dev->dev.parent))
		return false;

	return ops->ndo_set_vf_rate || ops->ndo_get_vf_config ||
	       ops->ndo_get_vf_stats;
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
