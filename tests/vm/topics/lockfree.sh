# igb: 1
# Readers wait for nobody: not for RTNL, not for the PF's device lock, not for a
# PF driver that takes its time.
. "$VFCTL_TOP/tests/vm/lib.sh"

# held TIMES: so often until now.
held() {
	[[ $(dmesg | grep -c 'hold_locks: held') == "$1" ]]
}

# quick WHAT COMMAND...: it is done in less than half the time that the locks are
# held; starting Python alone takes most of that on an emulated machine.
quick() {
	local what=$1 begin took
	shift
	begin=$(date +%s%3N)
	ok "$what" "$@"
	took=$(($(date +%s%3N) - begin))
	within "$what: at once ($took ms of 20000)" "$took" 0 10000
}

ok "the card comes up" host_up
ok "vfctl loads" load_vfctl
ok "seven VFs" numvfs eth0 7
ok "with stubs" wait_for 5 dev_exists veth0.6
pci=$(basename "$(readlink -e /sys/class/net/eth0/device)")
ok "the client is in the cache" vfnl dump vf-get

modprobe hold_locks device="$pci" ms=20000 &
holder=$!
ok "somebody holds both locks" wait_for 10 held 1
quick "all VFs are dumped" vfnl dump vf-get
quick "all samples are dumped" vfnl dump stats-get
quick "one VF by its number" vfnl do vf-get pf-ifname=eth0 vf=3
is "they were held all the while" "$(jobs -r | wc -l)" 1
first=$(vfnl get stats-get time ifname=veth0.1 2>/dev/null)
sleep 2
second=$(vfnl get stats-get time pf-ifname=eth0 vf=1)
within "the 82576 is sampled all the while" $((second - first)) 500000000 15000000000
ok "they are still held" kill -0 $holder
wait $holder

modprobe hold_locks device="$pci" ms=8000 rtnl=0 &
holder=$!
ok "somebody holds the lock of the PF" wait_for 10 held 2
ok "tx_maxrate is written meanwhile" tee /sys/class/net/veth0.2/queues/tx-0/tx_maxrate <<<200
is "the limit is known" "$(vf_get veth0.2 hard-rate)" 200000000
is "and pending" "$(vf_get veth0.2 state) $(vf_get veth0.2 pending-reason)" "pending the PF is busy with its VFs"
fails "a rate that nobody can have is refused" tee /sys/class/net/veth0.2/queues/tx-0/tx_maxrate <<<2000
ok "the lock is still held" kill -0 $holder
wait $holder
ok "the limit is in force then" wait_for 5 vf_is veth0.2 state in-force
is "igb has it" "$(ip -j link show eth0 | jq '.[0].vfinfo_list[2].rate.max_tx')" 200

ok "a PF driver" modprobe vfsim
vfsim_vfs 0 3
ok "has stubs" wait_for 5 dev_exists vsim0.2
vfsim_knob 0 delay_ms 20000
vfnl do vf-set ifname=vsim0.1 hard-rate=5000000 &
setter=$!
sleep 3
quick "a dump while the driver takes 20 s for each call" vfnl dump vf-get
quick "its samples" vfnl dump stats-get pf-ifname=sim0
ok "the driver is not done yet" kill -0 $setter
vfsim_knob 0 delay_ms 0
ok "in the end it is" wait $setter
is "and has the rate" "$(vf_get vsim0.1 hard-rate)" 5000000
is "it was called as it is owed" "$(vfsim_violations)" 0
ok "it goes" rmmod vfsim
ok "no complaint of the kernel" klog_clean
done_testing
