/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * For tests only: PFs without hardware, on a bus of their own. They show what
 * the 82576 does not: many PFs and VFs, minimum rates, the habits of other
 * drivers, and drivers that fail. They also look at how they are called.
 *
 * /sys/bus/vfsim/devices/vfsimN/sriov_numvfs	as with PCI
 * /sys/bus/vfsim/drivers/vfsim/{bind,unbind}	as with PCI
 * /sys/kernel/debug/vfsim/vfsimN/		see knobs.c
 */
#ifndef VFSIM_H
#define VFSIM_H

#include <linux/atomic.h>
#include <linux/completion.h>
#include <linux/device.h>
#include <linux/netdevice.h>
#include <linux/types.h>

#define VFSIM_MAX_PFS 16
#define VFSIM_MAX_VFS 1024
#define VFSIM_MAX_PORTS 2	/* network devices of one PF, as of mlx4 */

struct dentry;

/* What a PF driver may offer. */
enum vfsim_call {
	VFSIM_SET_RATE,
	VFSIM_GET_CONFIG,
	VFSIM_GET_STATS,
	VFSIM_CALLS,		/* how many, and none of them */
};

struct vfsim_vf {
	u32 max;		/* Mbit/s, 0 is none */
	u32 min;
	u64 since;		/* CLOCK_MONOTONIC: counts from here on */
	s64 added;		/* packets beside those of the clock */
};

struct vfsim_pf {
	struct device dev;
	struct completion released;
	unsigned int index;
	struct net_device *netdev;	/* device_lock(): the first, or NULL */
	struct net_device *ports[VFSIM_MAX_PORTS];	/* device_lock() */
	u32 ports_wanted;		/* BIT(port) */
	/*
	 * Written under device_lock(), and by a VF that vanishes. As with PCI
	 * it may be read without, and is only believed under that lock.
	 */
	unsigned int num_vfs;
	struct vfsim_vf *vfs;		/* RTNL */

	struct dentry *dir;
	u32 delay_ms;
	u32 refuse[VFSIM_CALLS];
	u32 refuse_from;
	u32 ops;			/* BIT(enum vfsim_call) */
	u32 step_mbit;
	u32 tells_mbit;
	u32 link_mbit;
	bool min_rate_ignored;
	bool all_ones;
	enum vfsim_call vanish;

	atomic_t calls[VFSIM_CALLS];
	atomic64_t busy_ns;		/* in them */
	atomic_t violations;
	unsigned long in_call;		/* bit 0: a callback is running */
};

static inline struct vfsim_pf *vfsim_pf_of(struct device *dev)
{
	return container_of(dev, struct vfsim_pf, dev);
}

/* bus.c */
int vfsim_bus_init(void);
void vfsim_bus_exit(void);
struct vfsim_pf *vfsim_pf_create(unsigned int index);
void vfsim_pf_destroy(struct vfsim_pf *pf);

/* netdev.c: device_lock() held */
int vfsim_netdevs_set(struct vfsim_pf *pf, u32 ports);
struct vfsim_pf *vfsim_pf_of_netdev(const struct net_device *dev);

/* Whether the instance lock is held that callbacks of @dev are to have, if any. */
bool vfsim_netdev_is_locked(struct net_device *dev);

/* callbacks.c: those in @ops of a PF */
const struct net_device_ops *vfsim_netdev_ops(u32 ops);
u64 vfsim_packets(const struct vfsim_vf *vf);

/* caller.c */
void vfsim_caller_check(struct vfsim_pf *pf, struct net_device *dev, int vf,
			unsigned long caller);

/* knobs.c */
void vfsim_knobs_init(void);
void vfsim_knobs_exit(void);
void vfsim_knobs_add(struct vfsim_pf *pf);
void vfsim_knobs_remove(struct vfsim_pf *pf);

#endif /* VFSIM_H */
