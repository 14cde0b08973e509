# igb: 0
# timeout: 400
# As many VFs and PFs as there may be: all are shown, counted and limited.
. "$VFCTL_TOP/tests/vm/lib.sh"

# took WHAT COMMAND...: passes as ok does, and tells how long that was. No time is
# asked for here: the machine is emulated.
took() {
	local begin=${EPOCHREALTIME//[.,]/}
	ok "$@" && diag "$1: $(((${EPOCHREALTIME//[.,]/} - begin) / 1000)) ms"
}

# VFs of the first PF.
readonly MANY=1024 LAST=1023

# VFs of each PF after it.
readonly FEW=4

stubs_are() {
	[[ $(ip -o link show type vfctl | wc -l) == "$1" ]]
}

# listed: how many VFs each PF has in a dump, in order.
listed() {
	vfctl -j list | jq -c '[group_by(.pf)[] | length] | sort'
}

# counted: the VFs that have a sample.
counted() {
	vfctl -j stats | jq '[.[] | select(.tx_packets > 0)] | length'
}

all_are_counted() {
	[[ $(counted) == $((MANY + 15 * FEW)) ]]
}

few_vfs() {
	local pf
	for ((pf = 1; pf < 16; pf++)); do
		vfsim_vfs "$pf" "$FEW" || return 1
	done
}

# last_vf_has MBIT: what the driver itself has of the last VF of the first PF.
last_vf_has() {
	[[ $(vfsim_read 0 rates | sed -n "s/^$LAST //p") == "$1 0" ]]
}

ok "vfctl loads" load_vfctl
took "16 PFs" modprobe vfsim pfs=16
is "are known" "$(vfnl dump pf-get | jq length)" 16
ok "$MANY VFs of one" vfsim_vfs 0 "$MANY"
took "$MANY stubs" wait_for 120 dev_exists "vsim0.$LAST"
fails "more than 1024 there cannot be" eval 'vfsim_vfs 0 1025 2>/dev/null'
ok "the other PFs have some" few_vfs
took "$((15 * FEW)) stubs more" wait_for 60 stubs_are $((MANY + 15 * FEW))
took "a dump" eval 'listed=$(listed)'
is "has all VFs of all PFs" "$listed" "[$(printf "$FEW,%.0s" {1..15})$MANY]"
is "no VF twice" "$(vfctl -j list sim0 | jq 'map(.vf) | unique | length')" "$MANY"
took "all are counted" wait_for 60 all_are_counted
took "a limit of the last one" vfctl rate "vsim0.$LAST" 500mbit
ok "is what the driver has" last_vf_has 500
took "limits of all, by sysfs" eval 'yes 50 | head -n "$MANY" | paste -sd" " >/sys/bus/vfsim/devices/vfsim0/bandwidth_allocation'
ok "are what the driver has" last_vf_has 50
is "all of them" "$(vfsim_read 0 rates | cut -d' ' -f2 | sort | uniq -c | awk '{ print $1, $2 }')" "$MANY 50"
is "which are read there" "$(wc -w </sys/bus/vfsim/devices/vfsim0/bandwidth_allocation)" "$MANY"
is "and shown" "$(vfctl -j list sim0 | jq '[.[] | select(.hard_bits_per_sec == 50000000)] | length')" "$MANY"
vfsim_knob 0 lose 1
took "all are lost, and there again" wait_for 60 last_vf_has 50
took "no VFs" eval 'vfsim_vfs 0 0 && wait_for 60 stubs_are $((15 * FEW))'
ok "all VFs" vfsim_vfs 0 "$MANY"
took "$MANY stubs with their limits" wait_for 120 last_vf_has 50
is "the drivers were called as they are owed" "$(vfsim_violations)" 0
# A PF that goes takes its stubs along in one go, for which a kernel with every checker on takes 20 s,
# and complains of that.
[[ ! -e /sys/kernel/debug/kmemleak ]] || ok "they go first" eval 'vfsim_vfs 0 0 && wait_for 120 stubs_are $((15 * FEW))'
took "all goes" rmmod vfsim
ok "no stub is left" wait_for 10 stubs_are 0
ok "nor a PF" wait_for 5 eval '[[ $(vfnl dump pf-get) == "[]" ]]'
ok "vfctl goes" modprobe -r vfctl
ok "no complaint of the kernel" klog_clean
done_testing
