#!/bin/bash
# The demo with guests, as it runs on the emulated host: two virtual machines own a VF
# each, and one of them lowers its own limit.
set -u
for part in tests/vm/host tests/vm/guests examples/demo-lib; do
	# shellcheck source=/dev/null
	. "$VFCTL_TOP/$part.sh"
done

TX_RATE=/sys/class/net/eth0/device/tx_rate

quietly load_patched igb
quietly host_up

say "A host with an Intel 82576, its igb with the patches of patches/linux. Two VFs, for guests:"
run "modprobe vfctl"
quietly guests_prepare eth0 2
quietly wait_for 10 dev_exists veth0.1
for vf in 0 1; do
	quietly ip link set eth0 vf "$vf" mac "52:54:00:76:66:0$vf"
	echo "(guest$vf boots, with VF $vf by VFIO)"
	quietly guest_up "guest$vf" eth0 "$vf"
	quietly guest_run "guest$vf" ". \$VFCTL_TOP/tests/vm/host.sh; load_patched igbvf; ip link set eth0 up
		ip address add 10.0.0.$((vf + 1))/24 dev eth0; wait_for 20 dev_has_link eth0"
done
run "vfctl list"

say "The host limits guest1 in the card. The guest sees it: hard limit, soft limit, Mbit/s"
run "ethtool --tx-rate veth0.1 40mbit"
run_in guest1 "cat $TX_RATE"

host_knows() {
	[[ $(vfctl rate veth0.1 soft) == 20Mbit ]]
}

# transfer: what guest 1 sends, while it cannot be told apart from what it may.
transfer() {
	[[ $VFCTL_SHAPES == yes ]] || return 0
	run_in guest1 "iperf3 --client 10.0.0.1 --time 3 --interval 0 | grep receiver"
}

quietly guest_run guest0 "iperf3 --server --daemon"
quietly guest_run guest1 "ping -c 2 -w 20 10.0.0.1"
transfer

say "It may ask for less, never for more:"
run_in guest1 "echo 20 > $TX_RATE"
run_in guest1 "cat $TX_RATE"
transfer
refused run_in guest1 "echo 60 > $TX_RATE"

say "The host sees what the guest has asked for, and what it sends:"
quietly wait_for 2 host_knows
run "ethtool --tx-rate veth0.1"
run "vfctl show veth0.1"

say "The host has the last word:"
run "vfctl rate veth0.1 guest forbid"
refused run_in guest1 "echo 10 > $TX_RATE"
run "vfctl rate veth0.1 soft none"
run_in guest1 "cat $TX_RATE"

say "The guests go, and the VFs stay:"
for vf in 0 1; do
	quietly guest_down "guest$vf"
done
run "vfctl list"

echo "demo: $failed failed" >&3
