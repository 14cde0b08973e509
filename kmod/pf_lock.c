// SPDX-License-Identifier: GPL-2.0-only
/*
 * What a call into a PF driver needs: the locks, and that there still is what
 * it is about.
 */
#include <linux/device.h>
#include <linux/netdevice.h>
#include <linux/rtnetlink.h>

#include "compat.h"
#include "pf.h"

/**
 * vfctl_pf_lock() - take what a call into the PF driver needs
 * @pf: the PF
 * @extack: told when a signal came first
 *
 * Waits while VFs are made or the driver is bound; then for RTNL, which a fatal
 * signal ends on kernels that let modules wait so. Look at pf->dev then.
 *
 * Context: process, no locks held.
 * Return: 0, or -EAGAIN: netlink acknowledges no request that ends by -EINTR,
 * and who goes on after the signal would wait for that.
 */
int vfctl_pf_lock(struct vfctl_pf *pf, struct netlink_ext_ack *extack)
{
	if (device_lock_interruptible(pf->parent)) {
		NL_SET_ERR_MSG(extack,
			       "interrupted while the PF was busy with its VFs");
		return -EAGAIN;
	}
	if (vfctl_rtnl_lock_killable()) {
		device_unlock(pf->parent);
		return -EAGAIN;
	}
	return 0;
}

void vfctl_pf_unlock(struct vfctl_pf *pf)
{
	rtnl_unlock();
	device_unlock(pf->parent);
}

/* For callers that hold RTNL already; undone by device_unlock(pf->parent). */
bool vfctl_pf_trylock_device(struct vfctl_pf *pf)
{
	ASSERT_RTNL();
	return device_trylock(pf->parent);
}

/**
 * vfctl_pf_check_net() - is a PF still in a network namespace?
 * @pf: the PF; it may have moved while its locks were waited for
 * @net: where a request found it
 * @extack: told when it has left
 *
 * Context: RTNL held.
 * Return: 0, also without a network device; or -ENODEV.
 */
int vfctl_pf_check_net(struct vfctl_pf *pf, const struct net *net,
		       struct netlink_ext_ack *extack)
{
	if (!pf->dev || net_eq(dev_net(pf->dev), net))
		return 0;
	NL_SET_ERR_MSG_FMT(extack, "the PF %s has left this network namespace",
			   dev_name(pf->parent));
	return -ENODEV;
}

/**
 * vfctl_pf_has_vf() - is a VF there?
 * @pf: the PF, with a network device
 * @index: number of the VF
 * @extack: told why not
 *
 * Context: device_lock() and RTNL held. A call into the PF driver ends what
 * was true.
 */
bool vfctl_pf_has_vf(struct vfctl_pf *pf, unsigned int index,
		     struct netlink_ext_ack *extack)
{
	int num = dev_num_vf(pf->parent);

	if (index < num)
		return true;
	NL_SET_ERR_MSG_FMT(extack, "%s has %d VFs now, there is no VF %u",
			   pf->dev->name, num, index);
	return false;
}

/**
 * vfctl_pf_usable() - is there a PF driver to be asked?
 * @pf: the PF
 * @extack: told why not
 *
 * Context: RTNL held.
 * Return: 0 or a negative errno.
 */
int vfctl_pf_usable(struct vfctl_pf *pf, struct netlink_ext_ack *extack)
{
	ASSERT_RTNL();
	if (vfctl_is_halted()) {
		NL_SET_ERR_MSG(extack, "the system is going down");
		return -ESHUTDOWN;
	}
	if (!pf->dev || !pf->provider) {
		NL_SET_ERR_MSG_FMT(extack, "the PF %s has no network device now",
				   dev_name(pf->parent));
		return -ENODEV;
	}
	return 0;
}

/**
 * vfctl_vf_usable() - may the PF driver be asked about this VF?
 * @vf: the VF
 * @extack: told why not
 *
 * Context: device_lock() and RTNL held.
 * Return: 0 or a negative errno.
 */
int vfctl_vf_usable(struct vfctl_vf *vf, struct netlink_ext_ack *extack)
{
	int err = vfctl_pf_usable(vf->pf, extack);

	if (err)
		return err;
	return vfctl_pf_has_vf(vf->pf, vf->index, extack) ? 0 : -ENODEV;
}
