/* SPDX-License-Identifier: GPL-2.0-only */
/*
 * The netlink family: its operations.
 */
#ifndef VFCTL_NETLINK_H
#define VFCTL_NETLINK_H

int vfctl_netlink_init(void);
void vfctl_netlink_exit(void);

#endif /* VFCTL_NETLINK_H */
