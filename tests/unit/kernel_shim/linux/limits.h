/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VFCTL_SHIM_LINUX_LIMITS_H
#define VFCTL_SHIM_LINUX_LIMITS_H

/* libc's limits.h comes here as well. */
#include_next <linux/limits.h>

#define U32_MAX ((__UINT32_TYPE__)~0U)
#define U64_MAX (~0ULL)

#endif
