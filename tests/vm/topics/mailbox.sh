# igb: 1
# igb-patches: yes
# trace: igb_tx_rate_set
# timeout: 300
# slots: 2
# What a guest might write into its VF's mailbox that means no good, from this host's user
# space: the registers are the same.
. "$VFCTL_TOP/tests/vm/lib.sh"
. "$VFCTL_TOP/tests/vm/hostile.sh"

neighbour_sends() {
	local before
	before=$(dev_stat veth0.0 tx_bytes)
	ip netns exec guest0 iperf3 -c 10.0.0.254 -t 3600 >/run/flow.log 2>&1 &
	flow=$!
	wait_for 60 neighbour_has_sent $((before + 1000000)) || cat /run/flow.log
}

neighbour_has_sent() {
	(($(dev_stat veth0.0 tx_bytes) > $1))
}

neighbour_ends() {
	kill "$flow"
	wait "$flow" 2>/dev/null
	return 0
}

ok "the patched igb loads" load_patched igb
ok "the card comes up" host_up
ok "vfctl loads" load_vfctl
ok "two VFs" vfs_on eth0 2
ok "the stubs are there" wait_for 5 dev_exists veth0.1
ok "the host has an address" ip address add 10.0.0.254/24 dev eth0
ok "and receives" iperf3 -s -D
ok "the neighbour has VF 0" vf_netns eth0 0 guest0 10.0.0.1/24
ok "and reaches the host" ip netns exec guest0 ping -q -c 1 -w 20 10.0.0.254
PCI=$(vf_pci eth0 1)
ok "VF 1 has no driver" tee "/sys/bus/pci/devices/$PCI/driver/unbind" <<<"$PCI"
hostile_limits
hostile_random 100000
hostile_flood
hostile_end
ok "no complaint of the kernel" klog_clean
done_testing
