/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VFCTL_SHIM_LINUX_MINMAX_H
#define VFCTL_SHIM_LINUX_MINMAX_H

#include <linux/types.h>

#define min_t(type, x, y) ((type)(x) < (type)(y) ? (type)(x) : (type)(y))

/* The kernel's is a macro for any type. */
static inline u64 min_not_zero(u64 x, u64 y)
{
	if (!x || !y)
		return x ? x : y;
	return x < y ? x : y;
}

#endif
