# igb: 1
# timeout: 240
# A hard limit is kept: pending while the device cannot take it, applied when it
# can, applied anew when it is lost; and every way to set it agrees.
. "$VFCTL_TOP/tests/vm/lib.sh"

allocation() {
	cat /sys/class/net/eth0/device/bandwidth_allocation
}

maxrate() {
	cat "/sys/class/net/$1/queues/tx-0/tx_maxrate"
}

# igb_has VF MBIT: what the PF driver itself says.
igb_has() {
	[[ $(ip -j link show eth0 | jq ".[0].vfinfo_list[$1].rate.max_tx") == "$2" ]]
}

# agree VF MBIT: all that show the hard limit.
agree() {
	ok "igb has $2 for VF $1" wait_for 3 igb_has "$1" "$2"
	is "netlink says so" "$(vf_get "veth0.$1" hard-rate)" $(($2 * 1000000))
	is "tx_maxrate says so" "$(maxrate "veth0.$1")" "$2"
	is "bandwidth_allocation says so" "$(allocation | cut -d' ' -f$(($1 + 1)))" "$2"
	like "ethtool says so" "$(ethtool --tx-rate "veth0.$1")" "Hard limit: +$([[ $2 == 0 ]] && echo none || echo "$2Mbit")"
}

ok "the card comes up" host_up
ok "vfctl loads" load_vfctl
ok "four VFs come up" vfs_on eth0 4
ok "each has a stub" wait_for 5 dev_exists veth0.3
ok "events are listened to" events_begin config

ok "ethtool sets a limit" ethtool --tx-rate veth0.1 500mbit
agree 1 500
is "it is in force" "$(vf_get veth0.1 state)" in-force
event "an event tells who, what was, what is" '"vf-change".*"vf": 1,.*"hard-rate": 500000000.*"origin": "netlink", "pid": [0-9]+, "old": \{"hard-rate": 0'
ok "ethtool removes it" ethtool --tx-rate veth0.1 none
agree 1 0
is "there is none" "$(vf_get veth0.1 state)" none

ok "tx_maxrate sets one" tee /sys/class/net/veth0.2/queues/tx-0/tx_maxrate <<<200
agree 2 200
event "an event says so" '"vf": 2,.*"hard-rate": 200000000.*"origin": "tx-maxrate"'
ok "bandwidth_allocation sets all" tee /sys/class/net/eth0/device/bandwidth_allocation <<<"500 0 250 0"
agree 0 500
agree 2 250
is "it reads as it was written" "$(allocation)" "500 0 250 0"
event "an event says so" '"vf": 0,.*"hard-rate": 500000000.*"origin": "sysfs"'

ok "ip sets one" ip link set eth0 vf 1 max_tx_rate 300
# No client is started for this: that alone may take a second here.
ok "it is noticed within a second" wait_for 1 eval '[[ $(</sys/class/net/veth0.1/queues/tx-0/tx_maxrate) == 300 ]]'
agree 1 300
event "an event says that it came from outside" '"vf": 1,.*"hard-rate": 300000000.*"origin": "outside"'
ok "ip removes it" ip link set eth0 vf 1 max_tx_rate 0
ok "that is noticed too" wait_for 4 vf_is veth0.1 hard-rate 0
event "and is no loss" '"vf": 1,.*"hard-rate": 0,.*"origin": "outside"'

ok "a soft limit lowers the effective one" vfnl do vf-set ifname=veth0.0 soft-rate=100000000
is "hard stays" "$(vf_get veth0.0 hard-rate)" 500000000
is "effective is the smaller" "$(vf_get veth0.0 effective-rate)" 100000000
ok "the device has it" wait_for 2 igb_has 0 100
ok "hard goes below soft" ethtool --tx-rate veth0.0 80mbit
is "soft is kept" "$(vf_get veth0.0 soft-rate)" 100000000
is "effective is clamped" "$(vf_get veth0.0 effective-rate)" 80000000
ok "hard goes away" ethtool --tx-rate veth0.0 none
is "effective is soft" "$(vf_get veth0.0 effective-rate)" 100000000
ok "soft goes away" vfnl do vf-set ifname=veth0.0 soft-rate=0
is "none is left" "$(vf_get veth0.0 state)" none
ok "a rate that is not whole Mbit/s" ethtool --tx-rate veth0.0 1500000
is "is kept as wanted" "$(vf_get veth0.0 hard-rate)" 1500000
is "and rounded down for the device" "$(vf_get veth0.0 effective-rate)" 1000000
ok "it goes" ethtool --tx-rate veth0.0 0

ok "the link goes down" ip link set eth0 down
ok "vfctl knows" wait_for 5 vf_is veth0.3 link-speed null
ok "a limit is set meanwhile" ethtool --tx-rate veth0.3 400mbit
is "it is pending" "$(vf_get veth0.3 state)" pending
is "none is in force" "$(vf_get veth0.3 effective-rate)" 0
like "ethtool says why" "$(ethtool --tx-rate veth0.3)" "pending.*link of the PF is down"
event "an event says so" '"vf": 3,.*"hard-rate": 400000000.*"state": "pending"'
is "a limit that was in force stays" "$(vf_get veth0.2 hard-rate)" 250000000
ok "the link comes up" dev_up eth0
ok "the limit comes into force" wait_for 5 vf_is veth0.3 state in-force
ok "igb has it" wait_for 5 igb_has 3 400
event "an event says so" '"vf": 3,.*"state": "in-force".*"origin": "device"'
ok "the old one is there as well" wait_for 5 igb_has 2 250

ok "the link goes down and comes back" eval 'ip link set eth0 down && dev_up eth0'
ok "somebody takes a limit away at once" ip link set eth0 vf 3 max_tx_rate 0
ok "which is his will" wait_for 5 vf_is veth0.3 hard-rate 0
ok "igb has done it" igb_has 3 0
ok "the other limit is there" wait_for 5 igb_has 2 250
is "and igb has none of the first still" "$(vf_get veth0.3 hard-rate) $(vf_get veth0.3 state)" "0 none"

ok "the link becomes slower" ethtool -s eth0 speed 100 duplex full autoneg off
ok "igb drops all limits" wait_for 15 eval 'dmesg | grep -q "VF Transmit rate is disabled"'
ok "which is seen as a loss" wait_for 5 vf_is veth0.2 state pending
is "not as somebody's will" "$(vf_get veth0.2 hard-rate)" 250000000
event "an event says so" '"vf": 2,.*"state": "pending", "pending-reason": "(the PF driver has lost the limit|the limit is above the link speed).*"origin": "device"'
ok "the link becomes fast again" ethtool -s eth0 autoneg on
ok "the limit is in force again" wait_for 20 vf_is veth0.2 state in-force
ok "igb has it" wait_for 5 igb_has 2 250
event "an event says so" '"vf": 2,.*"state": "in-force".*"origin": "device"'

ok "VFs are made anew" numvfs eth0 3
ok "their stubs are back" wait_for 10 dev_exists veth0.2
ok "igb has the limit again" wait_for 5 igb_has 2 250
is "it is in force" "$(vf_get veth0.2 state)" in-force
event "an event told that the VF was new" '"vf-new".*"vf": 2,.*"hard-rate": 250000000'

events_end

# agent MBIT: a management agent reads the rate of VF 1 by rtnetlink, sets its own, and puts back what it has read.
agent() {
	local had
	had=$(ip -j link show eth0 | jq '.[0].vfinfo_list[1].rate.max_tx')
	ip link set eth0 vf 1 max_tx_rate "$1" && wait_for 5 vf_is veth0.1 hard-rate "${1}000000" &&
		ip link set eth0 vf 1 max_tx_rate "$had"
}

ok "a hard limit" ethtool --tx-rate veth0.1 30mbit
ok "an agent has another one for a while" agent 20
ok "the limit is what it was" wait_for 5 vf_is veth0.1 hard-rate 30000000
ok "a soft one below it" vfnl do vf-set ifname=veth0.1 soft-rate=10000000
ok "the agent comes again" agent 20
ok "what is in force is what it was" wait_for 5 eval 'vf_is veth0.1 effective-rate 10000000 && igb_has 1 10'
is "the hard limit is the agent's, as README says" "$(vf_get veth0.1 hard-rate)" 20000000
ok "no complaint of the kernel" klog_clean
done_testing
