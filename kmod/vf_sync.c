// SPDX-License-Identifier: GPL-2.0-only
/*
 * Following the VFs of a PF, as they come and go, with their stubs.
 */
#include <linux/device.h>
#include <linux/kernel.h>
#include <linux/ktime.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>

#include "generation.h"
#include "limit.h"
#include "notify.h"
#include "pf.h"
#include "sample.h"
#include "stub.h"
#include "uapi/linux/vfctl.h"
#include "vf_sync.h"

static void vfctl_vf_leave(struct vfctl_vf *vf)
{
	if (!vf->info.live)
		return;

	vfctl_notify_vf(vf, VFCTL_CMD_VF_DEL_NTF, &vfctl_by_device, NULL);
	spin_lock(&vf->pf->lock);
	vf->info.live = false;
	spin_unlock(&vf->pf->lock);
	vf->seen = false;
	vfctl_pf_new_generation(vf->pf);
}

/* The VFs are gone for readers. RTNL held. */
void vfctl_pf_leave_vfs(struct vfctl_pf *pf)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	unsigned int i;

	for (i = 0; table && i < table->size; i++)
		vfctl_vf_leave(table->vfs[i]);
}

/* Guests may have set soft limits that nobody told of. RTNL held. */
void vfctl_pf_soft_changed(struct vfctl_pf *pf)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	unsigned int i;

	for (i = 0; table && i < table->size; i++)
		WRITE_ONCE(table->vfs[i]->soft_changed, true);
}

/**
 * vfctl_pf_remove_stubs() - remove the stubs of all VFs, or some of them
 * @pf: the PF
 * @max: how many at most
 *
 * Context: RTNL held.
 * Return: whether there may be more.
 */
bool vfctl_pf_remove_stubs(struct vfctl_pf *pf, unsigned int max)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	unsigned int i, removed = 0;
	LIST_HEAD(kill);

	for (i = 0; table && i < table->size && removed < max; i++) {
		table->vfs[i]->keep_ifindex = 0;
		removed += vfctl_stub_remove(table->vfs[i], &kill);
	}
	unregister_netdevice_many(&kill);
	return removed == max;
}

/* VFs from @first on are gone, though their stubs may still stand. */
static void vfctl_pf_outlive_vfs(struct vfctl_pf *pf, unsigned int first)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	unsigned int i;

	for (i = first; table && i < table->size; i++) {
		vfctl_vf_leave(table->vfs[i]);
		table->vfs[i]->outlived = true;
		if (pf->info.lose_limits)
			vfctl_limit_forget(table->vfs[i]);
	}
}

/*
 * Remove the stubs of VFs that are gone, and those that no longer fit: a chunk
 * of them. Returns whether there may be more.
 */
static bool vfctl_pf_drop_stubs(struct vfctl_pf *pf)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	unsigned int i, removed = 0;
	LIST_HEAD(kill);

	for (i = 0; table && i < table->size && removed < VFCTL_STUB_CHUNK; i++) {
		struct vfctl_vf *vf = table->vfs[i];

		if (vf->outlived) {
			vf->keep_ifindex = 0;
		} else if (vf->stub && !vfctl_stub_is_current(vf)) {
			/* PF renamed: users keep the ifindex, as it does. */
			vf->keep_ifindex = vf->stub->ifindex;
		} else {
			continue;
		}
		removed += vfctl_stub_remove(vf, &kill);
	}
	unregister_netdevice_many(&kill);
	return removed == VFCTL_STUB_CHUNK;
}

/* Once their stubs are gone, so that nobody sees a counter go back. */
static void vfctl_pf_forget_vfs(struct vfctl_pf *pf)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	unsigned int i;

	for (i = 0; table && i < table->size; i++) {
		if (!table->vfs[i]->outlived)
			continue;
		vfctl_sample_forget(table->vfs[i]);
		table->vfs[i]->outlived = false;
	}
}

/* Returns whether there was something to do. */
static bool vfctl_vf_enter(struct vfctl_vf *vf)
{
	bool created = !vf->stub && !vfctl_stub_create(vf);

	if (vf->info.live) {
		if (created)
			vfctl_notify_vf(vf, VFCTL_CMD_VF_CHANGE_NTF,
					&vfctl_by_device, NULL);
		return created;
	}

	vfctl_sample_start(vf);
	vfctl_limit_follow(vf);
	spin_lock(&vf->pf->lock);
	vf->info.live = true;
	spin_unlock(&vf->pf->lock);
	vfctl_pf_new_generation(vf->pf);
	vfctl_notify_vf(vf, VFCTL_CMD_VF_NEW_NTF, &vfctl_by_device, NULL);
	return true;
}

/* A chunk of those that have not entered. Returns whether there may be more. */
static bool vfctl_pf_enter_vfs(struct vfctl_pf *pf)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	unsigned int i, entered = 0;
	u64 begin = ktime_get_ns();

	for (i = 0; i < pf->info.num_vfs; i++) {
		/* Its driver is asked for each of them, which may take 2 ms. */
		if (entered == VFCTL_STUB_CHUNK ||
		    (entered && ktime_get_ns() - begin >= VFCTL_HOLD_NS))
			return true;
		entered += vfctl_vf_enter(table->vfs[i]);
		cond_resched();
	}
	return false;
}

/* Where VFs are: the routing ID of VF n is that of VF 0, and n strides. */
struct vfctl_routing {
	u16 first;
	u16 stride;
};

/*
 * The PCI core does not export what tells the bus of a VF. SR-IOV 1.1, 3.3.9
 * and 3.3.10: First VF Offset, VF Stride. Both may change with the number of
 * VFs. device_lock() held. Returns whether there is something to read.
 */
static bool vfctl_pf_read_routing(struct vfctl_pf *pf,
				  struct vfctl_routing *routing)
{
	struct pci_dev *pdev;
	u16 offset = 0;
	int pos;

	if (!dev_is_pci(pf->parent))
		return false;

	pdev = to_pci_dev(pf->parent);
	pos = pci_find_ext_capability(pdev, PCI_EXT_CAP_ID_SRIOV);
	if (!pos)
		return false;
	pci_read_config_word(pdev, pos + PCI_SRIOV_VF_OFFSET, &offset);
	pci_read_config_word(pdev, pos + PCI_SRIOV_VF_STRIDE, &routing->stride);
	routing->first = PCI_DEVID(pdev->bus->number, pdev->devfn) + offset;
	return offset;
}

/* VFs get their PCI addresses, as 0000:01:10.2. device_lock() and RTNL held. */
static void vfctl_pf_address_vfs(struct vfctl_pf *pf, unsigned int num)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	struct vfctl_routing routing;
	unsigned int i, id;

	if (!vfctl_pf_read_routing(pf, &routing))
		return;

	for (i = 0; i < num; i++) {
		struct vfctl_vf_info *info = &table->vfs[i]->info;

		id = routing.first + i * routing.stride;
		spin_lock(&pf->lock);
		snprintf(info->bus_info, sizeof(info->bus_info),
			 "%04x:%02x:%02x.%u",
			 pci_domain_nr(to_pci_dev(pf->parent)->bus),
			 PCI_BUS_NUM(id), PCI_SLOT(id & 0xff), PCI_FUNC(id));
		spin_unlock(&pf->lock);
	}
}

/* Before the VFs are dropped, so that the sampler leaves alone what is gone. */
static void vfctl_pf_set_num_vfs(struct vfctl_pf *pf, unsigned int num)
{
	vfctl_pf_address_vfs(pf, num);
	spin_lock(&pf->lock);
	pf->info.num_vfs = num;
	if (!num)
		vfctl_pf_forget_costs(pf);
	spin_unlock(&pf->lock);
}

/**
 * vfctl_pf_sync_vfs() - follow the number of VFs
 * @pf: a PF with a network device
 *
 * Context: device_lock() and RTNL held.
 * Return: 0; -ENOMEM where nothing was done; or -EAGAIN where a part was, and
 * the rest is to be done as soon as others have had RTNL.
 */
int vfctl_pf_sync_vfs(struct vfctl_pf *pf)
{
	int births = atomic_read(&pf->vf_births);
	unsigned int num = dev_num_vf(pf->parent);
	bool changed = num != pf->info.num_vfs;
	bool reborn = births != pf->vf_births_seen;

	if (vfctl_pf_grow(pf, num)) {
		netdev_warn(pf->dev, "vfctl: out of memory for %u VFs, trying again\n",
			    num);
		return -ENOMEM;
	}

	if (changed)
		vfctl_pf_set_num_vfs(pf, num);
	/* VFs that were all made anew are others, though as many. */
	pf->vf_births_seen = births;
	if (changed || reborn)
		vfctl_pf_outlive_vfs(pf, reborn ? 0 : num);
	if (changed)
		vfctl_notify_pf(pf, VFCTL_CMD_PF_CHANGE_NTF, &vfctl_by_device);

	if (vfctl_pf_drop_stubs(pf))
		return -EAGAIN;
	vfctl_pf_forget_vfs(pf);
	return vfctl_pf_enter_vfs(pf) ? -EAGAIN : 0;
}
