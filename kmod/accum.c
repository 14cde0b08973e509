// SPDX-License-Identifier: GPL-2.0-only
/*
 * Hardware counters turned into 64-bit totals.
 *
 * A counter that went back has wrapped or was cleared, and nothing in the
 * device says which. What tells them apart is that a VF cannot move more than
 * the device can in the time between two readings. No judgement below makes a
 * total go back, nor grow in one step by more than that.
 *
 * What can still be misjudged:
 *  - A reset after which every counter looks like a continuation. Either each
 *    one stands at or above its old value, then the old value is lost once
 *    more; or it was within reach of its wrap, then the step is too large,
 *    though possible. All counters of the VF have to agree for that, so it
 *    takes a VF that had moved next to nothing.
 *  - A reset while the registers are being read. It is seen twice, and what
 *    was counted between it and the end of that reading is counted twice.
 *  - Several wraps in a gap, see vfctl_accum.gaps.
 */
#include <linux/bits.h>
#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/types.h>

#include "accum.h"

/*
 * What a device may hold between the place where it counts and the place that
 * limits the rate: the 82576 has a receive packet buffer of 64 KiB (RXPBS, the
 * larger of its two), and a frame of up to 9728 octets (MAX_JUMBO_FRAME_SIZE
 * in igb) is counted at its end, though it arrived since its start.
 */
#define SLACK_BYTES		(65536 + 9728)

/*
 * The clock of a link may be off by 100 ppm (IEEE 802.3), that of the host is
 * steered by NTP by up to 500 ppm (MAXFREQ in linux/timex.h): together less
 * than 1/1024.
 */
#define CLOCK_SHIFT		10

/*
 * On a wire the shortest frame takes 84 octets, preamble and gap included. The
 * internal switch of a device has neither, so 64 bounds both.
 */
#define MIN_FRAME_BYTES		64

/*
 * 1.6 Tbit/s, the fastest Ethernet being specified (IEEE P802.3dj). Where the
 * rate of the device is unknown, this still sorts out a lifetime's count that
 * poses as what was counted since a reset.
 */
#define FASTEST_BYTES_PER_S	200000000000ULL

#define NS_PER_S		1000000000U

#define BYTE_COUNTERS		(BIT(VFCTL_CNT_RX_BYTES) |	\
				 BIT(VFCTL_CNT_TX_BYTES) |	\
				 BIT(VFCTL_CNT_RX_LB_BYTES) |	\
				 BIT(VFCTL_CNT_TX_LB_BYTES))

/* One reading beside the last one. */
struct step {
	u64 mask;		/* the largest value of a counter */
	u64 max_bytes;
	u64 max_packets;
	bool rate_known;
	u32 common;		/* counters in both readings */
	u32 fresh;		/* counters only in the new one */
};

static u64 saturating_add(u64 a, u64 b)
{
	return a > U64_MAX - b ? U64_MAX : a + b;
}

/**
 * vfctl_accum_max_bytes - the most that can be counted between two readings
 * @bytes_per_s: what the device can move in one direction
 * @elapsed_ns: from the begin of the first reading to the end of the second
 *
 * Any context.
 *
 * Return: bytes, U64_MAX if that is too small to hold them.
 */
u64 vfctl_accum_max_bytes(u64 bytes_per_s, u64 elapsed_ns)
{
	u64 bytes, per_ns, s;
	u32 ns, rest;

	/* rate * time in parts, for the product takes more than 64 bits */
	s = div_u64_rem(elapsed_ns, NS_PER_S, &ns);
	per_ns = div_u64_rem(bytes_per_s, NS_PER_S, &rest);

	if (s && bytes_per_s > div64_u64(U64_MAX, s))
		return U64_MAX;

	bytes = saturating_add(bytes_per_s * s, per_ns * ns);
	bytes = saturating_add(bytes, div_u64((u64)rest * ns, NS_PER_S));
	bytes = saturating_add(bytes, bytes >> CLOCK_SHIFT);
	return saturating_add(bytes, SLACK_BYTES);
}

static u64 step_max(const struct step *s, int i)
{
	return BIT(i) & BYTE_COUNTERS ? s->max_bytes : s->max_packets;
}

/* Can counter i have moved from @last to @raw without a reset? */
static bool step_continues(const struct step *s, int i, u64 last, u64 raw)
{
	u64 delta = (raw - last) & s->mask;

	/* 64 bits do not wrap in the life of a device. */
	if (raw < last && s->mask == U64_MAX)
		return false;
	if (!s->rate_known)
		return raw >= last || delta <= s->mask / 2;
	return delta <= step_max(s, i);
}

/* The counters of @r that do not read as a device that is gone. */
static u32 alive_counters(const struct vfctl_reading *r, u64 mask)
{
	u32 alive = 0;
	int i;

	for (i = 0; i < VFCTL_CNT_MAX; i++)
		if (r->present & BIT(i) && (r->raw[i] & mask) != mask)
			alive |= BIT(i);
	return alive;
}

static void step_init(struct step *s, const struct vfctl_accum *acc,
		      const struct vfctl_reading *r,
		      const struct vfctl_accum_limits *lim)
{
	u64 rate = lim->bytes_per_s ? lim->bytes_per_s : FASTEST_BYTES_PER_S;

	s->mask = lim->width < 64 ? BIT_ULL(lim->width) - 1 : U64_MAX;
	s->rate_known = lim->bytes_per_s;

	/* The earliest that the last value, the latest that this one was read */
	s->max_bytes = vfctl_accum_max_bytes(rate, r->end_ns - acc->begin_ns);
	s->max_packets = div_u64(s->max_bytes, MIN_FRAME_BYTES);

	s->common = r->present & acc->present;
	/*
	 * A baseline of all ones would turn into a wrap. A real one is taken
	 * with the next reading.
	 */
	s->fresh = alive_counters(r, s->mask) & ~acc->present;
}

/*
 * A device can go away in the midst of a reading: the registers read after
 * that are all ones. As a count that is out of reach.
 */
static bool step_lost_device(const struct step *s,
			     const struct vfctl_accum *acc,
			     const struct vfctl_reading *r)
{
	int i;

	for (i = 0; i < VFCTL_CNT_MAX; i++)
		if (s->common & BIT(i) && (r->raw[i] & s->mask) == s->mask &&
		    s->mask - acc->raw[i] > step_max(s, i))
			return true;
	return false;
}

/*
 * A counter wraps alone, but a reset clears all. So one counter that cannot
 * have continued tells that all of them were cleared, and @whole is set,
 * unless another one stands higher than it can have come from 0. Then either
 * the reset fell into this reading, or a counter is off for a reason of its
 * own, and each counter is judged alone.
 *
 * Returns whether there was a reset.
 */
static bool step_was_reset(const struct step *s, const struct vfctl_accum *acc,
			   const struct vfctl_reading *r, bool *whole)
{
	bool reset = false;
	int i;

	*whole = true;
	for (i = 0; i < VFCTL_CNT_MAX; i++) {
		u64 raw = r->raw[i] & s->mask;

		if (!(s->common & BIT(i)))
			continue;
		if (!step_continues(s, i, acc->raw[i], raw))
			reset = true;
		if (raw > step_max(s, i))
			*whole = false;
	}
	return reset;
}

/* What counter i adds to its total. */
static u64 step_growth(const struct step *s, int i, u64 last, u64 raw,
		       bool cleared)
{
	if (!cleared && step_continues(s, i, last, raw))
		return (raw - last) & s->mask;
	/* All that is known of a cleared counter is what came after. */
	return raw <= step_max(s, i) ? raw : 0;
}

/* May a counter have wrapped more often than can be seen? */
static bool step_has_gap(const struct step *s, const struct vfctl_accum *acc)
{
	/* Back after an absence of which nothing is known */
	if (s->fresh & acc->seen)
		return true;
	if (!s->rate_known)
		return false;
	return (s->common & BYTE_COUNTERS && s->max_bytes > s->mask) ||
	       (s->common & ~BYTE_COUNTERS && s->max_packets > s->mask);
}

/**
 * vfctl_accum_add - add a reading to the totals of a VF
 * @acc: the totals; changed unless the reading is discarded
 * @r: the reading
 * @lim: what the device can do
 *
 * The first reading is the baseline. So is, for its own counter, a value that
 * had no predecessor in the reading before. Discarded are readings of a device
 * that is gone (all ones) and those that do not lie wholly after the last one.
 * Totals never decrease. If the rate is known, no total grows by more than
 * vfctl_accum_max_bytes(), and 1/64 of that for frames.
 *
 * Any context; the caller serialises calls for the same @acc.
 *
 * Return: what the reading was taken for.
 */
enum vfctl_accum_result vfctl_accum_add(struct vfctl_accum *acc,
					const struct vfctl_reading *r,
					const struct vfctl_accum_limits *lim)
{
	bool first = !acc->time_ns;
	bool reset, whole, gap;
	struct step s;
	int i;

	/* A clock that stands still would make any traffic implausible. */
	if (r->end_ns < r->begin_ns || r->begin_ns < acc->time_ns ||
	    r->end_ns == acc->time_ns)
		return VFCTL_ACCUM_DISCARDED;

	step_init(&s, acc, r, lim);
	if (!alive_counters(r, s.mask) || step_lost_device(&s, acc, r))
		return VFCTL_ACCUM_DISCARDED;

	reset = step_was_reset(&s, acc, r, &whole);
	gap = step_has_gap(&s, acc);

	for (i = 0; i < VFCTL_CNT_MAX; i++) {
		u64 raw = r->raw[i] & s.mask;

		if (s.common & BIT(i))
			acc->total[i] = saturating_add(acc->total[i],
						       step_growth(&s, i, acc->raw[i], raw,
								   reset && whole));
		if ((s.common | s.fresh) & BIT(i))
			acc->raw[i] = raw;
	}

	acc->time_ns = r->end_ns;
	acc->begin_ns = r->begin_ns;
	acc->present = s.common | s.fresh;
	acc->seen |= acc->present;
	acc->resets += reset;
	acc->gaps += gap;

	if (first)
		return VFCTL_ACCUM_FIRST;
	if (reset)
		return VFCTL_ACCUM_RESET;
	return gap ? VFCTL_ACCUM_GAP : VFCTL_ACCUM_OK;
}
