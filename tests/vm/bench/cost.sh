# igb: 1
# What vfctl costs: a dump against RTM_GETLINK, the making of stubs, sampling.
# No limits are tested here: the machine is emulated, and only ratios mean much.
. "$VFCTL_TOP/tests/vm/lib.sh"

readonly TRACING=/sys/kernel/tracing

# us FUNCTION: its calls in the trace and what they took, in microseconds.
us() {
	sed -n "s/.* \([0-9.]*\) us .* $1.*/\1/p" $TRACING/trace |
		awk '{ sum += $1 } END { print NR " calls, " sum " us" }'
}

ok "the card comes up" host_up
ok "vfctl loads" load_vfctl
ok "a PF driver without hardware" modprobe vfsim
mount -t tracefs tracefs $TRACING 2>/dev/null
for function in vfctl_stub_create vfctl_limit_follow igb_82576_read; do
	echo $function >>$TRACING/set_ftrace_filter
done
echo function_graph >$TRACING/current_tracer
ok "seven VFs" numvfs eth0 7
ok "with stubs" wait_for 5 dev_exists veth0.6
diag "making stubs: $(us vfctl_stub_create)"
sleep 3
diag "looking at limits: $(us vfctl_limit_follow)"
diag "reading the counters of a VF of the 82576: $(us igb_82576_read)"
echo nop >$TRACING/current_tracer
diag "$("$VFNL" cost)"
vfsim_vfs 0 700
ok "700 VFs more" wait_for 20 dev_exists vsim0.699
diag "$("$VFNL" cost)"
done_testing
