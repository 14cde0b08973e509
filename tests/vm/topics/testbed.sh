# igb: 1
# The test bed itself: two VFs of one card carry traffic between two namespaces,
# and the host's own interface hardly sees it.
. "$VFCTL_TOP/tests/vm/lib.sh"

ok "the card comes up" host_up
ok "seven VFs come up" vfs_on eth0 7
ok "VF 0 goes to a guest" vf_netns eth0 0 guest0 10.0.0.1/24
ok "VF 1 goes to another" vf_netns eth0 1 guest1 10.0.0.2/24
ok "they reach each other" ip netns exec guest0 ping -c 2 -W 5 10.0.0.2

before=$(dev_stat eth0 rx_packets)
rate=$(traffic guest0 guest1 10.0.0.2 tcp -t 2)
within "TCP flows between them" "$rate" 10000000 100000000000
diag "$((rate / 1000000)) Mbit/s"
within "the host counts next to nothing of it" $(($(dev_stat eth0 rx_packets) - before)) 0 100

rate=$(traffic guest1 guest0 10.0.0.1 udp -t 1 -b 20M)
within "so does UDP" "$rate" 10000000 30000000
within "igbvf counts it" "$(dev_stat eth0 tx_packets guest1)" 100 10000000
like "ethtool runs" "$(ethtool -i eth0)" "^driver: igb"
like "ynl is at hand" "$(type ynl)" function

ok "the VFs go" vfs_off eth0
fails "and their devices with them" test -e /sys/class/net/eth0/device/virtfn0
ok "no complaint of the kernel" klog_clean
done_testing
