# igb: 1
# timeout: 240
# Each refusal says in one sentence what is wrong, and changes nothing. Who may do
# what is in privileges.sh.
. "$VFCTL_TOP/tests/vm/lib.sh"

# u64 VALUE, u32 VALUE: little endian, as hex.
u64() {
	printf '%016x' "$1" | fold -w2 | tac | tr -d '\n'
}

# "veth0.1" as attribute ifname.
readonly VF_VETH01=0c00050076657468302e3100

ok "the card comes up" host_up
refused "module not loaded" "kernel module vfctl is not loaded" ethtool --tx-rate veth0.1
ok "vfctl loads" load_vfctl
refused "no VFs yet" "^ENOENT: eth0 has no VFs now$" vfnl do vf-get pf-ifname=eth0 vf=0
ok "two VFs" numvfs eth0 2
ok "with stubs" wait_for 5 dev_exists veth0.1
ok "the link is back" dev_up eth0
ok "vfctl knows it" wait_for 5 eval '[[ $(vf_get veth0.1 link-speed) == 1000000000 ]]'
ok "a limit" ethtool --tx-rate veth0.1 500mbit

set_vf() {
	vfnl do vf-set ifname=veth0.1 "$@"
}

refused "VF out of range" "^ENOENT: eth0 has VFs 0 to 1, there is no VF 2$" vfnl do vf-set pf-ifname=eth0 vf=2 hard-rate=0
refused "above the link speed" "^EINVAL: 2000 Mbit/s is above the link speed of eth0, 1000 Mbit/s$" set_vf hard-rate=2000000000
refused "the same by ethtool" "2000 Mbit/s is above the link speed of eth0, 1000 Mbit/s" ethtool --tx-rate veth0.1 2gbit
refused "below 1 Mbit/s" "^EINVAL: 999999 bit/s is below 1 Mbit/s, the least; 0 is no limit$" set_vf hard-rate=999999
refused "the largest number there is" "^EINVAL: 18446744073709551615 bit/s is more than a driver can take$" set_vf hard-rate=18446744073709551615
refused "a minimum rate on igb" "^EOPNOTSUPP: igb has no minimum rate for VFs$" set_vf min-rate=10000000
refused "soft above hard" "^EINVAL: soft limit 600 Mbit/s is above hard limit 500 Mbit/s$" set_vf soft-rate=600000000
refused "both at once, soft above hard" "^EINVAL: soft limit 400 Mbit/s is above hard limit 300 Mbit/s$" set_vf hard-rate=300000000 soft-rate=400000000
refused "one of two is bad" "below 1 Mbit/s" set_vf hard-rate=300000000 soft-rate=1
refused "a say for a guest that has none" "^EOPNOTSUPP: igb takes no soft limits from guests$" set_vf guest-soft=0
refused "with a rate, which is not set then" "takes no soft limits" set_vf hard-rate=300000000 guest-soft=0
refused "neither yes nor no" "^E(RANGE|INVAL): .*out of range" set_vf guest-soft=2
refused "nothing to set" "^EINVAL: nothing to set, give a hard, soft or min rate$" set_vf
refused "no VF named" "^EINVAL: name a VF by its device, or by its PF and number$" vfnl do vf-get
refused "a VF named twice" "name a VF by its device, or by its PF and number" vfnl do vf-get ifname=veth0.1 pf-ifname=eth0 vf=1
refused "no such device" '^ENODEV: there is no device "veth9.9"$' vfnl do vf-get ifname=veth9.9
refused "no such index" "^ENODEV: there is no device with index 999$" vfnl do vf-get ifindex=999
refused "an index and another device's name" "^ENODEV: the device with index 1 is lo, not \"eth0\"$" vfnl do pf-get ifindex=1 ifname=eth0
refused "a device that is no stub" "^EOPNOTSUPP: eth0 is no device of a VF, as veth0.1 is$" vfnl do vf-get ifname=eth0
refused "the same by ethtool" "eth0 is no device of a VF" ethtool --tx-rate eth0
refused "a device that is no PF" "^EOPNOTSUPP: lo is no PF: its device cannot have VFs$" vfnl do pf-get ifname=lo
refused "no PF named" "^EINVAL: name a PF by ifindex or ifname$" vfnl do pf-get
refused "a dump narrowed to a VF" "^EINVAL: a dump can be narrowed to a PF, not to a VF$" vfnl dump vf-get ifname=veth0.1
refused "a dump of no PF" "^EOPNOTSUPP: lo is no PF" vfnl dump stats-get pf-ifname=lo
refused "an interval that is too short" "^ERANGE" vfnl do pf-set ifname=eth0 interval=9
refused "one that is too long" "^ERANGE" vfnl do pf-set ifname=eth0 interval=10001
refused "no interval" "^EINVAL: nothing to set, give an interval or keep-limits$" vfnl do pf-set ifname=eth0

# Attributes that no honest client sends: type, length and value by hand.
refused "a rate of four bytes" "^E(INVAL|RANGE)" vfnl raw do vf-set "${VF_VETH01}0800090000000000"
refused "a rate of twelve" "^E(INVAL|RANGE)" vfnl raw do vf-set "${VF_VETH01}10000900$(u64 0)00000000"
refused "a name without an end" "^E(INVAL|RANGE)" vfnl raw do vf-get 0b00050076657468302e3100
refused "a name of 200 bytes" "^E(INVAL|RANGE)" vfnl raw do vf-get "cc000500$(printf '61%.0s' {1..199})00"
refused "an attribute that runs over its message" "^EINVAL" vfnl raw do vf-get ff00050076
refused "a trailing half of one" "^EINVAL" vfnl raw do vf-get "${VF_VETH01}0400"
refused "an attribute of no such number" "^EINVAL: (Unknown attribute type|Unsupported attribute)" vfnl raw do vf-get "${VF_VETH01}0800630000000000"
refused "one that is not of this request" "^EINVAL: (Unknown attribute type|Unsupported attribute)" vfnl raw do vf-get "${VF_VETH01}0c000900$(u64 0)"
refused "the state as if one could set it" "^EINVAL: Unsupported attribute" vfnl raw do vf-set "${VF_VETH01}08000d0001000000"

sysfs_refused() {
	local what=$1 file=$2 value=$3 sentence=$4
	fails "$what" tee "$file" <<<"$value"
	like "the log says why" "$(dmesg | tail -n 5)" "$sentence"
}

allocation=/sys/class/net/eth0/device/bandwidth_allocation
sysfs_refused "too few numbers" $allocation "100" 'bandwidth_allocation: 1 numbers for 2 VFs'
sysfs_refused "too many" $allocation "100 200 300" 'bandwidth_allocation: more than 2 numbers for 2 VFs'
sysfs_refused "garbage" $allocation "100 fast" 'bandwidth_allocation: "fast" is no rate in whole Mbit/s'
sysfs_refused "a negative number" $allocation "100 -1" '"-1" is no rate'
sysfs_refused "a fraction" $allocation "100 1.5" '"1.5" is no rate'
sysfs_refused "a number that is too long" $allocation "100 99999999999999999999" '"999999999999999" is no rate in whole Mbit/s'
sysfs_refused "one bad of two" $allocation "100 2000" '2000 Mbit/s is above the link speed'
fails "nothing" tee $allocation <<<""
sysfs_refused "tx_maxrate above the link" /sys/class/net/veth0.1/queues/tx-0/tx_maxrate 2000 'tx_maxrate: 2000 Mbit/s is above the link speed'
is "nothing of all that has changed the limits" "$(cat $allocation)" "0 500"
is "nor the soft ones" "$(vf_get veth0.1 soft-rate) $(vf_get veth0.0 soft-rate)" "0 0"
is "igb has what it had" "$(ip -j link show eth0 | jq -c '[.[0].vfinfo_list[].rate.max_tx]')" "[0,500]"

ok "a PF driver" modprobe vfsim
ok "without rate control or counters" vfsim_ops 0 get_config
vfsim_vfs 0 3
ok "has stubs all the same" wait_for 5 dev_exists vsim0.2
refused "its rate cannot be set" "^EOPNOTSUPP: vfsim cannot limit the rate of VFs$" vfnl do vf-set ifname=vsim0.2 hard-rate=1000000
refused "nor by ethtool" "vfsim cannot limit the rate of VFs" ethtool --tx-rate vsim0.2 1mbit
is "its counters are absent" "$(vfnl do stats-get ifname=vsim0.2 | jq '.[0] | has("rx-packets") or has("time")')" false
like "ethtool has none" "$(ethtool -S vsim0.2 2>&1)" "no stats available"
is "it was called as it is owed" "$(vfsim_violations)" 0
ok "it goes" rmmod vfsim
ok "so do its stubs" wait_for 5 eval '! dev_exists vsim0.2'

ok "a driver with a minimum rate" modprobe vfsim
vfsim_vfs 0 300
ok "and 300 VFs" wait_for 10 dev_exists vsim0.299
is "is dumped whole" "$(vfnl dump vf-get pf-ifname=sim0 | jq length)" 300
ok "takes a minimum" vfnl do vf-set ifname=vsim0.7 min-rate=5000000 hard-rate=9000000
is "and reports it" "$(vf_get vsim0.7 min-rate)" 5000000
refused "a minimum above the hard limit" "^EINVAL: minimum 10 Mbit/s is above limit 9 Mbit/s$" vfnl do vf-set ifname=vsim0.7 min-rate=10000000
refused "a hard limit below the minimum" "^EINVAL: minimum 5 Mbit/s is above limit 4 Mbit/s$" vfnl do vf-set ifname=vsim0.7 hard-rate=4000000
ok "its link is up" dev_up sim0
vfsim_knob 0 refuse_set_rate 5
refused "a driver that refuses" "^EIO: vfsim refused 7 Mbit/s \(minimum 5\) for VF 7, error -5$" vfnl do vf-set ifname=vsim0.7 hard-rate=7000000
is "keeps what it had" "$(vf_get vsim0.7 hard-rate)" 9000000
is "it was called as it is owed" "$(vfsim_violations)" 0
ok "it goes" rmmod vfsim
ok "no complaint of the kernel" klog_clean
done_testing
