# igb: 1
# timeout: 400
# VFs come and go 200 times while readers dump and writers set rates.
. "$VFCTL_TOP/tests/vm/lib.sh"

readonly ROUNDS=200 NUMVFS=/sys/bus/vfsim/devices/vfsim0/sriov_numvfs

gone() {
	! dev_exists "$1"
}

there() {
	[[ -e /sys/class/net/$1 ]]
}

not_there() {
	[[ ! -e /sys/class/net/$1 ]]
}

# In each round the stubs come and go.
cycle() {
	local round
	for ((round = 0; round < ROUNDS; round++)); do
		echo 4 >$NUMVFS
		wait_for 10 there vsim0.3 || return 1
		echo 0 >$NUMVFS
		wait_for 10 not_there vsim0.0 || return 1
	done
}


ok "vfctl loads" load_vfctl
ok "a PF driver whose VFs come and go at once" modprobe vfsim
ok "samples as often as can be" vfnl do pf-set ifname=sim0 interval=10
echo 4 >$NUMVFS
ok "stubs" wait_for 5 dev_exists vsim0.3

pids=()
for op in vf-get stats-get pf-get vf-get; do
	"$VFNL" readers $op &
	pids+=($!)
done
for pair in "vsim0.0 vsim0.1" "vsim0.2 vsim0.3"; do
	# shellcheck disable=SC2086 # two devices
	"$VFNL" writers $pair &
	pids+=($!)
done
ok "$ROUNDS rounds" cycle
kill "${pids[@]}"
for pid in "${pids[@]}"; do
	ok "reader or writer $pid did well" wait "$pid"
done
echo 4 >$NUMVFS
ok "all is as it was" wait_for 5 dev_exists vsim0.3
is "and listed" "$(vfnl dump vf-get pf-ifname=sim0 | jq length)" 4

ok "the card comes up" host_up
pids=()
for op in vf-get stats-get; do
	"$VFNL" readers $op &
	pids+=($!)
done
"$VFNL" writers veth0.1 vsim0.1 &
pids+=($!)
for round in 1 2 3 4; do
	ok "round $round with igb: VFs" numvfs eth0 7
	ok "stubs" wait_for 10 dev_exists veth0.6
	ok "no VFs" numvfs eth0 0
	ok "no stubs" wait_for 10 gone veth0.6
done
kill "${pids[@]}"
for pid in "${pids[@]}"; do
	ok "reader or writer $pid did well" wait "$pid"
done
ok "the drivers go first" eval 'modprobe -r vfsim && modprobe -r igb'
ok "vfctl goes" modprobe -r vfctl
for round in 1 2 3; do
	modprobe vfctl && modprobe vfsim && echo 9 >$NUMVFS
	ok "round $round of going at once: stubs" wait_for 5 dev_exists vsim0.8
	ok "PF and vfctl" eval 'modprobe -r vfsim && modprobe -r vfctl'
done
sleep 2
ok "no complaint of the kernel" klog_clean
done_testing
