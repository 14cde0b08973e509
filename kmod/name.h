/* SPDX-License-Identifier: GPL-2.0-only */
/* Names of the stub devices. */
#ifndef _VFCTL_NAME_H
#define _VFCTL_NAME_H

int vfctl_stub_name(char *buf, const char *pf_name, unsigned int vf);
int vfctl_stub_short_name(char *buf, const char *pf_name, unsigned int vf);

#endif /* _VFCTL_NAME_H */
