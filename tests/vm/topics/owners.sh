# igb: 0
# timeout: 240
# modules: netdevsim
# Whose a VF is: of one network device, where its function has several; and devlink's, where
# it has a representor.
. "$VFCTL_TOP/tests/vm/lib.sh"

vfs_listed() {
	vfnl dump vf-get | grep -o '"vf":' | wc -l
}

ok "vfctl loads" load_vfctl
ok "a PF driver" modprobe vfsim
ok "its function has two network devices, as those of mlx4" vfsim_knob 0 ports 3
ok "both are there" eval 'dev_exists sim0 && dev_exists sim0p1'
ok "two VFs" vfsim_vfs 0 2
ok "with stubs" wait_for 10 dev_exists vsim0.1
is "each is listed once" "$(vfs_listed)" 2
refused "the second device is told whose they are" \
	"^EOPNOTSUPP: sim0p1 is no PF: the VFs of its device are those of sim0$" \
	vfnl do vf-set pf-ifname=sim0p1 vf=0 hard-rate=30000000
ok "a limit" vfnl do vf-set pf-ifname=sim0 vf=0 hard-rate=40000000
ok "it is changed through the second, by rtnetlink" ip link set sim0p1 vf 0 max_tx_rate 30
ok "that is the VF's limit then" wait_for 10 vf_is vsim0.0 hard-rate 30000000
ok "the first device goes" vfsim_knob 0 ports 2
ok "the second takes the VFs over" wait_for 10 dev_exists vsim0p1.1
ok "with their limits" wait_for 10 vf_is vsim0p1.0 hard-rate 30000000
is "which the driver has" "$(vfsim_read 0 rates | head -n 1)" "0 30 0"
ok "the first comes back" vfsim_knob 0 ports 3
is "the VFs stay where they are" "$(vfs_listed) $(vf_get vsim0p1.0 hard-rate)" "2 30000000"
ok "the driver leaves both" vfsim_unbind 0
ok "and takes them again" vfsim_bind 0
ok "two VFs" vfsim_vfs 0 2
ok "the first device has them" wait_for 10 vf_is vsim0.0 hard-rate 30000000
is "the driver was called as it is owed" "$(vfsim_violations)" 0
ok "it goes" modprobe -r vfsim

# eswitch legacy|switchdev
eswitch() {
	devlink dev eswitch set netdevsim/netdevsim1 mode "$1"
}

ok "a simulated card with an eswitch" netdevsim_new 1 4
card=$(netdevsim_dev 1)
ok "its link is up" ip link set "$card" up
ok "two VFs" netdevsim_vfs 1 2
ok "vfctl knows them" wait_for 10 vfnl do vf-get "pf-ifname=$card" vf=1
ok "in legacy mode they are limited" vfnl do vf-set "pf-ifname=$card" vf=1 hard-rate=50000000
is "by the driver" "$(ip -j link show "$card" | jq -c '[.[0].vfinfo_list[].rate.max_tx]')" "[0,50]"
ok "the card changes to switchdev mode" eswitch switchdev
ok "the limit is pending" wait_for 10 eval '[[ $(vfnl get vf-get state "pf-ifname=$card" vf=1) == pending ]]'
is "for a reason" "$(vfnl get vf-get pending-reason "pf-ifname=$card" vf=1)" \
	"the PF is in switchdev mode, where devlink-rate limits VFs"
refused "another is refused, and who takes it is named" \
	"^EOPNOTSUPP: $card is in switchdev mode, where devlink-rate\\(8\\) limits VFs$" \
	vfnl do vf-set "pf-ifname=$card" vf=1 hard-rate=60000000
is "representors are no PFs" "$(vfnl dump pf-get | grep -o '"ifindex":' | wc -l)" 1
ok "the card changes back" eswitch legacy
ok "the limit is in force again" wait_for 10 eval '[[ $(vfnl get vf-get state,hard-rate "pf-ifname=$card" vf=1) == "in-force 50000000" ]]'
ok "another is taken" vfnl do vf-set "pf-ifname=$card" vf=1 hard-rate=60000000
ok "the card goes" netdevsim_del 1
ok "all goes" modprobe -r vfctl
ok "no complaint of the kernel" klog_clean
done_testing
