/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * A PF (Physical Function), its VFs, and the locks over both.
 *
 * Lock order, outermost first:
 *
 *   device_lock(pf->parent)	sriov_numvfs and unbind hold it: under it the
 *				number of VFs and the driver stay as they are
 *   RTNL			pf->dev and all that is not said otherwise
 *   pf->sample_lock		the accumulators, provider_priv
 *   instance lock of pf->dev	from Linux 6.15 on, around each driver callback
 *   pf->lock			spinlock, held for a copy or to set the timer:
 *				info, schedule, and under sample_seq the
 *				published samples
 *
 * Where RTNL is already held, device_lock() is only tried. Whoever calls into
 * a PF driver holds device_lock() and RTNL and has looked at pf->dev and the
 * VF's number since. Dumps take pf->lock at most, ndo_get_stats64 no lock, and
 * what a PF driver calls in hard IRQ (guest.c) looks at VFs under RCU alone.
 */
#ifndef VFCTL_PF_H
#define VFCTL_PF_H

#include <linux/if.h>
#include <linux/if_ether.h>
#include <linux/list.h>
#include <linux/mutex.h>
#include <linux/refcount.h>
#include <linux/seqlock.h>
#include <linux/spinlock.h>
#include <linux/workqueue.h>

#include "accum.h"

struct device;
struct net;
struct net_device;
struct netlink_ext_ack;
struct vfctl_pf;
struct vfctl_provider;

#define VFCTL_INTERVAL_MS 1000	/* default, see pf-set in vfctl.yaml */
#define VFCTL_INTERVAL_MAX_MS 10000

/* Others may have RTNL after so long; one call into a driver takes up to 2 ms */
#define VFCTL_HOLD_NS NSEC_PER_MSEC

/* And a driver rests so long at most: one that was stuck once may be fast now */
#define VFCTL_REST_MAX_MS 30000

/* Who makes a change; enum vfctl_origin, and a process id or 0. */
struct vfctl_actor {
	u32 origin;
	u32 pid;
};

/* Limits of a VF in bit/s, 0 is none; see vf-get in vfctl.yaml. */
struct vfctl_limit {
	u64 hard;
	u64 soft;
	u64 min;
	u64 effective;
	bool guest_barred;	/* its guest may not set the soft limit */
	u32 state;		/* enum vfctl_limit_state */
	const char *reason;	/* while pending; a string that never goes */
};

static inline bool vfctl_limit_is_wanted(const struct vfctl_limit *limit)
{
	return limit->hard || limit->soft || limit->min;
}

/* What readers may know of a VF. Written under RTNL and pf->lock. */
struct vfctl_vf_info {
	struct vfctl_limit limit;
	bool live;		/* the VF exists */
	bool has_mac;
	u8 mac[ETH_ALEN];
	char bus_info[20];	/* PCI address, or empty: the PF is no PCI device */
	int stub_ifindex;	/* 0: there is no stub */
	char stub_name[IFNAMSIZ];
	const struct net *net;	/* of the PF, in copies: what it was then */
};

struct vfctl_vf {
	struct vfctl_pf *pf;
	unsigned int index;
	struct vfctl_vf_info info;
	struct net_device *stub;	/* RTNL */
	int keep_ifindex;		/* RTNL: for the stub's successor */
	bool outlived;			/* RTNL: stub, sample are an earlier VF's */
	/* RTNL: what the PF driver was last seen to have, Mbit/s */
	bool seen;
	u32 seen_max;
	u32 seen_min;
	u32 told_max;			/* and what it was told last */
	u32 told_min;
	u32 told_link;			/* the link's speed then, Mbit/s */
	u32 seen_soft;			/* where the driver keeps soft limits */
	u32 told_soft;
	u64 seen_events;		/* vfctl_pf_events() at that time */
	u32 seen_nudges;		/* pf->nudges at that time */
	u32 seen_touches;		/* pf->touches at that time */
	unsigned long seen_time;	/* jiffies */
	bool unlooked;			/* what was seen may be older than now */
	struct {			/* what it refused last, and when */
		bool any;
		u32 max;
		u32 min;
		u32 soft;
		u32 link_mbit;
		u64 events;
		unsigned long time;	/* jiffies */
	} refused;
	bool guest_barred;		/* as in info; read in hard IRQ */
	bool soft_changed;		/* written in hard IRQ: see guest.c */
	/* Hard IRQ, one at a time for each PF: see guest.c */
	unsigned int guest_asked;
	unsigned long guest_window;	/* jiffies */
};

/* What readers may know of a PF. Written under RTNL and pf->lock. */
struct vfctl_pf_info {
	struct net *net;	/* NULL while the PF has no network device */
	int ifindex;
	char name[IFNAMSIZ];
	char driver[32];
	char bus_info[32];
	const char *provider;
	u32 num_vfs;
	u32 total_vfs;
	u32 link_mbit;		/* 0: down or not known */
	u32 interval_ms;
	/* By the sampler, under the lock alone */
	u32 kept_ms;		/* from one sample to the next */
	u32 sample_us;		/* what the last one cost */
	u32 look_ms;		/* from one look at a VF's limit to the next */
	bool lose_limits;	/* wanted limits go with their VFs */
	bool switchdev;		/* VFs have representors: devlink limits them */
	u32 caps;		/* enum vfctl_cap */
};

/*
 * VFs and their samples; replaced as a whole, under RTNL and sample_lock, when
 * more VFs come than fit. The samples of a PF stand in one array, so that it
 * could be shared with user space one day.
 */
struct vfctl_table {
	unsigned int size;
	struct vfctl_vf **vfs;
	struct vfctl_accum *samples;
};

/*
 * When the next look at the limits and the next sample of the counters are due,
 * jiffies; see tick.c. Under pf->lock.
 */
struct vfctl_schedule {
	bool stopped;			/* for good */
	bool looks;			/* there is a next look, */
	unsigned long look_at;
	bool wanted;			/* at limits that somebody wants */
	bool samples;			/* there is a next sample */
	unsigned long sample_begun;	/* the last one */
	unsigned long sample_rests;	/* till then the driver is left alone */
	bool sample_halfway;		/* some of its VFs have still to come */
	u32 sample_least_ms;		/* so often at least, before one wraps */
};

struct vfctl_pf {
	struct list_head list;		/* written under RTNL, read under RCU */
	struct rcu_head rcu;
	refcount_t ref;
	u32 id;				/* grows along the list */
	struct device *parent;		/* with a reference */
	unsigned int dev_port;
	bool gone;			/* set once: parent was deleted */
	bool unlisted;			/* RTNL */
	bool recount;			/* RTNL: representors came or went */

	struct net_device *dev;		/* RTNL: NULL while there is none */
	const struct vfctl_provider *provider;	/* RTNL; NULL: not attached */
	void *provider_priv;		/* sample_lock */
	u32 counters;			/* RTNL and sample_lock: mask */

	spinlock_t lock;		/* info of the PF and its VFs */
	struct vfctl_pf_info info;
	struct vfctl_table __rcu *table;

	struct mutex sample_lock;	/* accumulators, their writers */
	seqcount_spinlock_t sample_seq;	/* of lock, for table->samples */

	atomic_t vf_births;		/* VFs that ever came */
	int vf_births_seen;		/* RTNL: of which the stubs know */
	unsigned long event_time;	/* RTNL: jiffies of the last link event */
	u64 events_seen;		/* RTNL: vfctl_pf_events() at that time */
	u32 nudges;			/* RTNL: events of the device so far */
	u32 touches;			/* RTNL: changes of it by a process */
	struct {			/* RTNL: the sweep over all VFs */
		unsigned int next;
		unsigned int left;
		u64 held_ns;		/* since it was at VF 0 */
		unsigned long rests;	/* jiffies: alone is the driver till */
		u32 nudges;		/* at its beginning */
		bool urgent;		/* the driver may have lost limits */
	} sweep;

	bool has_sysfs;			/* RTNL */
	bool sysfs_tried;		/* RTNL */

	struct work_struct work;	/* vfctl_pf_sync() */
	struct delayed_work tick;	/* begins what is due */
	struct delayed_work lazy_tick;	/* does not wake a processor for that */
	struct vfctl_schedule schedule;
	unsigned long read_at;		/* jiffies: somebody read a counter */
	unsigned long dozing;		/* bit 0: nobody has, for long */
	struct {			/* tick: a sample that is being taken */
		unsigned int next;
		unsigned long begun;	/* jiffies */
		u64 held_ns;
	} sampling;
};

bool vfctl_is_halted(void);
void vfctl_set_halted(void);

struct vfctl_pf *vfctl_pf_create(struct net_device *dev);
void vfctl_pf_list(struct vfctl_pf *pf);
bool vfctl_pf_unlist(struct vfctl_pf *pf);
struct vfctl_pf *vfctl_pf_get(struct vfctl_pf *pf);
void vfctl_pf_put(struct vfctl_pf *pf);
struct vfctl_pf *vfctl_pf_next(u32 id);
struct vfctl_pf *vfctl_pf_by_parent(const struct device *parent);
struct vfctl_pf *vfctl_pf_of_dev(const struct net_device *dev);

struct vfctl_vf *vfctl_vf_by_dev_rcu(const struct net_device *dev,
				     unsigned int index);
struct vfctl_vf *vfctl_pf_vf(struct vfctl_pf *pf, unsigned int index);
struct net *vfctl_pf_get_net(struct vfctl_pf *pf);
void vfctl_pf_get_info(struct vfctl_pf *pf, struct vfctl_pf_info *info);
bool vfctl_vf_get_info(struct vfctl_vf *vf, struct vfctl_vf_info *info);
u64 vfctl_pf_events(const struct vfctl_pf *pf);
void vfctl_pf_forget_costs(struct vfctl_pf *pf);
bool vfctl_pf_is_dozing(const struct vfctl_pf *pf);

int vfctl_pf_grow(struct vfctl_pf *pf, unsigned int size);
void vfctl_pf_begin_sweep(struct vfctl_pf *pf, bool urgent);
void vfctl_pf_queue(struct vfctl_pf *pf);
void vfctl_pf_queue_at(struct vfctl_pf *pf, struct delayed_work *work,
		       unsigned long delay);

int vfctl_pf_lock(struct vfctl_pf *pf, struct netlink_ext_ack *extack);
bool vfctl_pf_trylock_device(struct vfctl_pf *pf);
void vfctl_pf_unlock(struct vfctl_pf *pf);
int vfctl_pf_check_net(struct vfctl_pf *pf, const struct net *net,
		       struct netlink_ext_ack *extack);
bool vfctl_pf_has_vf(struct vfctl_pf *pf, unsigned int index,
		     struct netlink_ext_ack *extack);
int vfctl_pf_usable(struct vfctl_pf *pf, struct netlink_ext_ack *extack);
int vfctl_vf_usable(struct vfctl_vf *vf, struct netlink_ext_ack *extack);

extern struct workqueue_struct *vfctl_wq;

#endif /* VFCTL_PF_H */
