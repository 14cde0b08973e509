/* SPDX-License-Identifier: GPL-2.0-only */
/* Arithmetic of rates: bit/s in public, whole Mbit/s in drivers, 0 is none. */
#ifndef _VFCTL_RATE_H
#define _VFCTL_RATE_H

#include <linux/limits.h>
#include <linux/math64.h>
#include <linux/minmax.h>
#include <linux/types.h>

#define VFCTL_RATE_MBIT		1000000U

/*
 * The least that can be asked for. Drivers would get it as 0, which lifts the
 * limit, if it were less.
 */
#define VFCTL_RATE_MIN		VFCTL_RATE_MBIT

/**
 * vfctl_rate_effective - the limit that two limits come to
 * @hard: limit of the host in bit/s, 0 for none
 * @soft: limit of the guest in bit/s, 0 for none
 *
 * Return: the smaller of those that are set, 0 if none is.
 */
static inline u64 vfctl_rate_effective(u64 hard, u64 soft)
{
	return min_not_zero(hard, soft);
}

/**
 * vfctl_rate_to_mbit - a rate as drivers take it
 * @bps: rate in bit/s; 0, or VFCTL_RATE_MIN and more
 *
 * Return: whole Mbit/s, rounded down; U32_MAX for all that is above it.
 */
static inline u32 vfctl_rate_to_mbit(u64 bps)
{
	return (u32)min_t(u64, div_u64(bps, VFCTL_RATE_MBIT), U32_MAX);
}

/**
 * vfctl_rate_from_mbit - a rate as drivers report it
 * @mbit: rate in Mbit/s
 *
 * Return: the rate in bit/s.
 */
static inline u64 vfctl_rate_from_mbit(u32 mbit)
{
	return (u64)mbit * VFCTL_RATE_MBIT;
}

#endif /* _VFCTL_RATE_H */
