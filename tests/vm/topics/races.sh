# igb: 1
# timeout: 400
# VFs come and go while readers dump and writers set rates: 200 times with a driver
# that makes them at once, and, since that is on no PCI bus, some times with igb,
# which takes seconds.
. "$VFCTL_TOP/tests/vm/lib.sh"

readonly ROUNDS=200

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
		((round % 20)) || kmsg "round $round"
		vfsim_vfs 0 4
		wait_for 10 there vsim0.3 || return 1
		vfsim_vfs 0 0
		wait_for 10 not_there vsim0.0 || return 1
	done
}

ok "vfctl loads" load_vfctl
ok "a PF driver whose VFs come and go at once" modprobe vfsim pfs=2
ok "which tells of them at once" dev_up sim0
ok "samples as often as can be" vfnl do pf-set ifname=sim0 interval=10
vfsim_vfs 0 4
ok "stubs" wait_for 5 dev_exists vsim0.3

# crowd DEV DEV: four readers, and two writers to these devices.
crowd() {
	local op device
	pids=()
	for op in vf-get stats-get pf-get vf-get; do
		"$VFNL" readers $op >"/tmp/reader.${#pids[@]}" &
		pids+=($!)
	done
	for device; do
		"$VFNL" writers "$device" >"/tmp/writer.${#pids[@]}" &
		pids+=($!)
	done
}

# crowd_done WHAT LEAST: all did well, and were not idle.
crowd_done() {
	local pid file
	kill "${pids[@]}"
	for pid in "${pids[@]}"; do
		ok "$1: reader or writer $pid did well" wait "$pid"
	done
	for file in /tmp/reader.* /tmp/writer.*; do
		within "$1: ${file##*/} was busy" "$(sed -n 's/^done \([0-9]*\) .*/\1/p' "$file")" "$2" 10000000
	done
	diag "$1: dumps, torn: $(sed -n 's/^done //p' /tmp/reader.* | paste -sd,), writes, no device: $(sed -n 's/^done //p' /tmp/writer.* | paste -sd,)"
}

ok "another PF keeps its VFs" vfsim_vfs 1 4
ok "in another namespace" eval 'ip netns add quiet && ip link set sim1 netns quiet'
ok "with stubs" wait_for 5 dev_exists vsim1.3 quiet
crowd vsim0.1 vsim0.3
ip netns exec quiet "$VFNL" readers vf-get >/tmp/quiet &
quiet=$!
ok "$ROUNDS rounds" cycle
kill "$quiet"
ok "the reader there did well" wait "$quiet"
within "it was busy" "$(sed -n 's/^done \([0-9]*\) .*/\1/p' /tmp/quiet)" 20 10000000
is "none of its dumps was torn" "$(sed -n 's/^done [0-9]* //p' /tmp/quiet)" 0
crowd_done "$ROUNDS rounds" 20
within "dumps that were torn say so" "$(awk '/^done/ { torn += $3 } END { print torn }' /tmp/reader.*)" 1 1000000
vfsim_vfs 0 4
ok "all is as it was" wait_for 5 dev_exists vsim0.3
is "and listed" "$(vfnl dump vf-get pf-ifname=sim0 | jq length)" 4

ok "the card comes up" host_up
crowd veth0.1 vsim0.1
for round in {1..8}; do
	ok "round $round with igb: VFs" numvfs eth0 7
	ok "stubs" wait_for 10 there veth0.6
	ok "no VFs" numvfs eth0 0
	ok "no stubs" wait_for 10 not_there veth0.6
done
crowd_done "rounds with igb" 3
is "vfsim was called as it is owed" "$(vfsim_violations)" 0
ok "the drivers go first" eval 'modprobe -r vfsim && modprobe -r igb'
ok "vfctl goes" modprobe -r vfctl
for round in 1 2 3; do
	modprobe vfctl && modprobe vfsim && vfsim_vfs 0 9
	ok "round $round of going at once: stubs" wait_for 5 dev_exists vsim0.8
	ok "PF and vfctl" eval 'modprobe -r vfsim && modprobe -r vfctl'
done
sleep 2
ok "no complaint of the kernel" klog_clean
done_testing
