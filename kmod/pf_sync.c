// SPDX-License-Identifier: GPL-2.0-only
#include <linux/device.h>
#include <linux/ethtool.h>
#include <linux/ktime.h>
#include <linux/mm.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/rtnetlink.h>
#include <linux/sched.h>
#include <linux/sizes.h>
#include <linux/slab.h>

#include "compat.h"
#include "limit.h"
#include "notify.h"
#include "pf.h"
#include "pf_sync.h"
#include "provider.h"
#include "sample.h"
#include "stub.h"
#include "sysfs.h"
#include "uapi/linux/vfctl.h"

static const struct vfctl_actor vfctl_by_device = {
	.origin = VFCTL_ORIGIN_DEVICE,
};

/* Changes with the set of PFs and VFs; never 0, see nl_dump_check_consistent */
static u32 vfctl_generation = 1;	/* written under RTNL */

u32 vfctl_pf_generation(void)
{
	return READ_ONCE(vfctl_generation);
}

/* What a dump shows has changed. RTNL held. */
void vfctl_pf_new_generation(void)
{
	u32 next = vfctl_generation + 1;

	WRITE_ONCE(vfctl_generation, next ? next : 1);
}

static struct vfctl_table *vfctl_table_alloc(unsigned int size)
{
	struct vfctl_table *table = kzalloc(sizeof(*table), GFP_KERNEL);

	if (!table)
		return NULL;

	table->size = size;
	table->vfs = kvcalloc(size, sizeof(*table->vfs), GFP_KERNEL);
	table->samples = kvcalloc(size, sizeof(*table->samples), GFP_KERNEL);
	if (table->vfs && table->samples)
		return table;

	vfctl_table_free(table);
	return NULL;
}

/* Not the VFs, which live as long as their PF. */
void vfctl_table_free(struct vfctl_table *table)
{
	kvfree(table->vfs);
	kvfree(table->samples);
	kfree(table);
}

/* Make room for @size VFs. device_lock() and RTNL held. */
static int vfctl_pf_grow(struct vfctl_pf *pf, unsigned int size)
{
	struct vfctl_table *new, *old = rtnl_dereference(pf->table);
	unsigned int i, had = old ? old->size : 0;

	/* What a VF costs beside its net_device. */
	BUILD_BUG_ON(sizeof(struct vfctl_vf) + sizeof(struct vfctl_accum) +
		     sizeof(struct vfctl_vf *) > SZ_4K);
	if (size <= had)
		return 0;

	new = vfctl_table_alloc(size);
	if (!new)
		return -ENOMEM;
	for (i = had; i < size; i++) {
		new->vfs[i] = kzalloc(sizeof(*new->vfs[i]), GFP_KERNEL);
		if (!new->vfs[i])
			goto no_memory;
		new->vfs[i]->pf = pf;
		new->vfs[i]->index = i;
	}

	mutex_lock(&pf->sample_lock);
	if (old) {
		memcpy(new->vfs, old->vfs, had * sizeof(*new->vfs));
		memcpy(new->samples, old->samples, had * sizeof(*new->samples));
	}
	rcu_assign_pointer(pf->table, new);
	mutex_unlock(&pf->sample_lock);

	if (old) {
		synchronize_rcu();
		vfctl_table_free(old);
	}
	return 0;

no_memory:
	for (i = had; i < size; i++)
		kfree(new->vfs[i]);
	vfctl_table_free(new);
	return -ENOMEM;
}

/* They change while a PF is attached: igb is loaded before it is complete. */
static bool vfctl_pf_sync_caps(struct vfctl_pf *pf)
{
	u32 caps = pf->provider->caps(pf);

	if (pf->counters)
		caps |= VFCTL_CAP_STATS;
	if (caps == pf->info.caps)
		return false;

	spin_lock(&pf->lock);
	pf->info.caps = caps;
	spin_unlock(&pf->lock);
	return true;
}

static void vfctl_pf_attach(struct vfctl_pf *pf)
{
	const struct vfctl_provider *provider = vfctl_provider_find(pf->dev);
	struct netlink_ext_ack extack = {};
	int err;

	if (provider->attach) {
		mutex_lock(&pf->sample_lock);
		err = provider->attach(pf, &extack);
		mutex_unlock(&pf->sample_lock);
		if (err) {
			netdev_warn(pf->dev, "vfctl: %s, falling back to what %s offers\n",
				    extack._msg, dev_driver_string(pf->parent));
			provider = &vfctl_provider_ndo;
		}
	}

	mutex_lock(&pf->sample_lock);
	pf->counters = provider->counters(pf);
	pf->provider = provider;
	mutex_unlock(&pf->sample_lock);

	vfctl_pf_sync_caps(pf);
	spin_lock(&pf->lock);
	pf->info.provider = provider->name;
	strscpy(pf->info.driver, dev_driver_string(pf->parent),
		sizeof(pf->info.driver));
	pf->info.total_vfs = dev_is_pci(pf->parent) ?
		pci_sriov_get_totalvfs(to_pci_dev(pf->parent)) : 0;
	spin_unlock(&pf->lock);

	vfctl_pf_new_generation();
	vfctl_notify_pf(pf, VFCTL_CMD_PF_NEW_NTF, &vfctl_by_device);
}

static void vfctl_vf_leave(struct vfctl_vf *vf)
{
	if (!vf->info.live)
		return;

	vfctl_notify_vf(vf, VFCTL_CMD_VF_DEL_NTF, &vfctl_by_device, NULL);
	spin_lock(&vf->pf->lock);
	vf->info.live = false;
	spin_unlock(&vf->pf->lock);
	vf->seen = false;
	vfctl_pf_new_generation();
}

/**
 * vfctl_pf_detach() - stop using the network device of a PF
 * @pf: the PF
 *
 * Its VFs are gone for readers; the wanted limits are kept. Where the device
 * is really on its way out its stubs go at once. Where it only moves to
 * another namespace they go when it has arrived there.
 *
 * Context: RTNL held.
 */
void vfctl_pf_detach(struct vfctl_pf *pf)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	const struct vfctl_provider *provider = pf->provider;
	unsigned int i;

	vfctl_sysfs_remove(pf);
	for (i = 0; table && i < table->size; i++)
		vfctl_vf_leave(table->vfs[i]);

	if (provider) {
		vfctl_notify_pf(pf, VFCTL_CMD_PF_DEL_NTF, &vfctl_by_device);
		mutex_lock(&pf->sample_lock);
		if (provider->detach)
			provider->detach(pf);
		pf->provider = NULL;
		mutex_unlock(&pf->sample_lock);
		vfctl_pf_new_generation();
	}

	pf->sysfs_tried = false;
	spin_lock(&pf->lock);
	pf->info.provider = NULL;
	pf->info.num_vfs = 0;
	pf->info.link_mbit = 0;
	spin_unlock(&pf->lock);

	if (pf->dev->reg_state == NETREG_UNREGISTERING)
		vfctl_pf_remove_stubs(pf);
}

/* RTNL held. */
void vfctl_pf_remove_stubs(struct vfctl_pf *pf)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	LIST_HEAD(kill);
	unsigned int i;

	for (i = 0; table && i < table->size; i++)
		vfctl_stub_remove(table->vfs[i], &kill);
	unregister_netdevice_many(&kill);
}

/* Its speed may be unknown all the same. RTNL held, and pf->dev is there. */
bool vfctl_pf_link_is_up(const struct vfctl_pf *pf)
{
	return netif_running(pf->dev) && netif_carrier_ok(pf->dev);
}

static u32 vfctl_pf_read_link(struct vfctl_pf *pf)
{
	struct ethtool_link_ksettings ks = {};
	int err;

	if (!vfctl_pf_link_is_up(pf))
		return 0;
	vfctl_lock_ops(pf->dev);
	err = vfctl_get_link_ksettings(pf->dev, &ks);
	vfctl_unlock_ops(pf->dev);
	if (err)
		return 0;

	return ks.base.speed == (u32)SPEED_UNKNOWN ? 0 : ks.base.speed;
}

/* Look at the link of a PF. device_lock() and RTNL held. */
void vfctl_pf_sync_link(struct vfctl_pf *pf)
{
	u32 link_mbit = vfctl_pf_read_link(pf);
	u64 events = vfctl_pf_events(pf);
	bool changed = link_mbit != pf->info.link_mbit;

	if (changed || events != pf->events_seen)
		pf->event_time = jiffies;
	pf->events_seen = events;
	if (!changed)
		return;

	spin_lock(&pf->lock);
	pf->info.link_mbit = link_mbit;
	spin_unlock(&pf->lock);
	vfctl_notify_pf(pf, VFCTL_CMD_PF_CHANGE_NTF, &vfctl_by_device);
}

/* Remove the stubs of VFs from @first on, and those that no longer fit. */
static void vfctl_pf_drop_vfs(struct vfctl_pf *pf, unsigned int first)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	LIST_HEAD(kill);
	unsigned int i;

	for (i = 0; table && i < table->size; i++) {
		struct vfctl_vf *vf = table->vfs[i];

		if (i >= first) {
			vfctl_vf_leave(vf);
			vf->keep_ifindex = 0;
			vfctl_stub_remove(vf, &kill);
		} else if (vf->stub && !vfctl_stub_is_current(vf)) {
			/* PF renamed: users keep the ifindex, as it does. */
			vf->keep_ifindex = vf->stub->ifindex;
			vfctl_stub_remove(vf, &kill);
		}
	}
	unregister_netdevice_many(&kill);
}

/* Once their stubs are gone, so that nobody sees a counter go back. */
static void vfctl_pf_forget_samples(struct vfctl_pf *pf, unsigned int first)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	unsigned int i;

	for (i = first; table && i < table->size; i++)
		vfctl_sample_forget(table->vfs[i]);
}

static void vfctl_vf_enter(struct vfctl_vf *vf)
{
	bool created = !vf->stub && !vfctl_stub_create(vf);

	if (vf->info.live) {
		if (created)
			vfctl_notify_vf(vf, VFCTL_CMD_VF_CHANGE_NTF,
					&vfctl_by_device, NULL);
		return;
	}

	vfctl_sample_start(vf);
	vfctl_limit_follow(vf);
	spin_lock(&vf->pf->lock);
	vf->info.live = true;
	spin_unlock(&vf->pf->lock);
	vfctl_pf_new_generation();
	vfctl_notify_vf(vf, VFCTL_CMD_VF_NEW_NTF, &vfctl_by_device, NULL);
}

/* Both may change with the number of VFs. device_lock() held. */
static void vfctl_pf_read_routing(struct vfctl_pf *pf, u16 *offset, u16 *stride)
{
	struct pci_dev *pdev;
	int pos;

	*offset = 0;
	*stride = 0;
	if (!dev_is_pci(pf->parent))
		return;

	pdev = to_pci_dev(pf->parent);
	pos = pci_find_ext_capability(pdev, PCI_EXT_CAP_ID_SRIOV);
	if (!pos)
		return;
	pci_read_config_word(pdev, pos + PCI_SRIOV_VF_OFFSET, offset);
	pci_read_config_word(pdev, pos + PCI_SRIOV_VF_STRIDE, stride);
}

/* Before the VFs are dropped, so that the sampler leaves alone what is gone. */
static void vfctl_pf_set_num_vfs(struct vfctl_pf *pf, unsigned int num)
{
	u16 offset, stride;

	vfctl_pf_read_routing(pf, &offset, &stride);
	spin_lock(&pf->lock);
	pf->info.num_vfs = num;
	pf->info.vf_offset = offset;
	pf->info.vf_stride = stride;
	spin_unlock(&pf->lock);
}

/* Follow the number of VFs. device_lock() and RTNL held. */
static void vfctl_pf_sync_vfs(struct vfctl_pf *pf)
{
	int births = atomic_read(&pf->vf_births);
	unsigned int i, first, num = dev_num_vf(pf->parent);
	struct vfctl_table *table;
	bool changed, reborn;

	if (vfctl_pf_grow(pf, num)) {
		netdev_warn(pf->dev, "vfctl: out of memory for %u VFs\n", num);
		return;
	}

	changed = num != pf->info.num_vfs;
	if (changed)
		vfctl_pf_set_num_vfs(pf, num);

	/* VFs that were all made anew are others, though as many. */
	reborn = births != pf->vf_births_seen;
	pf->vf_births_seen = births;
	first = reborn ? 0 : num;
	vfctl_pf_drop_vfs(pf, first);
	if (changed || reborn)
		vfctl_pf_forget_samples(pf, first);
	if (changed)
		vfctl_notify_pf(pf, VFCTL_CMD_PF_CHANGE_NTF, &vfctl_by_device);

	table = rtnl_dereference(pf->table);
	for (i = 0; i < num; i++) {
		vfctl_vf_enter(table->vfs[i]);
		cond_resched();
	}
}

static void vfctl_pf_sync_limits(struct vfctl_pf *pf)
{
	struct vfctl_table *table = rtnl_dereference(pf->table);
	unsigned int i;

	for (i = 0; i < pf->info.num_vfs; i++) {
		vfctl_limit_follow(table->vfs[i]);
		cond_resched();
	}
}

/*
 * Drivers that ask their firmware take up to 2 ms a VF. Poll so that RTNL is
 * held for that at most a fiftieth of the time.
 */
static void vfctl_pf_arm(struct vfctl_pf *pf, u64 took_ns)
{
	u32 took_ms = div_u64(took_ns, NSEC_PER_MSEC);

	vfctl_pf_queue_later(pf, &pf->poll,
			     max_t(u32, VFCTL_POLL_MS, 50 * took_ms));
	if (pf->counters)
		vfctl_pf_queue_later(pf, &pf->sampler, 0);
}

/* A PF that was taken off the list: nobody else finds it to stop its timers. */
static void vfctl_pf_abandon(struct vfctl_pf *pf)
{
	if (cancel_delayed_work_sync(&pf->poll))
		vfctl_pf_put(pf);
	if (cancel_delayed_work_sync(&pf->sampler))
		vfctl_pf_put(pf);
	vfctl_pf_put(pf);
}

/**
 * vfctl_pf_sync_work() - look at a PF and follow what has changed
 * @work: of a PF
 */
void vfctl_pf_sync_work(struct work_struct *work)
{
	struct vfctl_pf *pf = container_of(work, struct vfctl_pf, work);
	bool unlisted = false;
	u64 start;

	device_lock(pf->parent);
	rtnl_lock();
	if (pf->dev) {
		if (!pf->provider)
			vfctl_pf_attach(pf);
		else if (vfctl_pf_sync_caps(pf))
			vfctl_notify_pf(pf, VFCTL_CMD_PF_CHANGE_NTF,
					&vfctl_by_device);
		vfctl_sysfs_add(pf);
		vfctl_pf_sync_link(pf);
		vfctl_pf_sync_vfs(pf);
		start = ktime_get_ns();
		vfctl_pf_sync_limits(pf);
		/* PCI tells when VFs come, other buses have to be asked. */
		if (pf->info.num_vfs || !dev_is_pci(pf->parent))
			vfctl_pf_arm(pf, ktime_get_ns() - start);
	} else {
		vfctl_pf_remove_stubs(pf);
		/* Only PCI tells when the parent device goes. */
		if (READ_ONCE(pf->gone) || !dev_is_pci(pf->parent))
			unlisted = vfctl_pf_unlist(pf);
	}
	rtnl_unlock();
	device_unlock(pf->parent);

	if (unlisted)
		vfctl_pf_abandon(pf);
	vfctl_pf_put(pf);
}

void vfctl_pf_poll_work(struct work_struct *work)
{
	struct vfctl_pf *pf = container_of(to_delayed_work(work),
					   struct vfctl_pf, poll);

	vfctl_pf_queue(pf);
	vfctl_pf_put(pf);
}
