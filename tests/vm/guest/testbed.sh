# guests: yes
# timeout: 300
# Guests with a VF each: they boot, and their traffic is counted on the host.
. "$VFCTL_TOP/tests/vm/lib.sh"
. "$VFCTL_TOP/tests/vm/guests.sh"

sent() {
	(($(dev_stat veth0.1 tx_packets) >= 4))
}

ok "the card comes up" host_up
ok "two VFs, for guests" guests_prepare eth0 2
ok "vfctl loads" load_vfctl
ok "the stubs are there" wait_for 5 dev_exists veth0.1
for vf in 0 1; do
	ok "VF $vf has an address" ip link set eth0 vf "$vf" mac "52:54:00:76:66:0$vf"
	ok "a guest with VF $vf boots" guest_up "guest$vf" eth0 "$vf"
	ok "its VF has a driver" guest_run "guest$vf" "modprobe igbvf && ip link set eth0 up"
	like "and the address that the host gave it" "$(guest_run "guest$vf" "ip -brief link show eth0")" "52:54:00:76:66:0$vf"
	ok "an address" guest_run "guest$vf" "ip address add 10.0.0.$((vf + 1))/24 dev eth0"
done
fails "a command that fails does so here" guest_run guest0 "ip link show nothing"
ok "the guests reach each other" guest_run guest1 "ping -c 3 -i 0.2 -w 20 10.0.0.1"
ok "the host counts what guest 1 sent" wait_for 10 sent
within "and not more" "$(dev_stat veth0.1 tx_packets)" 4 1000
for vf in 0 1; do
	ok "guest $vf goes" guest_down "guest$vf"
done
ok "its VF goes back to the host" vf_driver eth0 0 igbvf
ok "and works there" wait_for 10 vf_dev eth0 0
ok "no complaint of the kernel" klog_clean
done_testing
