# igb: 0
# timeout: 200
# The PF driver refuses what was asked by a file, tells nothing of VFs that come, or has but
# one of its callbacks. Other failures of it are in drivers.
. "$VFCTL_TOP/tests/vm/lib.sh"

readonly SIM=/sys/bus/vfsim/devices/vfsim0

hard() {
	vfctl -j rate vsim0."$1" | jq .hard_bits_per_sec
}

state() {
	vfctl -j rate vsim0."$1" | jq -r .state
}

stubs_are() {
	[[ $(ip -o link show type vfctl | wc -l) == "$1" ]]
}

sample_of() {
	vfctl -j stats "vsim0.$1" | jq ".[0] | has(\"tx_packets\")"
}

# A file has no room for the cause: the log has.
files_are_refused() {
	local file=$SIM/bandwidth_allocation
	ok "a limit" vfctl rate vsim0.0 100mbit
	vfsim_knob 0 refuse_set_rate 5
	fails "tx_maxrate is refused" tee /sys/class/net/vsim0.0/queues/tx-0/tx_maxrate <<<200
	like "which the log tells" "$(dmesg | tail -n 5)" 'tx_maxrate: vfsim refused 200 Mbit/s'
	is "and changes nothing" "$(cat /sys/class/net/vsim0.0/queues/tx-0/tx_maxrate)" 100
	fails "bandwidth_allocation is refused" tee $file <<<"200 300"
	like "which the log tells" "$(dmesg | tail -n 5)" 'bandwidth_allocation: vfsim refused 200 Mbit/s'
	fails "where the first VF keeps its limit too" tee $file <<<"100 300"
	is "and changes nothing" "$(cat $file)" "100 0"
	vfsim_knob 0 refuse_from 1
	fails "it is refused for the second VF" tee $file <<<"150 300"
	is "and changes nothing" "$(cat $file)" "100 0"
	is "the first VF was given back what it had" "$(vfsim_read 0 rates | head -n 1)" "0 100 0"
	vfsim_knob 0 refuse_from 0
	vfsim_knob 0 refuse_set_rate 0
	ok "it takes them" tee $file <<<"200 300"
	is "all" "$(cat $file)" "200 300"
}

# They are there, and are limited all the same.
vfs_come_unseen() {
	ok "no VFs" vfsim_vfs 0 0
	ok "no stubs" wait_for 10 stubs_are 0
	vfsim_knob 0 refuse_get_config 5
	vfsim_knob 0 refuse_get_stats 5
	ok "VFs come while get_config and get_stats fail" vfsim_vfs 0 2
	ok "with stubs" wait_for 10 stubs_are 2
	ok "a limit is set" vfctl rate vsim0.1 310mbit
	is "and told" "$(hard 1)" 310000000
	is "there is no sample" "$(sample_of 1)" false
	ok "ethtool -S gets along" ethtool -S vsim0.1
	vfsim_knob 0 refuse_get_config 0
	vfsim_knob 0 refuse_get_stats 0
	ok "they count as soon as it tells" wait_for 10 eval '(($(ethtool_stat vsim0.1 tx_packets) > 0))'
	is "with the limit in force" "$(hard 1) $(state 1)" "310000000 in-force"
}

driver_has_one() {
	local call
	for call in set_rate get_config get_stats; do
		ok "a driver with $call only" vfsim_ops 0 $call
		ok "is up" dev_up sim0
		ok "has VFs" vfsim_vfs 0 2
		ok "with stubs" wait_for 10 stubs_are 2
		if [[ $call == set_rate ]]; then
			ok "takes a limit" vfctl rate vsim0.0 400mbit
			is "as it is told" "$(hard 0)" 400000000
		else
			refused "takes none" "cannot limit the rate of VFs" vfctl rate vsim0.0 410mbit
		fi
		if [[ $call == get_stats ]]; then
			ok "counts" wait_for 10 eval '(($(ethtool_stat vsim0.0 tx_packets) > 0))'
		else
			is "does not count" "$(sample_of 0)" false
		fi
	done
}

ok "vfctl" load_vfctl
ok "a simulated PF" modprobe vfsim
ok "which is up" dev_up sim0
ok "with two VFs" vfsim_vfs 0 2
ok "and stubs" wait_for 10 stubs_are 2
files_are_refused
vfs_come_unseen
driver_has_one
is "the driver was called as it is owed" "$(vfsim_violations)" 0
ok "vfsim goes" modprobe -r vfsim
ok "vfctl goes" modprobe -r vfctl
ok "no complaint of the kernel" klog_clean
done_testing
