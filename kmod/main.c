// SPDX-License-Identifier: GPL-2.0-only
/*
 * vfctl: the host's network devices for SR-IOV VFs that guests own.
 */
#include <linux/init.h>
#include <linux/module.h>

#include "generation.h"
#include "netlink.h"
#include "pf_life.h"
#include "stub.h"
#include "watch.h"

static int __init vfctl_init(void)
{
	int err;

	err = vfctl_generation_init();
	if (err)
		return err;

	err = vfctl_stub_init();
	if (err)
		goto err_generation;

	err = vfctl_pf_init();
	if (err)
		goto err_stub;

	err = vfctl_netlink_init();
	if (err)
		goto err_pf;

	err = vfctl_watch_init();
	if (err)
		goto err_netlink;

	return 0;

err_netlink:
	vfctl_netlink_exit();
err_pf:
	vfctl_pf_exit();
err_stub:
	vfctl_stub_exit();
err_generation:
	vfctl_generation_exit();
	return err;
}

static void __exit vfctl_exit(void)
{
	/* First the ways in, then what they lead to. */
	vfctl_netlink_exit();
	vfctl_watch_exit();
	vfctl_pf_exit();
	vfctl_stub_exit();
	vfctl_generation_exit();
}

module_init(vfctl_init);
module_exit(vfctl_exit);

MODULE_DESCRIPTION("Counters and transmit limits of SR-IOV VFs for the host");
MODULE_AUTHOR("The vfctl developers");
MODULE_LICENSE("GPL");
