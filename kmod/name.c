// SPDX-License-Identifier: GPL-2.0-only
/* Names of the stub devices. */
#include <linux/errno.h>
#include <linux/if.h>
#include <linux/kernel.h>
#include <linux/types.h>

#include "name.h"

/* NumVFs of the SR-IOV capability has 16 bits. */
#define MAX_VF		65535

/*
 * CRC-16/CCITT-FALSE, by hand: binascii.crc_hqx(b"enp129s0f1np1", 0xffff) in
 * Python. Names that differ in up to three bits, as those of the first two
 * ports of a card do, never share it.
 */
static u16 name_hash(const char *name)
{
	u16 crc = 0xffff;
	int bit;

	for (; *name; name++) {
		crc ^= (u16)((u8)*name << 8);
		for (bit = 0; bit < 8; bit++)
			crc = (u16)(crc & 0x8000 ? crc << 1 ^ 0x1021 : crc << 1);
	}
	return crc;
}

/**
 * vfctl_stub_name - name of the stub device of a VF
 * @buf: where to put it, IFNAMSIZ bytes
 * @pf_name: name of the PF's net device
 * @vf: index of the VF, 0 to 65535
 *
 * The name is "v<pf_name>.<vf>": "veth0.1". Where this is too long for a net
 * device, the name of the PF is replaced by as many characters of its start as
 * there is room for and four hexadecimal digits of name_hash() of all of it:
 * VF 7 of enp129s0f1np1, whose hash is 0xbbda, becomes "venp129s0bbda.7". Such
 * a name is always 15 characters long.
 *
 * Any context.
 *
 * Return: 0 for the full name, 1 for a shortened one, -ERANGE if @vf is out of
 * range; @buf is left alone then.
 */
int vfctl_stub_name(char *buf, const char *pf_name, unsigned int vf)
{
	int len;

	if (vf > MAX_VF)
		return -ERANGE;

	len = snprintf(buf, IFNAMSIZ, "v%s.%u", pf_name, vf);
	return len < IFNAMSIZ ? 0 : vfctl_stub_short_name(buf, pf_name, vf);
}

/**
 * vfctl_stub_short_name - the shortened name, also where the full one fits
 * @buf: where to put it, IFNAMSIZ bytes
 * @pf_name: name of the PF's net device
 * @vf: index of the VF, 0 to 65535
 *
 * For a VF whose full name another device has: "veth0.100" may be VLAN 100 of a
 * device veth0. VF 100 of eth0 becomes "veth0d14f.100".
 *
 * Any context.
 *
 * Return: 1, or -ERANGE if @vf is out of range; @buf is left alone then.
 */
int vfctl_stub_short_name(char *buf, const char *pf_name, unsigned int vf)
{
	int room;

	if (vf > MAX_VF)
		return -ERANGE;

	room = snprintf(NULL, 0, "v%04x.%u", 0, vf);
	room = IFNAMSIZ - 1 - room;
	snprintf(buf, IFNAMSIZ, "v%.*s%04x.%u", room, pf_name,
		 name_hash(pf_name), vf);
	return 1;
}
