// SPDX-License-Identifier: GPL-2.0-only
/*
 * Knobs of a PF, in /sys/kernel/debug/vfsim/vfsimN/
 *
 * delay_ms		how long each callback takes
 * refuse_set_rate, refuse_get_config, refuse_get_stats
 *			errno that it fails with, as 5 for EIO; 0 is none
 * refuse_from		VF from which on they fail: the ones below are fine
 * ops			which callbacks there are: words of set_rate,
 *			get_config, get_stats; counts from the next bind on
 * step_mbit		rates are rounded up to multiples of this
 * min_rate_ignored	1: a minimum rate is taken, and forgotten
 * tells_mbit		the maximum rate that is told of every VF; 0: as it is
 * link_mbit		speed of the link, 0: not known. A change takes the
 *			link down and up again.
 * lose			1: the link goes down and up again, and all rates are
 *			forgotten, as by igb; 2: they are, without a word
 * count		"VF PACKETS": adds to the counters, PACKETS may be < 0;
 *			reads as such a line for each VF
 * reset_counters	VF whose counters begin at 0 now
 * all_ones		1: counters read as those of a device that is gone
 * vanish		set_rate, get_config, get_stats or none: in the next
 *			such call all VFs go, and it fails with ENODEV
 * rates		reads as "VF MAX MIN" for each VF: what it has, Mbit/s
 * violations		how often callers did not do what they owe a driver
 * calls		how often each callback was called, and "busy_us N": how
 *			long all of them took
 * ports		network devices of the PF: 1 the first (sim0), 2 the second
 *			(sim0p1), 3 both; at once, and at each bind
 */
#include <linux/debugfs.h>
#include <linux/fs.h>
#include <linux/ktime.h>
#include <linux/module.h>
#include <linux/rtnetlink.h>
#include <linux/seq_file.h>
#include <linux/string.h>
#include <linux/uaccess.h>

#include "vfsim.h"

static struct dentry *vfsim_dir;

static const char *const vfsim_call_names[VFSIM_CALLS + 1] = {
	"set_rate", "get_config", "get_stats", "none",
};

static int vfsim_call_by_name(const char *name)
{
	unsigned int i;

	for (i = 0; i < ARRAY_SIZE(vfsim_call_names); i++)
		if (!strcmp(vfsim_call_names[i], name))
			return i;

	return -EINVAL;
}

/* device_lock() and RTNL held. */
static void vfsim_link_flap(struct vfsim_pf *pf)
{
	if (!pf->netdev)
		return;

	netif_carrier_off(pf->netdev);
	netif_carrier_on(pf->netdev);
}

static int vfsim_link_mbit_get(void *data, u64 *value)
{
	struct vfsim_pf *pf = data;

	*value = READ_ONCE(pf->link_mbit);
	return 0;
}

static int vfsim_link_mbit_set(void *data, u64 value)
{
	struct vfsim_pf *pf = data;

	if (value > INT_MAX)
		return -ERANGE;

	device_lock(&pf->dev);
	rtnl_lock();
	WRITE_ONCE(pf->link_mbit, value);
	vfsim_link_flap(pf);
	rtnl_unlock();
	device_unlock(&pf->dev);
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(vfsim_link_mbit_fops, vfsim_link_mbit_get,
			 vfsim_link_mbit_set, "%llu\n");

static int vfsim_lose_set(void *data, u64 value)
{
	struct vfsim_pf *pf = data;
	unsigned int i;

	if (value != 1 && value != 2)
		return -EINVAL;

	device_lock(&pf->dev);
	rtnl_lock();
	for (i = 0; i < VFSIM_MAX_VFS; i++) {
		pf->vfs[i].max = 0;
		pf->vfs[i].min = 0;
	}
	if (value == 1)
		vfsim_link_flap(pf);
	rtnl_unlock();
	device_unlock(&pf->dev);
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(vfsim_lose_fops, NULL, vfsim_lose_set, "%llu\n");

static int vfsim_reset_counters_set(void *data, u64 vf)
{
	struct vfsim_pf *pf = data;

	if (vf >= VFSIM_MAX_VFS)
		return -ERANGE;

	rtnl_lock();
	pf->vfs[vf].since = ktime_get_ns();
	pf->vfs[vf].added = 0;
	rtnl_unlock();
	return 0;
}

DEFINE_DEBUGFS_ATTRIBUTE(vfsim_reset_counters_fops, NULL,
			 vfsim_reset_counters_set, "%llu\n");

static int vfsim_count_set(struct vfsim_pf *pf, char *text)
{
	unsigned int vf;
	s64 packets;

	if (sscanf(text, "%u %lld", &vf, &packets) != 2)
		return -EINVAL;
	if (vf >= VFSIM_MAX_VFS)
		return -ERANGE;

	rtnl_lock();
	pf->vfs[vf].added += packets;
	rtnl_unlock();
	return 0;
}

static void vfsim_count_show(struct vfsim_pf *pf, struct seq_file *s)
{
	unsigned int i;

	rtnl_lock();
	for (i = 0; i < READ_ONCE(pf->num_vfs); i++)
		seq_printf(s, "%u %llu\n", i, vfsim_packets(&pf->vfs[i]));
	rtnl_unlock();
}

static int vfsim_ops_set(struct vfsim_pf *pf, char *text)
{
	char *word;
	u32 ops = 0;
	int call;

	while ((word = strsep(&text, " "))) {
		call = *word ? vfsim_call_by_name(word) : VFSIM_CALLS;
		if (call < 0)
			return call;
		if (call != VFSIM_CALLS)
			ops |= BIT(call);
	}
	WRITE_ONCE(pf->ops, ops);
	return 0;
}

static void vfsim_ops_show(struct vfsim_pf *pf, struct seq_file *s)
{
	u32 ops = READ_ONCE(pf->ops);
	unsigned int i;

	for (i = 0; i < VFSIM_CALLS; i++)
		if (ops & BIT(i))
			seq_printf(s, "%s ", vfsim_call_names[i]);
	seq_putc(s, '\n');
}

static int vfsim_vanish_set(struct vfsim_pf *pf, char *text)
{
	int call = vfsim_call_by_name(text);

	if (call < 0)
		return call;
	WRITE_ONCE(pf->vanish, call);
	return 0;
}

static void vfsim_vanish_show(struct vfsim_pf *pf, struct seq_file *s)
{
	seq_printf(s, "%s\n", vfsim_call_names[READ_ONCE(pf->vanish)]);
}

static int vfsim_rates_show(struct seq_file *s, void *data)
{
	struct vfsim_pf *pf = s->private;
	unsigned int i;

	rtnl_lock();
	for (i = 0; i < READ_ONCE(pf->num_vfs); i++)
		seq_printf(s, "%u %u %u\n", i, pf->vfs[i].max, pf->vfs[i].min);
	rtnl_unlock();
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(vfsim_rates);

static int vfsim_calls_show(struct seq_file *s, void *data)
{
	struct vfsim_pf *pf = s->private;
	unsigned int i;

	for (i = 0; i < VFSIM_CALLS; i++)
		seq_printf(s, "%s%s %d", i ? " " : "", vfsim_call_names[i],
			   atomic_read(&pf->calls[i]));
	seq_printf(s, " busy_us %llu\n",
		   div_u64(atomic64_read(&pf->busy_ns), NSEC_PER_USEC));
	return 0;
}

DEFINE_SHOW_ATTRIBUTE(vfsim_calls);

static int vfsim_ports_set(void *data, u64 ports)
{
	struct vfsim_pf *pf = data;
	int err = 0;

	if (!ports || ports >= BIT(VFSIM_MAX_PORTS))
		return -EINVAL;

	device_lock(&pf->dev);
	pf->ports_wanted = ports;
	if (pf->netdev)
		err = vfsim_netdevs_set(pf, ports);
	device_unlock(&pf->dev);
	return err;
}

DEFINE_DEBUGFS_ATTRIBUTE(vfsim_ports_fops, NULL, vfsim_ports_set, "%llu\n");

/* A knob that takes words: @set gets one line, without its end. */
static ssize_t
vfsim_words_write(struct file *file, const char __user *buf, size_t size,
		  int (*set)(struct vfsim_pf *pf, char *text))
{
	struct seq_file *s = file->private_data;
	char text[64];
	int err;

	if (size >= sizeof(text))
		return -EINVAL;
	if (copy_from_user(text, buf, size))
		return -EFAULT;

	text[size] = '\0';
	err = set(s->private, strim(text));
	return err ? err : size;
}

#define VFSIM_WORDS(name)						\
static int name##_seq_show(struct seq_file *s, void *data)		\
{									\
	name##_show(s->private, s);					\
	return 0;							\
}									\
									\
static int name##_open(struct inode *inode, struct file *file)		\
{									\
	return single_open(file, name##_seq_show, inode->i_private);	\
}									\
									\
static ssize_t name##_write(struct file *file, const char __user *buf,	\
			    size_t size, loff_t *pos)			\
{									\
	return vfsim_words_write(file, buf, size, name##_set);		\
}									\
									\
static const struct file_operations name##_fops = {			\
	.owner = THIS_MODULE,						\
	.open = name##_open,						\
	.read = seq_read,						\
	.write = name##_write,						\
	.llseek = seq_lseek,						\
	.release = single_release,					\
}

VFSIM_WORDS(vfsim_count);
VFSIM_WORDS(vfsim_ops);
VFSIM_WORDS(vfsim_vanish);

void vfsim_knobs_add(struct vfsim_pf *pf)
{
	struct dentry *dir = debugfs_create_dir(dev_name(&pf->dev), vfsim_dir);

	pf->dir = dir;
	debugfs_create_u32("delay_ms", 0600, dir, &pf->delay_ms);
	debugfs_create_u32("refuse_set_rate", 0600, dir,
			   &pf->refuse[VFSIM_SET_RATE]);
	debugfs_create_u32("refuse_get_config", 0600, dir,
			   &pf->refuse[VFSIM_GET_CONFIG]);
	debugfs_create_u32("refuse_get_stats", 0600, dir,
			   &pf->refuse[VFSIM_GET_STATS]);
	debugfs_create_u32("refuse_from", 0600, dir, &pf->refuse_from);
	debugfs_create_u32("step_mbit", 0600, dir, &pf->step_mbit);
	debugfs_create_u32("tells_mbit", 0600, dir, &pf->tells_mbit);
	debugfs_create_bool("min_rate_ignored", 0600, dir,
			    &pf->min_rate_ignored);
	debugfs_create_bool("all_ones", 0600, dir, &pf->all_ones);
	debugfs_create_atomic_t("violations", 0400, dir, &pf->violations);

	debugfs_create_file_unsafe("link_mbit", 0600, dir, pf,
				   &vfsim_link_mbit_fops);
	debugfs_create_file_unsafe("ports", 0200, dir, pf, &vfsim_ports_fops);
	debugfs_create_file_unsafe("lose", 0200, dir, pf, &vfsim_lose_fops);
	debugfs_create_file_unsafe("reset_counters", 0200, dir, pf,
				   &vfsim_reset_counters_fops);
	debugfs_create_file("count", 0600, dir, pf, &vfsim_count_fops);
	debugfs_create_file("ops", 0600, dir, pf, &vfsim_ops_fops);
	debugfs_create_file("vanish", 0600, dir, pf, &vfsim_vanish_fops);
	debugfs_create_file("rates", 0400, dir, pf, &vfsim_rates_fops);
	debugfs_create_file("calls", 0400, dir, pf, &vfsim_calls_fops);
}

void vfsim_knobs_remove(struct vfsim_pf *pf)
{
	debugfs_remove(pf->dir);
}

void vfsim_knobs_init(void)
{
	vfsim_dir = debugfs_create_dir("vfsim", NULL);
}

void vfsim_knobs_exit(void)
{
	debugfs_remove(vfsim_dir);
}
