/* SPDX-License-Identifier: GPL-2.0-only */
/* Hardware counters of a VF, of 32 to 64 bits, turned into 64-bit totals. */
#ifndef _VFCTL_ACCUM_H
#define _VFCTL_ACCUM_H

#include <linux/bits.h>
#include <linux/types.h>

/**
 * enum vfctl_counter - What is counted for a VF, as the VF sees it.
 * @VFCTL_CNT_RX_PACKETS: frames that the VF received
 * @VFCTL_CNT_TX_PACKETS: frames that the VF sent
 * @VFCTL_CNT_RX_BYTES: octets that the VF received
 * @VFCTL_CNT_TX_BYTES: octets that the VF sent
 * @VFCTL_CNT_RX_MULTICAST: multicast frames received
 * @VFCTL_CNT_RX_BROADCAST: broadcast frames received
 * @VFCTL_CNT_RX_DROPPED: frames for the VF that were dropped
 * @VFCTL_CNT_TX_DROPPED: frames of the VF that were dropped
 * @VFCTL_CNT_RX_LB_PACKETS: frames received through the internal switch
 * @VFCTL_CNT_TX_LB_PACKETS: frames sent through the internal switch
 * @VFCTL_CNT_RX_LB_BYTES: octets received through the internal switch
 * @VFCTL_CNT_TX_LB_BYTES: octets sent through the internal switch
 * @VFCTL_CNT_MAX: how many there are
 *
 * The order is that of the attributes from VFCTL_A_STATS_RX_PACKETS on.
 */
enum vfctl_counter {
	VFCTL_CNT_RX_PACKETS,
	VFCTL_CNT_TX_PACKETS,
	VFCTL_CNT_RX_BYTES,
	VFCTL_CNT_TX_BYTES,
	VFCTL_CNT_RX_MULTICAST,
	VFCTL_CNT_RX_BROADCAST,
	VFCTL_CNT_RX_DROPPED,
	VFCTL_CNT_TX_DROPPED,
	VFCTL_CNT_RX_LB_PACKETS,
	VFCTL_CNT_TX_LB_PACKETS,
	VFCTL_CNT_RX_LB_BYTES,
	VFCTL_CNT_TX_LB_BYTES,
	VFCTL_CNT_MAX,
};

/**
 * struct vfctl_reading - What a provider read of one VF.
 * @begin_ns: CLOCK_MONOTONIC before the first register was read
 * @end_ns: CLOCK_MONOTONIC after the last register was read
 * @present: BIT(enum vfctl_counter) of every counter that was read
 * @raw: the counters as read; bits above the width are ignored
 */
struct vfctl_reading {
	u64 begin_ns;
	u64 end_ns;
	u32 present;
	u64 raw[VFCTL_CNT_MAX];
};

/**
 * struct vfctl_accum_limits - What is physically possible.
 * @width: of a hardware counter in bits, 32 to 64
 * @bytes_per_s: the most that a VF can move in one direction, at any time
 *   since the last reading; 0 if unknown
 *
 * Too low a rate makes real traffic look like a reset and loses it; too high
 * a rate only makes resets of 32-bit counters harder to tell from wraps. So
 * give what the device can do, its internal switch included, not the current
 * link speed. Give 0 where the driver refreshes the counters when it likes
 * (ixgbe: every 2 s), for then the time of the reading is not theirs.
 */
struct vfctl_accum_limits {
	u8 width;
	u64 bytes_per_s;
};

/**
 * struct vfctl_accum - The totals of one VF; all zero to begin with.
 * @time_ns: end_ns of the last accepted reading, 0 if there is none yet
 * @begin_ns: its begin_ns
 * @total: what was counted since the first reading
 * @raw: the counters as last read, for those in @present
 * @present: BIT(enum vfctl_counter) of the counters in the last reading
 * @seen: BIT(enum vfctl_counter) of the counters in any reading
 * @resets: how often the counters did not continue from the last reading
 * @gaps: how often more than one wrap may have been missed, or a counter was
 *   away for a while
 *
 * After a reset or a gap the totals are a lower bound of what was moved.
 */
struct vfctl_accum {
	u64 time_ns;
	u64 begin_ns;
	u64 total[VFCTL_CNT_MAX];
	u64 raw[VFCTL_CNT_MAX];
	u32 present;
	u32 seen;
	u32 resets;
	u32 gaps;
};

/**
 * enum vfctl_accum_result - What a reading was taken for.
 * @VFCTL_ACCUM_FIRST: the baseline; the totals are 0
 * @VFCTL_ACCUM_OK: the continuation of the last one
 * @VFCTL_ACCUM_RESET: the device cleared its counters since the last one
 * @VFCTL_ACCUM_GAP: too long after the last one; the totals are a lower bound
 * @VFCTL_ACCUM_DISCARDED: no reading at all; nothing was changed
 */
enum vfctl_accum_result {
	VFCTL_ACCUM_FIRST,
	VFCTL_ACCUM_OK,
	VFCTL_ACCUM_RESET,
	VFCTL_ACCUM_GAP,
	VFCTL_ACCUM_DISCARDED,
};

u64 vfctl_accum_max_bytes(u64 bytes_per_s, u64 elapsed_ns);
enum vfctl_accum_result vfctl_accum_add(struct vfctl_accum *acc,
					const struct vfctl_reading *r,
					const struct vfctl_accum_limits *lim);

#endif /* _VFCTL_ACCUM_H */
