/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * Providers answer for a PF: how its VFs are counted and limited.
 */
#ifndef VFCTL_PROVIDER_H
#define VFCTL_PROVIDER_H

#include <linux/if_link.h>
#include <linux/netlink.h>
#include <linux/types.h>

#include "accum.h"

struct net_device;
struct netlink_ext_ack;
struct vfctl_pf;

/**
 * struct vfctl_provider - what vfctl needs of a kind of PF
 * @name: shown to users
 * @read_needs_rtnl: @read calls into the PF driver, so its caller holds
 *	device_lock() of the PF's parent device and RTNL. Otherwise @read only
 *	touches what @attach set up, and is called with pf->sample_lock alone.
 * @counter_width: width of the hardware's counters in bits
 * @headroom: by how much traffic of a VF can exceed the speed of the link,
 *	as a factor; more than 1 where the NIC has a switch of its own
 * @max_mbit: highest rate that any link of this hardware has, Mbit/s, or 0
 * @match: is this provider the one for @dev? RTNL held.
 * @attach: called once before any other callback. device_lock() and RTNL
 *	held. May be absent. Returns 0 or a negative errno; after -ENOMEM it is
 *	called again, after another one this provider is not used.
 * @detach: mirror of @attach. RTNL and pf->sample_lock held; the PF driver
 *	may be on its way out and must not be called. May be absent.
 * @caps: enum vfctl_cap flags of an attached PF, without %VFCTL_CAP_STATS.
 *	RTNL held.
 * @counters: BIT(enum vfctl_counter) mask of the counters that @read can
 *	deliver on an attached PF, 0 for none. RTNL held.
 * @read: fill raw and present of a reading. May sleep. Returns 0, or a
 *	negative errno when there is nothing to be read now.
 * @get_config: what the PF driver believes of a VF. device_lock() and RTNL
 *	held.
 * @set_rate: program a VF, rates in Mbit/s, 0 is none. device_lock() and
 *	RTNL held. A refusal sets @extack.
 * @forgets: does the driver forget rates that it took while the link had
 *	@link_mbit, 0 for down, now that it is as it is? RTNL held. Absent where
 *	nothing is known of that.
 * @get_soft: the soft limit that the driver has of a VF, Mbit/s. RTNL held.
 *	Only asked where @caps has %VFCTL_CAP_GUEST_SOFT; then @set_rate is told
 *	the hard limit alone, and the driver makes the smaller one of both.
 * @set_soft: set it for the guest, as @set_rate.
 */
struct vfctl_provider {
	const char *name;
	bool read_needs_rtnl;
	u8 counter_width;
	u8 headroom;
	u32 max_mbit;
	bool (*match)(const struct net_device *dev);
	int (*attach)(struct vfctl_pf *pf, struct netlink_ext_ack *extack);
	void (*detach)(struct vfctl_pf *pf);
	u32 (*caps)(struct vfctl_pf *pf);
	u32 (*counters)(struct vfctl_pf *pf);
	int (*read)(struct vfctl_pf *pf, unsigned int vf,
		    struct vfctl_reading *r, struct netlink_ext_ack *extack);
	int (*get_config)(struct vfctl_pf *pf, unsigned int vf,
			  struct ifla_vf_info *ivi,
			  struct netlink_ext_ack *extack);
	int (*set_rate)(struct vfctl_pf *pf, unsigned int vf, u32 min_mbit,
			u32 max_mbit, struct netlink_ext_ack *extack);
	bool (*forgets)(struct vfctl_pf *pf, u32 link_mbit);
	int (*get_soft)(struct vfctl_pf *pf, unsigned int vf, u32 *mbit);
	int (*set_soft)(struct vfctl_pf *pf, unsigned int vf, u32 mbit,
			struct netlink_ext_ack *extack);
};

extern const struct vfctl_provider vfctl_provider_ndo;
extern const struct vfctl_provider vfctl_provider_82576;

/* What the ndo provider does, for providers that read counters otherwise. */
u32 vfctl_ndo_caps(struct vfctl_pf *pf);
int vfctl_ndo_get_config(struct vfctl_pf *pf, unsigned int vf,
			 struct ifla_vf_info *ivi,
			 struct netlink_ext_ack *extack);
int vfctl_ndo_set_rate(struct vfctl_pf *pf, unsigned int vf, u32 min_mbit,
		       u32 max_mbit, struct netlink_ext_ack *extack);
bool vfctl_ndo_forgets(struct vfctl_pf *pf, u32 link_mbit);

#endif /* VFCTL_PROVIDER_H */
