#!/bin/bash
# The demo, as it runs on the emulated host: every command is printed as typed,
# and what follows is what it printed.
set -u
# shellcheck source=/dev/null
. "$VFCTL_TOP/tests/vm/host.sh"

# shellcheck source=/dev/null
. "$VFCTL_TOP/examples/demo-lib.sh"

quietly host_up

say "A host with an Intel 82576, driven by the kernel's own igb. Now its VFs get devices:"
run "uname -r"
run "modprobe vfctl"
run "echo 2 > /sys/class/net/eth0/device/sriov_numvfs"
quietly wait_for 20 dev_has_link eth0
quietly modprobe igbvf
quietly wait_for 20 vf_dev eth0 1
quietly wait_for 10 dev_exists veth0.1
first=$(vf_dev eth0 0) second=$(vf_dev eth0 1)
run "ip -brief link"
echo "($first and $second are the VFs themselves; veth0.0 and veth0.1 stand for them on the host.)"

say "Each VF goes to a guest, here a network namespace; the host's devices for them stay:"
for guest in 0 1; do
	dev=$(vf_dev eth0 "$guest")
	run "ip netns add guest$guest"
	run "ip link set $dev netns guest$guest"
	run "ip -n guest$guest address add 10.0.0.$((guest + 1))/24 dev $dev"
	run "ip -n guest$guest link set $dev up"
	quietly wait_for 20 dev_has_link "$dev" "guest$guest"
done
run "ip -brief link"

say "The guests talk. The host's own interface sees next to nothing of it:"
run "ip netns exec guest0 iperf3 --server --one-off --daemon"
quietly wait_for 10 traffic_listening guest0
run "ip netns exec guest1 iperf3 --client 10.0.0.1 --time 3 --interval 0"
run "ip -s link show eth0"

say "The VF's device does. Directions are the VF's own:"
run "ethtool --statistics veth0.1"
run "ip -s link show veth0.1"

say "Its rate can be limited, and is what every other tool reports:"
run "ethtool --tx-rate veth0.1"
run "ethtool --tx-rate veth0.1 50mbit"
run "ethtool --tx-rate veth0.1"
run "ip link show eth0"
if [[ $VFCTL_SHAPES == yes ]]; then
	say "The same transfer again, through the card's rate scheduler:"
	run "ip netns exec guest0 iperf3 --server --one-off --daemon"
	quietly wait_for 10 traffic_listening guest0
	run "ip netns exec guest1 iperf3 --client 10.0.0.1 --time 3 --interval 0"
	run "vfctl rate veth0.1 none"
	run "ip netns exec guest0 iperf3 --server --one-off --daemon"
	quietly wait_for 10 traffic_listening guest0
	run "ip netns exec guest1 iperf3 --client 10.0.0.1 --time 3 --interval 0"
	run "ethtool --tx-rate veth0.1 500mbit"
else
	echo "(This emulated card keeps a limit and reports it; it does not shape. A real 82576 does.)"
fi

say "vfctl shows all VFs at once, what they do, and who changed what:"
run "vfctl list"
run "vfctl rate veth0.0 soft 100mbit"
run "vfctl show veth0.0"
run "vfctl stats --interval 1s --count 2"

say "The VFs go, and the devices with them:"
run "echo 0 > /sys/class/net/eth0/device/sriov_numvfs"
quietly wait_for 10 dev_is_gone veth0.1
run "ip -brief link"
run "modprobe -r vfctl"

echo "demo: $failed failed" >&3
grep -q vm_shell /proc/cmdline || exit 0

modprobe vfctl
say "Your turn. VFs come with: echo 7 > /sys/class/net/eth0/device/sriov_numvfs"
echo "Leave with exit, or Ctrl-A x."
cd /root 2>/dev/null || cd /
bash --rcfile "$VFCTL_TOP/examples/demo-shell.sh" -i
