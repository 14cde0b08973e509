/* SPDX-License-Identifier: GPL-2.0-only */
#ifndef VFCTL_SHIM_LINUX_KERNEL_H
#define VFCTL_SHIM_LINUX_KERNEL_H

#include <stdio.h>

#endif
