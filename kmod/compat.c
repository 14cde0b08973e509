// SPDX-License-Identifier: GPL-2.0-only
#include <linux/atomic.h>

#include "compat.h"

#ifdef VFCTL_NEED_MSG_SLOTS
/*
 * A message has to outlive its handler until netlink_ack() has copied it,
 * some microseconds later. Slots are used in turn; should more refusals than
 * there are slots come within that time, one of them shows another's words,
 * still as a terminated string: the last byte of a slot is never written.
 */
#define VFCTL_MSG_SLOTS 64

static char vfctl_msg_slots[VFCTL_MSG_SLOTS][NETLINK_MAX_FMTMSG_LEN + 1];
static atomic_t vfctl_msg_next = ATOMIC_INIT(0);

char *vfctl_msg_slot(void)
{
	unsigned int next = atomic_inc_return(&vfctl_msg_next);

	return vfctl_msg_slots[next % VFCTL_MSG_SLOTS];
}
#endif
