# igb: 1
# timeout: 900
# long-timeout: 14000
# Memory fails wherever the kernel asks for some on behalf of vfctl, one allocation after
# the other: nothing is lost by that, who asked is told, and in the end all goes.
. "$VFCTL_TOP/tests/vm/lib.sh"

MODULE=$(modinfo -n vfctl)
readonly MODULE DEBUG=/sys/kernel/debug FAILWORK=/sys/module/failwork/parameters

stubs_are() {
	[[ $(ip -o link show type vfctl | wc -l) == "$1" ]]
}

# As often as there is time for: each failure, or some of many.
some() {
	[[ $VFCTL_LONG == yes ]] && echo 1 || echo "$1"
}

# With these, each allocation may fail, and a failure is no trace in the log. The checkers'
# own caches are let alone: what they do without memory is not for here.
faults_on() {
	local attribute cache
	for attribute in failslab fail_page_alloc; do
		echo N >$DEBUG/$attribute/ignore-gfp-wait || return 1
	done
	echo 0 >$DEBUG/fail_page_alloc/min-order || return 1
	for attribute in failslab fail_page_alloc fail_usercopy; do
		echo 0 >$DEBUG/$attribute/verbose || return 1
	done
	for cache in /sys/kernel/slab/*/failslab; do
		[[ $cache == */@(kmemleak_*|debug_objects_cache)/* ]] || echo 1 >"$cache" || return 1
	done
	echo Y >$DEBUG/failslab/cache-filter
}

# sweep STEP OPERATION...: each failure of each operation, or each STEPth one. One program
# for all: starting one takes longer here than most sweeps.
sweep() {
	local step=$1 operation line text
	local -A said=()
	shift
	text=$(failnth --pf "${PF-sim0}" --module "$MODULE" --step "$step" "$@" 2>&1)
	while read -r line; do
		said[${line%%: *}]=${line#*: }
	done <<<"$text"
	for operation; do
		if [[ ${said[$operation]-} =~ ^[0-9]+\ failures ]]; then
			ktap_result ok "memory fails in $operation"
		else
			ktap_mismatch "memory fails in $operation" "${said[$operation]-}" "so many failures, and none left"
		fi
	done
	diag "$text"
}

# in_work FUNCTION STEP OPERATION: in that function of the kernel, by whatever task; or by
# failnth alone, where COMM says so.
in_work() {
	echo "${COMM-}" >$FAILWORK/comm
	echo "$1" >$FAILWORK/function || bail "there is no function $1"
	sweep "${@:2}"
	echo >$FAILWORK/function
}

# A card: its counters have to be mapped.
card() {
	ok "a card" host_up 1
	ok "with two VFs" numvfs eth0 2
	ok "and stubs" wait_for 20 stubs_are 4
	PF=eth0 in_work vfctl_pf_sync_work 1 bind-work
	ok "igb goes" modprobe -r igb
}

# fails_once FUNCTION: the first allocation in the next run of it that has one, in any task.
fails_once() {
	echo >$FAILWORK/comm && echo "$1" >$FAILWORK/function && echo 1 >$FAILWORK/nth
}

failed_once() {
	[[ $(<$FAILWORK/nth) == 0 ]]
}

knows_pf() {
	[[ $(vfctl -j list 2>/dev/null | jq -r '.[0].pf') == "$1" ]]
}

# Who listens is told by a socket's error, which ends the listener.
samples_are_lost() {
	vfnl listen stats 600 >/run/samples 2>&1 &
	ok "somebody listens to samples" wait_for 60 grep -q ready /run/samples
	ok "memory fails for one of them" fails_once vfctl_notify_stats
	ok "they hear that it is lost" wait_for 60 grep -q "No buffer space available" /run/samples
	kill $! 2>/dev/null
	wait $! 2>/dev/null
}

# The PF is not known yet: nothing but its network device's notifier tells of it.
pf_is_found_later() {
	ok "no PF" modprobe -r vfsim
	ok "memory will fail when one comes" fails_once vfctl_pf_appear
	ok "one comes" modprobe vfsim
	ok "there was no memory" failed_once
	ok "it has VFs" vfsim_vfs 0 2
	ok "it is found later" wait_for 60 knows_pf sim0
	ok "with its stubs" wait_for 60 stubs_are 2
}

ok "vfctl" load_vfctl
ok "a simulated PF" modprobe vfsim
ok "which is up" dev_up sim0
ok "with two VFs" vfsim_vfs 0 2
ok "and stubs" wait_for 10 stubs_are 2
ok "another namespace" ip netns add failnth
ok "memory can fail" faults_on
ok "in works as well" modprobe failwork

# What is read.
sweep 1 get-family get-policy pf-get vf-get stats-get pf-dump vf-dump stats-dump join-config join-stats \
	allocation-read maxrate-read ethtool get-link
# What is set.
sweep 1 pf-set set-hard set-soft set-min set-all set-none allocation-write maxrate-write numvfs
# What others do to the PF.
sweep "$(some 13)" rename
[[ $VFCTL_LONG == no ]] || sweep 1 bind unbind
# What works do then.
in_work vfctl_pf_sync_work 1 bind-work
in_work vfctl_pf_sync_work "$(some 67)" vfs-work
in_work vfctl_pf_sync_work "$(some 97)" move-work
in_work vfctl_sampler_run 1 sample-work
samples_are_lost
[[ $VFCTL_LONG == no ]] || card
# The module comes and goes, with VFs there.
COMM=failnth in_work do_one_initcall "$(some 2)" module-init
sweep "$(some 4)" module-unload
[[ $VFCTL_LONG == no ]] || sweep 1 module-load
pf_is_found_later

ok "memory does not fail any more" modprobe -r failwork
ok "vfsim goes" modprobe -r vfsim
ok "vfctl goes" modprobe -r vfctl
ok "no complaint of the kernel" klog_clean
done_testing
