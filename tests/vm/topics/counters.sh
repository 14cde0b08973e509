# igb: 1
# Counters of a VF agree, wherever they are read: ethtool, ip, netlink, and the
# guest's own igbvf, to the packet.
. "$VFCTL_TOP/tests/vm/lib.sh"

# stats DEV KEY: from the last sample, by netlink.
stats() {
	vfnl get stats-get "$2" "ifname=$1"
}

# agree DEV NETNS NAME IGBVF-NAME NETLINK-NAME: all sources of one counter.
agree() {
	local by_ethtool by_netlink by_guest
	by_ethtool=$(ethtool_stat "$1" "$3")
	by_netlink=$(stats "$1" "$5")
	by_guest=$(ethtool_stat eth0 "$4" "$2")
	is "$1: $3 by ethtool and by netlink" "$by_ethtool" "$by_netlink"
	is "$1: $3 as its guest counts it" "$by_ethtool" "$by_guest"
	case $3 in
	rx_multicast) is "$1: $3 by ip" "$(dev_stat "$1" rx_multicast)" "$by_ethtool" ;;
	*_loopback_*) ;;
	*) is "$1: $3 by ip" "$(dev_stat "$1" "$3")" "$by_ethtool" ;;
	esac
}

ok "the card comes up" host_up
ok "vfctl loads" load_vfctl
ok "two VFs come up" vfs_on eth0 2
ok "each has a stub" wait_for 5 dev_exists veth0.1
ok "VF 0 goes to a guest" vf_netns eth0 0 guest0 10.0.0.1/24
ok "VF 1 goes to another" vf_netns eth0 1 guest1 10.0.0.2/24

before=$(dev_stat eth0 rx_packets)
rate=$(traffic guest0 guest1 10.0.0.2 tcp -t 2)
within "TCP flows from VF 0 to VF 1" "$rate" 1000000 100000000000
rate=$(traffic guest1 guest0 10.0.0.1 udp -t 1 -b 10M)
within "UDP flows back" "$rate" 1000000 100000000
within "the PF's own interface hardly counts it" $(($(dev_stat eth0 rx_packets) - before)) 0 100

ip -n guest0 route add 224.0.0.0/4 dev eth0
# Nobody answers, which ping takes for a failure.
like "guest 0 sends multicast" "$(ip netns exec guest0 ping -q -c 5 -i 0.2 -W 1 224.0.0.1)" "^5 packets transmitted"
# The guests' igbvf reads its counters every two seconds, vfctl once a second.
sleep 3
for vf in 0 1; do
	agree veth0.$vf guest$vf rx_packets rx_packets rx-packets
	agree veth0.$vf guest$vf tx_packets tx_packets tx-packets
	agree veth0.$vf guest$vf rx_bytes rx_bytes rx-bytes
	agree veth0.$vf guest$vf tx_bytes tx_bytes tx-bytes
	agree veth0.$vf guest$vf rx_multicast multicast rx-multicast
	# An unpatched QEMU does not count in it: 0 on both sides.
	agree veth0.$vf guest$vf rx_loopback_bytes lbrx_bytes rx-loopback-bytes
	within "veth0.$vf has counted the traffic" "$(stats veth0.$vf tx-bytes)" 1000000 10000000000
done
within "guest 1 has received the multicast" "$(stats veth0.1 rx-multicast)" 5 1000
is "a counter that the 82576 does not have is absent by netlink" "$(stats veth0.1 rx-dropped)" null
is "and by ethtool" "$(ethtool_stat veth0.1 rx_dropped)" ""
within "ethtool reads afresh" "$(ethtool_stat veth0.1 sample_age_ms)" 0 200
is "no reset was seen" "$(stats veth0.1 resets)" 0
is "no gap was seen" "$(stats veth0.1 gaps)" 0

read -r now _ </proc/uptime
within "a sample tells its time, one interval old at most" \
	$((${now/./} * 10000000 - $(stats veth0.1 time))) -5000000000 2500000000
ok "the interval can be set" vfnl do pf-set ifname=eth0 interval=100
heard=$(timeout 20 "$VFNL" listen stats 3 | grep '"vf": 1,')
within "and is kept to, in us by the samples' own times" \
	"$(jq -s '(.[-1].time - .[0].time) / (length - 1) / 1000 | floor' <<<"$heard")" 95000 200000
like "samples are heard" "$heard" '"event": "stats".*"tx-packets"'
ok "an interval in which a counter of the card could wrap" vfnl do pf-set ifname=eth0 interval=10000
heard=$(timeout 30 "$VFNL" listen stats 7 | grep '"vf": 1,')
within "is shortened, in us by the samples' own times" \
	"$(jq -s '(.[-1].time - .[0].time) / (length - 1) / 1000 | floor' <<<"$heard")" 1000000 3000000
is "no gap was seen" "$(stats veth0.1 gaps)" 0
ok "no complaint of the kernel" klog_clean
done_testing
