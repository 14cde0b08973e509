// SPDX-License-Identifier: GPL-2.0-only
/*
 * Each network namespace has a number that changes with the set of its PFs and
 * VFs. A dump in which it has changed is a torn one; what happens in another
 * namespace tears none.
 */
#include <linux/compiler.h>
#include <linux/init.h>
#include <net/net_namespace.h>
#include <net/netns/generic.h>

#include "generation.h"
#include "pf.h"

struct vfctl_generation {
	u32 number;	/* written under RTNL; never 0 */
};

static unsigned int vfctl_generation_id;

static int __net_init vfctl_generation_begin(struct net *net)
{
	struct vfctl_generation *it = net_generic(net, vfctl_generation_id);

	/* nl_dump_check_consistent() takes 0 for none. */
	it->number = 1;
	return 0;
}

static struct pernet_operations vfctl_generation_ops = {
	.init = vfctl_generation_begin,
	.id = &vfctl_generation_id,
	.size = sizeof(struct vfctl_generation),
};

/* Any context, while @net is referenced. */
u32 vfctl_generation(const struct net *net)
{
	struct vfctl_generation *it = net_generic(net, vfctl_generation_id);

	return READ_ONCE(it->number);
}

/**
 * vfctl_pf_new_generation() - what dumps show of a PF has changed
 * @pf: the PF; one without a network device is in no dump
 *
 * Context: RTNL held.
 */
void vfctl_pf_new_generation(const struct vfctl_pf *pf)
{
	struct vfctl_generation *it;
	u32 next;

	if (!pf->info.net)
		return;

	it = net_generic(pf->info.net, vfctl_generation_id);
	next = it->number + 1;
	WRITE_ONCE(it->number, next ? next : 1);
}

int vfctl_generation_init(void)
{
	return register_pernet_subsys(&vfctl_generation_ops);
}

void vfctl_generation_exit(void)
{
	unregister_pernet_subsys(&vfctl_generation_ops);
}
