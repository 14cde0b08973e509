# igb: 1
# timeout: 240
# slots: 2
# Counters never go back, and never jump by more than the link could carry,
# whatever is reset below them.
. "$VFCTL_TOP/tests/vm/lib.sh"

# steady LOG WHAT: every sample of VF 1 in LOG against the one before it. A
# gigabit link carries 125 bytes a microsecond; 64 KiB may be on their way.
steady() {
	local bad
	bad=$(grep '"vf": 1,.*}$' "$1" | jq -s -c '[range(1; length) as $i |
		[.[$i - 1], .[$i]] |
		select((.[1]["rx-bytes"] < .[0]["rx-bytes"]) or
		       (.[1]["tx-bytes"] < .[0]["tx-bytes"]) or
		       (.[1]["rx-packets"] < .[0]["rx-packets"]) or
		       (.[1]["tx-bytes"] - .[0]["tx-bytes"] >
			(.[1].time - .[0].time) / 8 + 65536) or
		       (.[1]["rx-bytes"] - .[0]["rx-bytes"] >
			(.[1].time - .[0].time) / 8 + 65536))]')
	is "$2: no counter went back or jumped" "$bad" "[]"
	within "$2: traffic was counted meanwhile" "$(grep '"vf": 1,.*}$' "$1" |
		jq -s '.[-1]["rx-bytes"] - .[0]["rx-bytes"]')" 1000 100000000000
	within "$2: samples were looked at" "$(grep -c '"vf": 1,' "$1")" 5 100000
}

# during WHAT COMMAND...: traffic goes on from VF 0 to VF 1, and the command is run.
during() {
	local what=$1 log=/tmp/samples.$RANDOM listener
	shift
	ok "before: $what: they reach each other" wait_for 20 reached
	"$VFNL" listen stats 60 >"$log" &
	listener=$!
	wait_for 20 grep -q ready "$log"
	ip netns exec guest0 ping -q -f -s 1400 -w 40 10.0.0.2 >/dev/null 2>&1 &
	local pinger=$!
	ok "before: $what: traffic flows" wait_for 20 counted $(($(dev_stat veth0.1 rx_packets) + 50))
	ok "$what" "$@"
	sleep 2
	kill "$pinger" "$listener"
	wait "$pinger" "$listener"
	steady "$log" "$what"
}

# counted N: VF 1 has got so many packets.
counted() {
	(($(dev_stat veth0.1 rx_packets) >= $1))
}

# A VF that was bound anew may have another MAC address.
reached() {
	ip -n guest0 neighbour flush all
	ip netns exec guest0 ping -q -c 1 -W 1 10.0.0.2
}

pf_down_up() {
	ip link set eth0 down && sleep 1 && dev_up eth0
}

vf_flr() {
	echo 1 >"/sys/bus/pci/devices/$(vf_pci eth0 1)/reset"
}

vf_rebind() {
	local pci
	pci=$(vf_pci eth0 1)
	echo "$pci" >/sys/bus/pci/drivers/igbvf/unbind && sleep 1 &&
		echo "$pci" >/sys/bus/pci/drivers/igbvf/bind &&
		wait_for 10 vf_dev eth0 1 &&
		vf_netns eth0 1 guest1 10.0.0.2/24
}

# Both guests lose their VF, and get it again.
igbvf_reload() {
	modprobe -r igbvf && modprobe igbvf &&
		wait_for 10 vf_dev eth0 0 && wait_for 10 vf_dev eth0 1 &&
		vf_netns eth0 0 guest0 10.0.0.1/24 && vf_netns eth0 1 guest1 10.0.0.2/24
}

ok "the card comes up" host_up
ok "vfctl loads" load_vfctl
ok "two VFs come up" vfs_on eth0 2
ok "each has a stub" wait_for 5 dev_exists veth0.1
ok "VF 0 goes to a guest" vf_netns eth0 0 guest0 10.0.0.1/24
ok "VF 1 goes to another" vf_netns eth0 1 guest1 10.0.0.2/24
ok "they reach each other" ip netns exec guest0 ping -c 2 -W 5 10.0.0.2
ok "samples come every 100 ms" vfnl do pf-set ifname=eth0 interval=100

during "PF down and up" pf_down_up
during "igbvf bound anew" vf_rebind
during "igbvf loaded anew" igbvf_reload
during "PF reset by a change of its rings" ethtool -G eth0 rx 512
# Last: igbvf does not come back from this by itself.
during "VF reset (FLR)" vf_flr

within "the card's counters were really reset" "$(ethtool_stat veth0.1 counter_resets)" 1 20
is "no reading came too late" "$(ethtool_stat veth0.1 counter_gaps)" 0
ok "no complaint of the kernel" klog_clean
done_testing
