# shellcheck shell=bash
# Limited queues, one after the other, while the emulator writes down each departure:
# queue 0: 50 %, segmented by the card; 1: 50 %, by the kernel; 2 and 3: 20 %, likewise;
# 4 and 5: two at 50 % at the same time.
. "$VFCTL_TOP/tests/vm/lib.sh"

seconds=$(sed -n 's/.*exp_seconds=\([0-9]*\).*/\1/p' /proc/cmdline)

# send VF: TCP to the PF.
send() {
	ip netns exec "guest$1" iperf3 -p $((5201 + $1)) -c 10.0.0.254 -t "$seconds"
}

ok "the card comes up" host_up
ok "six VFs come up" vfs_on eth0 6
ok "the link is back" dev_up eth0
ok "vfctl loads" load_vfctl
ok "the stubs are there" wait_for 5 dev_exists veth0.5
ip address add 10.0.0.254/24 dev eth0
for vf in 0 1 2 3 4 5; do
	ok "VF $vf goes to a guest" vf_netns eth0 "$vf" "guest$vf" "10.0.0.$((vf + 1))/24"
	ok "a server for VF $vf" iperf3 -s -D -p $((5201 + vf))
	ok "VF $vf reaches the PF" wait_for 10 ip netns exec "guest$vf" ping -c 1 -w 2 10.0.0.254
	case $vf in
	1 | 3) ok "VF $vf does not segment" ip netns exec "guest$vf" ethtool -K eth0 tso off gso off ;;
	esac
	case $vf in
	2 | 3) rate=20 ;;
	*) rate=50 ;;
	esac
	ok "the limit of VF $vf" ethtool --tx-rate "veth0.$vf" "${rate}mbit"
done
for vf in 0 1 2 3; do
	ok "VF $vf sends" send "$vf"
done
send 4 &
ok "VF 5 sends beside VF 4" send 5
wait $!
ok "no complaint of the kernel" klog_clean
done_testing
