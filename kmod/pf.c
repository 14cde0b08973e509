// SPDX-License-Identifier: GPL-2.0-only
/*
 * PFs: the list of them, their lifetime, and who may look at one when.
 *
 * A PF is known by its parent device, until that is deleted, and not by its
 * network device, so that wanted limits survive a driver that is bound
 * anew, a move to another network namespace, and VFs that are made again.
 */
#include <linux/device.h>
#include <linux/netdevice.h>
#include <linux/pci.h>
#include <linux/rculist.h>
#include <linux/rtnetlink.h>
#include <linux/slab.h>

#include "compat.h"
#include "generation.h"
#include "guest.h"
#include "limit.h"
#include "notify.h"
#include "pf.h"
#include "pf_sync.h"
#include "provider.h"
#include "sample.h"
#include "stub.h"
#include "uapi/linux/vfctl.h"
#include "vf_sync.h"

struct workqueue_struct *vfctl_wq;

static bool vfctl_halted;	/* set once, when the system goes down */

static LIST_HEAD(vfctl_pfs);
static u32 vfctl_pf_last_id;

struct vfctl_pf *vfctl_pf_get(struct vfctl_pf *pf)
{
	refcount_inc(&pf->ref);
	return pf;
}

/* VFs are looked at under RCU without a reference to their PF. */
static void vfctl_pf_free(struct rcu_head *rcu)
{
	struct vfctl_pf *pf = container_of(rcu, struct vfctl_pf, rcu);
	struct vfctl_table *table = rcu_dereference_protected(pf->table, true);
	unsigned int i;

	if (table) {
		for (i = 0; i < table->size; i++)
			kfree(table->vfs[i]);
		vfctl_table_free(table);
	}
	mutex_destroy(&pf->sample_lock);
	kfree(pf);
}

/* Context: process, since the last reference puts the parent device. */
void vfctl_pf_put(struct vfctl_pf *pf)
{
	if (!refcount_dec_and_test(&pf->ref))
		return;

	put_device(pf->parent);
	call_rcu(&pf->rcu, vfctl_pf_free);
}

/* Look for a PF under RCU and take a reference. */
static struct vfctl_pf *
vfctl_pf_find(bool (*is_it)(struct vfctl_pf *pf, const void *key, u32 number),
	      const void *key, u32 number)
{
	struct vfctl_pf *pf, *found = NULL;

	rcu_read_lock();
	list_for_each_entry_rcu(pf, &vfctl_pfs, list) {
		if (is_it(pf, key, number) && refcount_inc_not_zero(&pf->ref)) {
			found = pf;
			break;
		}
	}
	rcu_read_unlock();
	return found;
}

static bool vfctl_pf_is_after(struct vfctl_pf *pf, const void *key, u32 number)
{
	return pf->id > number;
}

static bool vfctl_pf_has_parent(struct vfctl_pf *pf, const void *key,
				u32 number)
{
	return pf->parent == key;
}

static bool vfctl_pf_has_ifindex(struct vfctl_pf *pf, const void *key,
				 u32 number)
{
	bool match;

	spin_lock(&pf->lock);
	match = pf->info.net == key && pf->info.ifindex == number;
	spin_unlock(&pf->lock);
	return match;
}

/**
 * vfctl_pf_next() - walk over all PFs
 * @id: id of the PF before, 0 to begin
 *
 * Context: any that may take a spinlock.
 * Return: the next PF with a reference, or NULL after the last.
 */
struct vfctl_pf *vfctl_pf_next(u32 id)
{
	return vfctl_pf_find(vfctl_pf_is_after, NULL, id);
}

/**
 * vfctl_pf_by_ifindex() - find a PF by its network device
 * @net: network namespace of the device
 * @ifindex: index of the device
 *
 * Context: any that may take a spinlock.
 * Return: the PF with a reference, or NULL.
 */
struct vfctl_pf *vfctl_pf_by_ifindex(const struct net *net, int ifindex)
{
	return vfctl_pf_find(vfctl_pf_has_ifindex, net, ifindex);
}

/**
 * vfctl_pf_by_parent() - find the first PF below a device
 * @parent: for PCI the physical function
 *
 * Context: any that may take a spinlock.
 * Return: the PF with a reference, or NULL.
 */
struct vfctl_pf *vfctl_pf_by_parent(const struct device *parent)
{
	return vfctl_pf_find(vfctl_pf_has_parent, parent, 0);
}

/* RTNL held, no reference taken. */
static struct vfctl_pf *vfctl_pf_of_dev(const struct net_device *dev)
{
	struct vfctl_pf *pf;

	list_for_each_entry(pf, &vfctl_pfs, list)
		if (pf->dev == dev)
			return pf;

	return NULL;
}

/**
 * vfctl_vf_by_dev_rcu() - a VF by the network device of its PF
 * @dev: network device of a PF
 * @index: number of the VF
 *
 * Context: RCU read side, for as long as the VF is looked at; also hard IRQ.
 * Return: the VF, without a reference to its PF, or NULL.
 */
struct vfctl_vf *vfctl_vf_by_dev_rcu(const struct net_device *dev,
				     unsigned int index)
{
	struct vfctl_pf *pf;

	list_for_each_entry_rcu(pf, &vfctl_pfs, list)
		if (READ_ONCE(pf->dev) == dev)
			return vfctl_pf_vf(pf, index);

	return NULL;
}

/**
 * vfctl_pf_vf() - a VF by its number
 * @pf: its PF
 * @index: from 0
 *
 * Context: any.
 * Return: the VF, which lives as long as @pf, or NULL where there never was
 * one. Whether it exists now is in its info.
 */
struct vfctl_vf *vfctl_pf_vf(struct vfctl_pf *pf, unsigned int index)
{
	struct vfctl_table *table;
	struct vfctl_vf *vf = NULL;

	rcu_read_lock();
	table = rcu_dereference(pf->table);
	if (table && index < table->size)
		vf = table->vfs[index];
	rcu_read_unlock();
	return vf;
}

/* The network namespace of a PF, with a reference; or NULL. */
struct net *vfctl_pf_get_net(struct vfctl_pf *pf)
{
	struct net *net;

	/* The PF's device is in it: it cannot be freed under the lock. */
	spin_lock(&pf->lock);
	net = pf->info.net ? maybe_get_net(pf->info.net) : NULL;
	spin_unlock(&pf->lock);
	return net;
}

void vfctl_pf_get_info(struct vfctl_pf *pf, struct vfctl_pf_info *info)
{
	spin_lock(&pf->lock);
	*info = pf->info;
	spin_unlock(&pf->lock);
}

/* Returns false where the VF does not exist at present. */
bool vfctl_vf_get_info(struct vfctl_vf *vf, struct vfctl_vf_info *info)
{
	spin_lock(&vf->pf->lock);
	*info = vf->info;
	spin_unlock(&vf->pf->lock);
	return info->live;
}

/**
 * vfctl_vf_bus_info() - the PCI address of a VF
 * @vf: the VF
 * @buf: as 0000:01:10.2, or empty where the PF is no PCI device
 * @size: of @buf
 *
 * The PCI core does not export what tells the bus of a VF. SR-IOV 1.1, 3.3.9
 * and 3.3.10: First VF Offset, VF Stride.
 *
 * Context: any that may take a spinlock.
 * Return: whether there is an address.
 */
bool vfctl_vf_bus_info(struct vfctl_vf *vf, char *buf, size_t size)
{
	struct vfctl_pf_info info;
	struct pci_dev *pdev;
	unsigned int rid;

	*buf = '\0';
	vfctl_pf_get_info(vf->pf, &info);
	if (!dev_is_pci(vf->pf->parent) || !info.vf_offset)
		return false;

	pdev = to_pci_dev(vf->pf->parent);
	rid = PCI_DEVID(pdev->bus->number, pdev->devfn) + info.vf_offset +
	      vf->index * info.vf_stride;
	snprintf(buf, size, "%04x:%02x:%02x.%u", pci_domain_nr(pdev->bus),
		 PCI_BUS_NUM(rid), PCI_SLOT(rid & 0xff), PCI_FUNC(rid));
	return true;
}

/* Grows with whatever may make the device forget a limit. RTNL held. */
u64 vfctl_pf_events(const struct vfctl_pf *pf)
{
	u32 carrier = atomic_read(&pf->dev->carrier_up_count) +
		      atomic_read(&pf->dev->carrier_down_count);

	return (u64)(u32)atomic_read(&pf->vf_births) << 32 | carrier;
}

/* Works hold a reference to their PF while they are queued. */
void vfctl_pf_queue(struct vfctl_pf *pf)
{
	vfctl_pf_get(pf);
	if (!queue_work(vfctl_wq, &pf->work))
		vfctl_pf_put(pf);
}

void vfctl_pf_queue_later(struct vfctl_pf *pf, struct delayed_work *work,
			  unsigned int ms)
{
	vfctl_pf_get(pf);
	if (!queue_delayed_work(vfctl_wq, work, msecs_to_jiffies(ms)))
		vfctl_pf_put(pf);
}

/* The same also where it was to come at another time. */
void vfctl_pf_queue_at(struct vfctl_pf *pf, struct delayed_work *work,
		       unsigned int ms)
{
	vfctl_pf_get(pf);
	if (mod_delayed_work(vfctl_wq, work, msecs_to_jiffies(ms)))
		vfctl_pf_put(pf);
}

static struct vfctl_pf *vfctl_pf_create(struct net_device *dev)
{
	struct device *parent = dev->dev.parent;
	struct vfctl_pf *pf;

	pf = kzalloc(sizeof(*pf), GFP_KERNEL);
	if (!pf)
		return NULL;

	refcount_set(&pf->ref, 1);
	pf->id = ++vfctl_pf_last_id;
	pf->parent = get_device(parent);
	pf->dev_port = dev->dev_port;
	spin_lock_init(&pf->lock);
	mutex_init(&pf->sample_lock);
	seqcount_spinlock_init(&pf->sample_seq, &pf->lock);
	INIT_WORK(&pf->work, vfctl_pf_sync_work);
	INIT_DELAYED_WORK(&pf->poll, vfctl_pf_poll_work);
	INIT_DELAYED_WORK(&pf->sampler, vfctl_sample_work);

	pf->info.interval_ms = VFCTL_INTERVAL_MS;
	strscpy(pf->info.bus_info, dev_name(parent), sizeof(pf->info.bus_info));
	list_add_tail_rcu(&pf->list, &vfctl_pfs);
	return pf;
}

/* What the notifier learns of a device; all the work comes later. */
static void vfctl_pf_set_dev(struct vfctl_pf *pf, struct net_device *dev)
{
	vfctl_pf_new_generation(pf);
	WRITE_ONCE(pf->dev, dev);
	spin_lock(&pf->lock);
	pf->info.net = dev ? dev_net(dev) : NULL;
	pf->info.ifindex = dev ? dev->ifindex : 0;
	if (dev)
		strscpy(pf->info.name, dev->name, sizeof(pf->info.name));
	spin_unlock(&pf->lock);
	vfctl_pf_new_generation(pf);
}

/**
 * vfctl_pf_appear() - a network device was registered
 * @dev: any network device: new, moved here from another namespace, or known
 *
 * Context: RTNL held, perhaps the parent's device_lock().
 * Return: 0, or -ENOMEM where it has to be tried again.
 */
int vfctl_pf_appear(struct net_device *dev)
{
	struct vfctl_pf *pf;

	if (!vfctl_provider_suits(dev))
		return 0;

	list_for_each_entry(pf, &vfctl_pfs, list)
		if (pf->parent == dev->dev.parent &&
		    pf->dev_port == dev->dev_port)
			goto found;

	pf = vfctl_pf_create(dev);
	if (!pf) {
		netdev_warn(dev, "vfctl: out of memory for a PF, trying again\n");
		return -ENOMEM;
	}
found:
	if (pf->dev)
		return 0;
	vfctl_pf_set_dev(pf, dev);
	vfctl_pf_queue(pf);
	return 0;
}

/**
 * vfctl_pf_vanish() - a network device is being unregistered or moved
 * @dev: any network device
 *
 * On return nothing of vfctl uses @dev any more.
 *
 * Context: RTNL held, perhaps the parent's device_lock().
 */
void vfctl_pf_vanish(struct net_device *dev)
{
	struct vfctl_pf *pf = vfctl_pf_of_dev(dev);

	if (!pf)
		return;

	vfctl_pf_detach(pf);
	vfctl_pf_set_dev(pf, NULL);
	vfctl_pf_queue(pf);
}

/* RTNL held. Stubs follow in the work. */
void vfctl_pf_renamed(struct net_device *dev)
{
	struct vfctl_actor actor = { .origin = VFCTL_ORIGIN_OUTSIDE };
	struct vfctl_pf *pf = vfctl_pf_of_dev(dev);

	if (!pf)
		return;

	vfctl_pf_set_dev(pf, dev);
	if (pf->provider)
		vfctl_notify_pf(pf, VFCTL_CMD_PF_CHANGE_NTF, &actor);
	vfctl_pf_queue(pf);
}

/*
 * The link or the configuration of a device changed. RTNL held. @touched: some
 * process did that, as rtnetlink does when it sets the rate of a VF.
 */
void vfctl_pf_event(struct net_device *dev, bool touched)
{
	struct vfctl_pf *pf = vfctl_pf_of_dev(dev);

	if (!pf)
		return;
	pf->nudges++;
	pf->touches += touched;
	vfctl_pf_queue(pf);
}

/* VFs of @parent came or went. Called under its device_lock(). */
void vfctl_pf_vfs_changed(const struct device *parent, bool born)
{
	struct vfctl_pf *pf;

	rcu_read_lock();
	list_for_each_entry_rcu(pf, &vfctl_pfs, list) {
		if (pf->parent != parent || !refcount_inc_not_zero(&pf->ref))
			continue;
		if (born)
			atomic_inc(&pf->vf_births);
		vfctl_pf_queue(pf);
		vfctl_pf_put(pf);
	}
	rcu_read_unlock();
}

/* The parent device goes for good; its driver is unbound already. */
void vfctl_pf_parent_gone(const struct device *parent)
{
	struct vfctl_pf *pf;
	u32 id = 0;

	while ((pf = vfctl_pf_next(id))) {
		id = pf->id;
		if (pf->parent == parent) {
			WRITE_ONCE(pf->gone, true);
			vfctl_pf_queue(pf);
		}
		vfctl_pf_put(pf);
	}
}

/* Take a PF off the list; the list's reference is the caller's to put. */
bool vfctl_pf_unlist(struct vfctl_pf *pf)
{
	ASSERT_RTNL();
	if (pf->unlisted)
		return false;

	pf->unlisted = true;
	list_del_rcu(&pf->list);
	return true;
}

int vfctl_pf_init(void)
{
	int err;

	/* Freezable: while the system sleeps so do the devices. */
	vfctl_wq = alloc_workqueue("vfctl", WQ_UNBOUND | WQ_FREEZABLE, 0);
	if (!vfctl_wq)
		return -ENOMEM;

	err = vfctl_guest_init();
	if (err)
		destroy_workqueue(vfctl_wq);
	return err;
}

/* The work of a PF was cancelled: put the reference that it held. */
static void vfctl_pf_stop(struct vfctl_pf *pf)
{
	if (cancel_delayed_work_sync(&pf->poll))
		vfctl_pf_put(pf);
	if (cancel_delayed_work_sync(&pf->sampler))
		vfctl_pf_put(pf);
	if (cancel_work_sync(&pf->work))
		vfctl_pf_put(pf);
}

/* Does the system go down? Then no driver is called, and no device read. */
bool vfctl_is_halted(void)
{
	return READ_ONCE(vfctl_halted);
}

/**
 * vfctl_pf_halt() - leave all devices alone, for good
 *
 * Their drivers shut them down after this; igb puts its own into D3. What is
 * queued later does nothing.
 *
 * Context: process, no locks held. Waits for calls into drivers.
 */
void vfctl_pf_halt(void)
{
	struct vfctl_pf *pf;
	u32 id = 0;

	WRITE_ONCE(vfctl_halted, true);
	while ((pf = vfctl_pf_next(id))) {
		id = pf->id;
		vfctl_pf_stop(pf);
		vfctl_pf_put(pf);
	}
}

/* No locks held. Without a network device it gets none again. */
static void vfctl_pf_remove_all_stubs(struct vfctl_pf *pf)
{
	bool more;

	do {
		rtnl_lock();
		more = vfctl_pf_remove_stubs(pf, VFCTL_STUB_CHUNK);
		rtnl_unlock();
	} while (more);
}

/**
 * vfctl_pf_exit() - forget all PFs and remove all stubs
 *
 * Limits stay as they are in the devices. Notifiers and the netlink family
 * are unregistered before.
 */
void vfctl_pf_exit(void)
{
	struct vfctl_pf *pf;
	bool listed;

	while ((pf = vfctl_pf_next(0))) {
		rtnl_lock();
		if (pf->dev) {
			vfctl_pf_detach(pf);
			vfctl_pf_set_dev(pf, NULL);
		}
		listed = vfctl_pf_unlist(pf);
		rtnl_unlock();

		vfctl_pf_remove_all_stubs(pf);
		vfctl_pf_stop(pf);
		if (listed)
			vfctl_pf_put(pf);
		vfctl_pf_put(pf);
	}
	/* Until here PFs were attached, and guests asked about. */
	vfctl_guest_exit();
	/* PFs that were off the list already stop their timers by themselves. */
	flush_workqueue(vfctl_wq);
	destroy_workqueue(vfctl_wq);
}
