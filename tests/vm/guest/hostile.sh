# guests: yes
# igb-patches: yes
# trace: igb_tx_rate_set
# timeout: 360
# slots: 2
# kernels: one, since mailbox sends the same messages, and more, on each
# A guest that means no good. Most of what it might write is tried in the topic mailbox.
. "$VFCTL_TOP/tests/vm/lib.sh"
. "$VFCTL_TOP/tests/vm/guests.sh"
. "$VFCTL_TOP/tests/vm/hostile.sh"

PCI=0000:00:03.0

mailbox() {
	guest_run guest1 "mailbox $*"
}

neighbour_sends() {
	guest_flow guest0 0 10.0.0.254
}

neighbour_ends() {
	guest_flow_end guest0
}

ok "the patched igb loads" load_patched igb
ok "the card comes up" host_up
ok "two VFs, for guests" guests_prepare eth0 2
ok "vfctl loads" load_vfctl
ok "the stubs are there" wait_for 5 dev_exists veth0.1
ok "the host has an address" ip address add 10.0.0.254/24 dev eth0
ok "and receives" iperf3 -s -D
for vf in 0 1; do
	ok "VF $vf has an address" ip link set eth0 vf "$vf" mac "52:54:00:76:66:0$vf"
	ok "guest $vf boots" guest_up "guest$vf" eth0 "$vf"
done
ok "guest 0 uses its VF" guest_run guest0 \
	"modprobe igbvf && ip link set eth0 up && ip address add 10.0.0.1/24 dev eth0 && ping -c 2 -w 20 10.0.0.254"
hostile_limits
hostile_random 20000
hostile_flood
hostile_end
for guest in guest0 guest1; do
	ok "$guest goes" guest_down "$guest"
done
ok "no complaint of the kernel" klog_clean
done_testing
