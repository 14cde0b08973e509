/* SPDX-License-Identifier: ((GPL-2.0 WITH Linux-syscall-note) OR BSD-3-Clause) */
/* Do not edit directly, auto-generated from: */
/*	kmod/vfctl.yaml */
/* YNL-GEN uapi header */

#ifndef _UAPI_LINUX_VFCTL_H
#define _UAPI_LINUX_VFCTL_H

#define VFCTL_FAMILY_NAME	"vfctl"
#define VFCTL_FAMILY_VERSION	1

/**
 * enum vfctl_cap - What the driver of a PF can do for its VFs.
 * @VFCTL_CAP_STATS: counters of VFs can be read
 * @VFCTL_CAP_MAX_RATE: the transmit rate of a VF can be limited
 * @VFCTL_CAP_MIN_RATE: a minimum transmit rate can be given to a VF
 * @VFCTL_CAP_GUEST_SOFT: a guest can set the soft limit of its VF
 */
enum vfctl_cap {
	VFCTL_CAP_STATS = 1,
	VFCTL_CAP_MAX_RATE = 2,
	VFCTL_CAP_MIN_RATE = 4,
	VFCTL_CAP_GUEST_SOFT = 8,
};

/**
 * enum vfctl_limit_state - What has become of the wanted limit of a VF.
 * @VFCTL_LIMIT_NONE: no limit is wanted and none is in force
 * @VFCTL_LIMIT_IN_FORCE: the device applies what is wanted
 * @VFCTL_LIMIT_PENDING: the device does not apply what is wanted yet; it is
 *   programmed as soon as the device takes it
 * @VFCTL_LIMIT_ABSENT: the VF does not exist now; what is wanted is kept for
 *   the next one of that number
 */
enum vfctl_limit_state {
	VFCTL_LIMIT_NONE,
	VFCTL_LIMIT_IN_FORCE,
	VFCTL_LIMIT_PENDING,
	VFCTL_LIMIT_ABSENT,
};

/**
 * enum vfctl_origin - Who made a change.
 * @VFCTL_ORIGIN_NETLINK: a request of this family (vf-set, pf-set)
 * @VFCTL_ORIGIN_TX_MAXRATE: a write to queues/tx-0/tx_maxrate of the stub
 *   device
 * @VFCTL_ORIGIN_SYSFS: a write to bandwidth_allocation of the PF
 * @VFCTL_ORIGIN_OUTSIDE: somebody else programmed the PF driver, as "ip link
 *   set DEV vf N max_tx_rate" does
 * @VFCTL_ORIGIN_DEVICE: nobody: the device or its driver lost a limit, or took
 *   one that was pending
 * @VFCTL_ORIGIN_GUEST: the guest that owns the VF
 */
enum vfctl_origin {
	VFCTL_ORIGIN_NETLINK,
	VFCTL_ORIGIN_TX_MAXRATE,
	VFCTL_ORIGIN_SYSFS,
	VFCTL_ORIGIN_OUTSIDE,
	VFCTL_ORIGIN_DEVICE,
	VFCTL_ORIGIN_GUEST,
};

enum vfctl_pf_attr {
	VFCTL_A_PF_IFINDEX = 1,
	VFCTL_A_PF_IFNAME,
	VFCTL_A_PF_BUS_INFO,
	VFCTL_A_PF_DRIVER,
	VFCTL_A_PF_PROVIDER,
	VFCTL_A_PF_NUM_VFS,
	VFCTL_A_PF_TOTAL_VFS,
	VFCTL_A_PF_LINK_SPEED,
	VFCTL_A_PF_INTERVAL,
	VFCTL_A_PF_CAPS,
	VFCTL_A_PF_ORIGIN,
	VFCTL_A_PF_PID,
	VFCTL_A_PF_PAD,
	VFCTL_A_PF_KEEP_LIMITS,
	VFCTL_A_PF_KEPT_INTERVAL,
	VFCTL_A_PF_SAMPLE_TIME,
	VFCTL_A_PF_LOOK_INTERVAL,

	__VFCTL_A_PF_MAX
};
#define VFCTL_A_PF_MAX (__VFCTL_A_PF_MAX - 1)

enum vfctl_vf_attr {
	VFCTL_A_VF_PF_IFINDEX = 1,
	VFCTL_A_VF_PF_IFNAME,
	VFCTL_A_VF_VF,
	VFCTL_A_VF_IFINDEX,
	VFCTL_A_VF_IFNAME,
	VFCTL_A_VF_BUS_INFO,
	VFCTL_A_VF_MAC,
	VFCTL_A_VF_LINK_SPEED,
	VFCTL_A_VF_HARD_RATE,
	VFCTL_A_VF_SOFT_RATE,
	VFCTL_A_VF_MIN_RATE,
	VFCTL_A_VF_EFFECTIVE_RATE,
	VFCTL_A_VF_STATE,
	VFCTL_A_VF_PENDING_REASON,
	VFCTL_A_VF_ORIGIN,
	VFCTL_A_VF_PID,
	VFCTL_A_VF_OLD,
	VFCTL_A_VF_PAD,
	VFCTL_A_VF_GUEST_SOFT,
	VFCTL_A_VF_ABSENT,

	__VFCTL_A_VF_MAX
};
#define VFCTL_A_VF_MAX (__VFCTL_A_VF_MAX - 1)

enum vfctl_old_limit_attr {
	VFCTL_A_OLD_LIMIT_HARD_RATE = 1,
	VFCTL_A_OLD_LIMIT_SOFT_RATE,
	VFCTL_A_OLD_LIMIT_MIN_RATE,
	VFCTL_A_OLD_LIMIT_EFFECTIVE_RATE,
	VFCTL_A_OLD_LIMIT_STATE,
	VFCTL_A_OLD_LIMIT_PAD,

	__VFCTL_A_OLD_LIMIT_MAX
};
#define VFCTL_A_OLD_LIMIT_MAX (__VFCTL_A_OLD_LIMIT_MAX - 1)

enum vfctl_stats_attr {
	VFCTL_A_STATS_PF_IFINDEX = 1,
	VFCTL_A_STATS_PF_IFNAME,
	VFCTL_A_STATS_VF,
	VFCTL_A_STATS_IFINDEX,
	VFCTL_A_STATS_IFNAME,
	VFCTL_A_STATS_TIME,
	VFCTL_A_STATS_RESETS,
	VFCTL_A_STATS_GAPS,
	VFCTL_A_STATS_RX_PACKETS,
	VFCTL_A_STATS_TX_PACKETS,
	VFCTL_A_STATS_RX_BYTES,
	VFCTL_A_STATS_TX_BYTES,
	VFCTL_A_STATS_RX_MULTICAST,
	VFCTL_A_STATS_RX_BROADCAST,
	VFCTL_A_STATS_RX_DROPPED,
	VFCTL_A_STATS_TX_DROPPED,
	VFCTL_A_STATS_RX_LOOPBACK_PACKETS,
	VFCTL_A_STATS_TX_LOOPBACK_PACKETS,
	VFCTL_A_STATS_RX_LOOPBACK_BYTES,
	VFCTL_A_STATS_TX_LOOPBACK_BYTES,
	VFCTL_A_STATS_PAD,

	__VFCTL_A_STATS_MAX
};
#define VFCTL_A_STATS_MAX (__VFCTL_A_STATS_MAX - 1)

enum vfctl_cmd {
	VFCTL_CMD_PF_GET = 1,
	VFCTL_CMD_PF_SET,
	VFCTL_CMD_VF_GET,
	VFCTL_CMD_VF_SET,
	VFCTL_CMD_STATS_GET,
	VFCTL_CMD_PF_NEW_NTF,
	VFCTL_CMD_PF_DEL_NTF,
	VFCTL_CMD_PF_CHANGE_NTF,
	VFCTL_CMD_VF_NEW_NTF,
	VFCTL_CMD_VF_DEL_NTF,
	VFCTL_CMD_VF_CHANGE_NTF,
	VFCTL_CMD_STATS_NTF,

	__VFCTL_CMD_MAX
};
#define VFCTL_CMD_MAX (__VFCTL_CMD_MAX - 1)

#define VFCTL_MCGRP_CONFIG	"config"
#define VFCTL_MCGRP_STATS	"stats"

#endif /* _UAPI_LINUX_VFCTL_H */
