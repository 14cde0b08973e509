# igb-patches: yes
# timeout: 300
# slots: 2
# Patched and unpatched drivers together, with VFs in namespaces; and what the patched igb
# does for those who know nothing of soft limits.
. "$VFCTL_TOP/tests/vm/lib.sh"

TX_RATE=/sys/class/net/eth0/device/tx_rate

# second_queue VF: what it sends in some seconds on its second queue, in bit/s.
second_queue() {
	local pci before job
	pci=$(vf_pci eth0 "$1")
	before=$(dev_stat "veth0.$1" tx_bytes)
	"$VFCTL_TOP/tests/vm/vfqueue.py" "$pci" 1 >/run/sent &
	job=$!
	wait_for 30 has_sent "$1" $((before + 1000000))
	card_rate "$1" tx-bytes 4
	kill "$job"
	wait "$job"
}

has_sent() {
	(($(dev_stat "veth0.$1" tx_bytes) > $2))
}

# ip_stat VF NAME: a counter of a VF as the PF's driver tells rtnetlink.
ip_stat() {
	ip -j -s link show eth0 | jq ".[0].vfinfo_list[$1].stats.$2"
}

# in_step VF: both ways of reading its counters tell the same.
in_step() {
	local rx tx
	rx=$(ip_stat "$1" rx.packets) tx=$(ip_stat "$1" tx.tx_packets)
	diag "VF $1: ip -s link: $rx $tx, ethtool -S: $(ethtool_stat "veth0.$1" rx_packets) $(ethtool_stat "veth0.$1" tx_packets)"
	((rx > 0 && tx > 0)) && [[ "$rx $tx" == "$(ethtool_stat "veth0.$1" rx_packets) $(ethtool_stat "veth0.$1" tx_packets)" ]]
}

guests() {
	vf_netns eth0 0 guest0 10.0.0.1/24 && vf_netns eth0 1 guest1 10.0.0.2/24 &&
		wait_for 20 ip netns exec guest0 ping -c 1 -w 2 10.0.0.2
}

ok "the patched igb loads" load_patched igb
ok "the card comes up" host_up
ok "vfctl loads" load_vfctl
ok "three VFs, with the kernel's own igbvf" vfs_on eth0 3
ok "the stubs are there" wait_for 5 dev_exists veth0.2
ok "the guests reach each other" guests
fails "this igbvf has no tx_rate" ip netns exec guest1 cat "$TX_RATE"
ok "the host sets a soft limit for it" vfctl rate veth0.1 soft 30mbit
is "and shows it" "$(vfctl rate veth0.1 soft)" "30Mbit"
ok "a hard limit" ethtool --tx-rate veth0.1 20mbit
ip netns exec guest1 ping -q -f -c 200 10.0.0.1 >/dev/null
ok "ip -s link has the counters of a VF, and they are those of vfctl" wait_for 10 in_step 1
in_step 1
if [[ $VFCTL_SHAPES == yes ]]; then
	ip netns exec guest0 iperf3 -s -1 >/dev/null 2>&1 &
	receiver=$!
	ok "somebody receives" wait_for 10 traffic_listening guest0
	before=$(dev_stat veth0.1 tx_bytes)
	ip netns exec guest1 iperf3 -c 10.0.0.1 -t 3600 >/dev/null 2>&1 &
	sender=$!
	ok "TCP flows" wait_for 30 has_sent 1 $((before + 1000000))
	within "it is limited" "$(card_rate 0 rx-bytes 4)" 15000000 20200000
	kill "$sender" "$receiver"
	wait "$sender" "$receiver" 2>/dev/null
	ok "VF 2 is left by its driver" sh -c "echo $(vf_pci eth0 2) >/sys/bus/pci/drivers/igbvf/unbind"
	ok "it is limited as well" ethtool --tx-rate veth0.2 10mbit
	rate=$(second_queue 2)
	diag "VF 2, second queue, limit 10 Mbit/s: $rate bit/s"
	within "also on its second queue" "$rate" 8000000 10100000
else
	skip "both queues are limited" "limits do not shape with this QEMU"
fi

ok "igbvf goes" modprobe -r igbvf
ok "the patched one comes" load_patched igbvf
ok "with its devices" wait_for 10 vf_dev eth0 1
ok "the guests reach each other again" guests
is "the soft limit that the host had set for another driver is gone" \
	"$(ip netns exec guest1 cat /sys/bus/pci/devices/"$(vf_pci eth0 1)"/tx_rate)" "20 0"

ok "no VFs" vfs_off eth0
ok "the patched igb goes" rmmod igb
ok "the kernel's own comes" host_up
ok "two VFs, with the patched igbvf" vfs_on eth0 2
ok "the stubs are there for it" wait_for 5 dev_exists veth0.1
ok "the guests reach each other as before" guests
rate=/sys/bus/pci/devices/$(vf_pci eth0 1)/tx_rate
refused "its tx_rate says that the host has no such thing" "not supported" cat "$rate"
refused "setting it does as well" "not supported" bash -c "echo 10 >$rate"
ok "and the guests go on" ip netns exec guest0 ping -c 1 -w 5 10.0.0.2
refused "vfctl knows that there is nothing to allow" "takes no soft limits" vfctl rate veth0.1 guest allow
ok "no complaint of the kernel" klog_clean
done_testing
