# shellcheck shell=bash
# Host A: two guests with a VF each, one sends TCP, later the other one UDP. A limit is set
# by hand, or vfctld is told what the bottleneck can take.
. "$VFCTL_TOP/tests/vm/lib.sh"

setting() {
	sed -n "s/.*exp_$1=\([0-9]*\).*/\1/p" /proc/cmdline
}

alone=$(setting alone) both=$(setting both) limit=$(setting limit) capacity=$(setting capacity)
ok "the card comes up" host_up
ok "two VFs come up" vfs_on eth0 2
ok "the link is back" dev_up eth0
ok "vfctl loads" load_vfctl
ok "the stubs are there" wait_for 5 dev_exists veth0.1
ok "VF 0 goes to a guest" vf_netns eth0 0 guest0 10.0.0.1/24
ok "VF 1 goes to a guest" vf_netns eth0 1 guest1 10.0.0.2/24
if ((limit)); then
	ok "the limit" ethtool --tx-rate veth0.1 "${limit}mbit"
fi
ok "guest 0 reaches its receiver" wait_for 60 ip netns exec guest0 ping -c 1 -w 2 10.0.0.11
ok "guest 1 reaches its receiver" wait_for 60 ip netns exec guest1 ping -c 1 -w 2 10.0.0.12

if ((${capacity:-0})); then
	printf '%s\n' '[[pf]]' 'device = "eth0"' "capacity = \"${capacity}mbit\"" \
		'[[vf]]' 'name = "*"' 'mode = "enforce"' >/tmp/vfctld.toml
	"$VFCTL_PREFIX/sbin/vfctld" --config /tmp/vfctld.toml &
	ok "vfctld begins" wait_for 20 "$VFCTL_PREFIX/bin/vfctl" controller status
fi

ip netns exec guest0 iperf3 -c 10.0.0.11 -t $((alone + both + 5)) >/dev/null 2>&1 &
tcp=$!
sleep "$alone"
ok "UDP was sent" ip netns exec guest1 timeout $((both + 20)) \
	iperf3 -c 10.0.0.12 -u -l 1448 -b "$(setting udp)M" -t "$both"
kill "$tcp" 2>/dev/null
wait "$tcp" 2>/dev/null
if ((${capacity:-0})); then
	"$VFCTL_PREFIX/bin/vfctl" controller status
	kill %?vfctld
fi
ethtool -S veth0.0
ethtool -S veth0.1
ok "no complaint of the kernel" klog_clean
done_testing
