// SPDX-License-Identifier: GPL-2.0-only
/*
 * For tests only: fails one allocation of a function of the kernel, in whatever
 * task that runs. What /proc offers, fail-nth, is for the tasks of user space,
 * and works run in the kernel's own.
 *
 * /sys/module/failwork/parameters:
 *	function	which, by its symbol; empty: none
 *	comm		only in tasks of this name; empty: in any
 *	nth		the allocation to fail, counted from where the function
 *			begins. Each run of it is told so until one has failed,
 *			then this is 0.
 *	begun		how often the function has been called
 *	runs		how often it has returned; runs that were in progress when
 *			the parameter function was written are in neither
 *	failed		in how many of these runs an allocation has failed
 *
 * As long as the module is there, vmalloc() does not show where it was called
 * from when it fails, which would be taken for a complaint.
 */
#include <linux/atomic.h>
#include <linux/kprobes.h>
#include <linux/module.h>
#include <linux/ptrace.h>
#include <linux/sched.h>
#include <linux/string.h>

static char comm[TASK_COMM_LEN];
module_param_string(comm, comm, sizeof(comm), 0644);
MODULE_PARM_DESC(comm, "only in tasks of this name");

static unsigned int nth;
module_param(nth, uint, 0644);
MODULE_PARM_DESC(nth, "allocation to fail, 0: none");

static atomic_t begun;
module_param_named(begun, begun.counter, int, 0444);
MODULE_PARM_DESC(begun, "how often the function has been called");

static atomic_t runs;
module_param_named(runs, runs.counter, int, 0444);
MODULE_PARM_DESC(runs, "how often the function has returned");

static atomic_t failed;
module_param_named(failed, failed.counter, int, 0444);
MODULE_PARM_DESC(failed, "in how many of them an allocation has failed");

struct failwork_run {
	bool armed;
};

/* Returns nonzero where the end of this run does not matter. */
static int failwork_begins(struct kretprobe_instance *instance,
			   struct pt_regs *regs)
{
	struct failwork_run *run = (struct failwork_run *)instance->data;
	size_t len = strcspn(comm, "\n");
	unsigned int want;

	if (len && (strncmp(current->comm, comm, len) || current->comm[len]))
		return 1;

	atomic_inc(&begun);
	/* Before @nth is read: a run that does not count yet sees what was written. */
	smp_mb__after_atomic();

	/* A task may have been told by /proc as well. */
	want = READ_ONCE(nth);
	run->armed = want && !current->fail_nth;
	if (run->armed)
		current->fail_nth = want;
	return 0;
}

static int failwork_ends(struct kretprobe_instance *instance,
			 struct pt_regs *regs)
{
	struct failwork_run *run = (struct failwork_run *)instance->data;

	if (run->armed && !current->fail_nth) {
		WRITE_ONCE(nth, 0);
		atomic_inc(&failed);
	}
	if (run->armed)
		current->fail_nth = 0;
	/* What came of this run is told before it counts as ended. */
	smp_mb__before_atomic();
	atomic_inc(&runs);
	return 0;
}

static char failwork_function[KSYM_NAME_LEN];
static struct kretprobe failwork_probe;

static int failwork_probe_start(void)
{
	failwork_probe = (struct kretprobe) {
		.kp.symbol_name = failwork_function,
		.entry_handler = failwork_begins,
		.handler = failwork_ends,
		.data_size = sizeof(struct failwork_run),
		.maxactive = 64,
	};
	/* Nothing is heard of the end of runs that were in progress. */
	atomic_set(&begun, atomic_read(&runs));
	return register_kretprobe(&failwork_probe);
}

static void failwork_probe_stop(void)
{
	if (*failwork_function)
		unregister_kretprobe(&failwork_probe);
	*failwork_function = '\0';
}

static int failwork_set_function(const char *val,
				 const struct kernel_param *param)
{
	size_t len = strcspn(val, "\n");
	int err = 0;

	if (len >= sizeof(failwork_function))
		return -ENAMETOOLONG;

	failwork_probe_stop();
	strscpy(failwork_function, val, len + 1);
	if (len)
		err = failwork_probe_start();
	if (err)
		*failwork_function = '\0';
	return err;
}

static int failwork_get_function(char *buf, const struct kernel_param *param)
{
	return sysfs_emit(buf, "%s\n", failwork_function);
}

static const struct kernel_param_ops failwork_function_ops = {
	.set = failwork_set_function,
	.get = failwork_get_function,
};
module_param_cb(function, &failwork_function_ops, NULL, 0644);
MODULE_PARM_DESC(function, "symbol, as vfctl_pf_sync_work");

/* As if the function returned at once: its caller's address is on the stack. */
static int failwork_skip(struct kprobe *probe, struct pt_regs *regs)
{
	instruction_pointer_set(regs, *(unsigned long *)regs->sp);
	regs->sp += sizeof(unsigned long);
	return 1;
}

/* With one, the probe is not turned into a jump that leads past @regs. */
static void failwork_skipped(struct kprobe *probe, struct pt_regs *regs,
			     unsigned long flags)
{
}

static struct kprobe failwork_mute = {
	.symbol_name = "warn_alloc",
	.pre_handler = failwork_skip,
	.post_handler = failwork_skipped,
};

static int __init failwork_init(void)
{
	return register_kprobe(&failwork_mute);
}

static void __exit failwork_exit(void)
{
	unregister_kprobe(&failwork_mute);
	failwork_probe_stop();
}

module_init(failwork_init);
module_exit(failwork_exit);

MODULE_DESCRIPTION("Failures in works, for the tests of vfctl");
MODULE_LICENSE("GPL");
