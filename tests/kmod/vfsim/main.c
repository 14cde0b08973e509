// SPDX-License-Identifier: GPL-2.0-only
#include <linux/err.h>
#include <linux/module.h>
#include <linux/sched.h>

#include "vfsim.h"

static unsigned int pfs = 1;
module_param(pfs, uint, 0444);
MODULE_PARM_DESC(pfs, "how many PFs there are, 1 to 16");

static struct vfsim_pf *vfsim_pfs[VFSIM_MAX_PFS];

static void vfsim_destroy_all(void)
{
	unsigned int i;

	for (i = 0; i < VFSIM_MAX_PFS; i++)
		if (vfsim_pfs[i])
			vfsim_pf_destroy(vfsim_pfs[i]);
}

static int vfsim_create_all(void)
{
	struct vfsim_pf *pf;
	unsigned int i;

	for (i = 0; i < pfs; i++) {
		pf = vfsim_pf_create(i);
		if (IS_ERR(pf)) {
			vfsim_destroy_all();
			return PTR_ERR(pf);
		}
		vfsim_pfs[i] = pf;
		cond_resched();
	}
	return 0;
}

static int __init vfsim_init(void)
{
	int err;

	if (!pfs || pfs > VFSIM_MAX_PFS)
		return -ERANGE;

	err = vfsim_bus_init();
	if (err)
		return err;

	vfsim_knobs_init();
	err = vfsim_create_all();
	if (err) {
		vfsim_knobs_exit();
		vfsim_bus_exit();
	}
	return err;
}

static void __exit vfsim_exit(void)
{
	vfsim_destroy_all();
	vfsim_knobs_exit();
	vfsim_bus_exit();
}

module_init(vfsim_init);
module_exit(vfsim_exit);

MODULE_DESCRIPTION("PFs without hardware, for the tests of vfctl");
MODULE_LICENSE("GPL");
