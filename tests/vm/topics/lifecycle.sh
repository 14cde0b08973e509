# igb: 2
# timeout: 300
# Stubs follow whatever happens to VFs and PFs, and limits follow along.
. "$VFCTL_TOP/tests/vm/lib.sh"

stubs() {
	ip -o link show type vfctl | wc -l
}

stubs_are() {
	[[ $(stubs) == "$1" ]]
}

vfs_listed() {
	[[ $(vfnl dump vf-get | jq length) == "$1" ]]
}

gone() {
	! dev_exists "$@"
}

pci0=
ok "both cards come up" host_up 2
pci0=$(basename "$(readlink -e /sys/class/net/eth0/device)")
ok "vfctl loads" load_vfctl
is "without VFs there are no stubs" "$(stubs)" 0
is "but the PFs are known" "$(vfnl dump pf-get | jq -c '[.[].ifname]')" '["eth0","eth1"]'

ok "seven VFs" numvfs eth0 7
ok "seven stubs" wait_for 5 stubs_are 7
like "named by PF and number" "$(ip -o link show type vfctl)" ' veth0\.6@eth0: '
is "of driver vfctl" "$(ethtool -i veth0.6 | sed -n 's/^driver: //p')" vfctl
is "at the VF's address" "$(ethtool -i veth0.6 | sed -n 's/^bus-info: //p')" "$(vf_pci eth0 6)"
fails "below no parent device" test -e /sys/class/net/veth0.6/device
is "with a port name" "$(cat /sys/class/net/veth0.6/phys_port_name)" pf0vf6
is "and no address" "$(ip -j address show veth0.6 | jq -c '.[0].addr_info')" '[]'
ok "it can be brought up" ip link set veth0.6 up
is "still without an address" "$(ip -j address show veth0.6 | jq -c '.[0].addr_info')" '[]'
fails "ip cannot remove it" ip link delete veth0.6
fails "ip cannot make one" ip link add name vx type vfctl
ok "another namespace" ip netns add elsewhere
fails "it cannot be moved" ip link set veth0.6 netns elsewhere
ok "it is still here" dev_exists veth0.6
ip netns delete elsewhere
ok "a limit" ethtool --tx-rate veth0.2 20mbit
ok "no VFs" numvfs eth0 0
ok "no stubs" wait_for 5 stubs_are 0
ok "other devices can be made" modprobe veth
ok "one has the name of a VF's, as a VLAN may" ip link add veth0.1 type veth peer name elsewhere
ok "three VFs" numvfs eth0 3
ok "three stubs" wait_for 5 stubs_are 3
like "the one whose name is taken has the shortened one" "$(ip -o link show type vfctl)" ' veth0d14f\.1@eth0: '
like "with the full one as alias" "$(ip link show dev veth0d14f.1)" 'alias veth0\.1$'
like "which the log says" "$(dmesg)" 'vfctl: another device has the name veth0\.1, VF 1 is veth0d14f\.1'
is "it is the VF's device" "$(vfnl get vf-get ifname pf-ifname=eth0 vf=1)" veth0d14f.1
is "the other one is no VF" "$(vfnl get vf-get vf ifname=veth0.1 2>&1 | grep -c "veth0.1 is no device of a VF")" 1
sleep 2
is "the log says it once" "$(dmesg | grep -c 'another device has the name veth0\.1')" 1
ok "the other one goes" ip link delete veth0.1
ok "VFs are made anew" eval 'numvfs eth0 0 && wait_for 5 stubs_are 0 && numvfs eth0 3'
ok "with the full name" wait_for 5 dev_exists veth0.1
is "the limit has stayed" "$(vf_get veth0.2 hard-rate)" 20000000

ok "a VF on the other card" numvfs eth1 2
ok "five stubs" wait_for 5 stubs_are 5
is "a dump can be narrowed to it" "$(vfnl dump vf-get pf-ifname=eth1 | jq -c '[.[].ifname]')" '["veth1.0","veth1.1"]'
is "both are dumped otherwise" "$(vfnl dump vf-get | jq length)" 5

index=$(cat /sys/class/net/veth0.1/ifindex)
ip link set eth0 down
ok "the PF is renamed" ip link set eth0 name uplink
ok "its stubs are as well" wait_for 5 dev_exists vuplink.1
is "and keep their index" "$(cat /sys/class/net/vuplink.1/ifindex)" "$index"
fails "the old name is gone" dev_exists veth0.1
ok "a name that leaves no room" ip link set uplink name enp129s0f0np0
ok "is shortened" wait_for 5 eval 'ip -o link show type vfctl | grep -qE " venp129[0-9a-f]{4}|venp129s0[0-9a-f]{4}\.1@"'
like "with the full one as alias" "$(ip link show type vfctl)" 'alias venp129s0f0np0\.1'
ok "and renamed back" ip link set enp129s0f0np0 name eth0
ok "the stubs too" wait_for 5 dev_exists veth0.1

ok "a namespace" guest_netns away
ok "the PF moves there" ip link set eth0 netns away
ok "its stubs follow" wait_for 5 dev_exists veth0.1 away
ok "none is left behind" wait_for 5 gone veth0.1
is "here only the other PF is seen" "$(vfnl dump pf-get | jq -c '[.[].ifname]')" '["eth1"]'
is "there only this one" "$(in_netns away "$VFNL" dump pf-get | jq -c '[.[].ifname]')" '["eth0"]'
is "with its limit" "$(in_netns away "$VFNL" do vf-get ifname=veth0.2 | jq '.[0]["hard-rate"]')" 20000000
ok "it comes back" ip -n away link set eth0 netns 1
ok "with its stubs" wait_for 5 dev_exists veth0.1
ok "it moves again" ip link set eth0 netns away
ok "the stubs follow" wait_for 5 dev_exists veth0.1 away
ok "the namespace goes away" ip netns delete away
ok "the PF falls back" wait_for 10 dev_exists eth0
ok "and its stubs are here" wait_for 10 dev_exists veth0.1
ok "all VFs are listed" wait_for 5 vfs_listed 5

ok "the link is up" dev_up eth0
ok "the limit is in force" wait_for 5 eval '[[ $(vf_get veth0.2 state) == in-force ]]'
ok "igb is unbound" tee "/sys/bus/pci/drivers/igb/unbind" <<<"$pci0"
ok "its stubs are gone" wait_for 5 stubs_are 2
ok "and the PF" wait_for 5 eval '[[ $(vfnl dump pf-get | jq length) == 1 ]]'
ok "igb is bound" tee "/sys/bus/pci/drivers/igb/bind" <<<"$pci0"
ok "the PF is there" wait_for 10 dev_exists eth0
ok "up" dev_up eth0
ok "with VFs" numvfs eth0 3
ok "and stubs" wait_for 5 dev_exists veth0.2
ok "and the limit in force" wait_for 8 eval '[[ $(vf_get veth0.2 state) == in-force ]]'

ok "igb is unloaded" modprobe -r igb
ok "no stubs are left" wait_for 5 stubs_are 0
is "no PF is left" "$(vfnl dump pf-get)" "[]"
ok "igb is loaded" host_up 2
ok "VFs" vfs_on eth0 2
ok "stubs" wait_for 5 dev_exists veth0.1

ok "VF 0 goes to a guest" vf_netns eth0 0 guest0 10.0.0.1/24
ok "VF 1 goes to another" vf_netns eth0 1 guest1 10.0.0.2/24
ip netns exec guest0 ping -q -f 10.0.0.2 >/dev/null 2>&1 &
pinger=$!
for op in stats-get vf-get; do
	# A reader loses its family in the middle of a loop, which is an error to it.
	"$VFNL" readers $op 2>/dev/null >/tmp/readers.$op &
done
for op in stats-get vf-get; do
	ok "a reader dumps $op" wait_for 20 grep -q ready /tmp/readers.$op
done
ok "vfctl is unloaded under traffic and readers" wait_for 20 modprobe -q -r vfctl
is "no stub is left" "$(stubs)" 0
ok "vfctl is loaded again" load_vfctl
ok "the stubs are back" wait_for 5 dev_exists veth0.1
before=$(ethtool_stat veth0.1 rx_packets)
sleep 1
within "and count" $(($(ethtool_stat veth0.1 rx_packets) - before)) 1 1000000
mapfile -t left < <(jobs -p)
kill "${left[@]}" 2>/dev/null
wait
ok "all goes" eval 'vfs_off eth0 && modprobe -r vfctl && modprobe -r igbvf igb'
ok "no complaint of the kernel" klog_clean
done_testing
