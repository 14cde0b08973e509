# guests: yes
# igb-patches: yes
# timeout: 540
# A guest lowers the limit of its VF over the mailbox, and the host sees and decides.
. "$VFCTL_TOP/tests/vm/lib.sh"
. "$VFCTL_TOP/tests/vm/guests.sh"

EVENTS=/run/events
TX_RATE=/sys/class/net/eth0/device/tx_rate

tx_rate() {
	guest_run "${1:-guest1}" "cat $TX_RATE"
}

# ask MBIT [GUEST]
ask() {
	guest_run "${2:-guest1}" "echo $1 >$TX_RATE"
}

# host_has: hard, soft and effective of VF 1 as the host shows them, in Mbit/s.
host_has() {
	vfnl 'do' vf-get ifname=veth0.1 |
		jq -r '.[0] | [."hard-rate", ."soft-rate", ."effective-rate"] | map(. / 1000000) | join(" ")'
}

# shows HARD-SOFT-EFFECTIVE WHAT: within a second.
shows() {
	wait_for 1 shows_now "$1"
	is "$2" "$(host_has)" "$1"
}

shows_now() {
	[[ $(host_has) == "$1" ]]
}

# told WHAT FILTER: the last event of VF 1.
told() {
	wait_for 1 told_now "$2"
	ok "$1" told_now "$2"
}

told_now() {
	grep 'vf-change' "$EVENTS" | tail -n 1 | grep -qE "$1" || { tail -n 2 "$EVENTS"; false; }
}

# arrives WHAT LIMIT: what guest 0 receives of guest 1, which sends as fast as it can.
# Bytes of the frame with its FCS are what the card counts: 1518 for 1448 of TCP.
arrives() {
	local rate
	rate=$(guest_run guest1 "iperf3 -J -t 4 -O 1 -c 10.0.0.1" |
		jq '.end.sum_received.bits_per_second * 1518 / 1448 | floor')
	diag "$1: $rate bit/s"
	within "$1" "$rate" $(($2 * 900000)) $(($2 * 1010000))
}

# guest NAME VF ADDRESS
guest() {
	guest_up "$1" eth0 "$2" && guest_run "$1" "$guest_library; guest_begins $3"
}

# What a guest does first; the host's own functions are at hand there.
guest_library='. $VFCTL_TOP/tests/vm/host.sh
guest_begins() {
	load_patched igbvf && ip link set eth0 up && ip address add "$1/24" dev eth0 && wait_for 20 dev_has_link eth0
}'

ok "the patched igb loads" load_patched igb
ok "the card comes up" host_up
ok "two VFs, for guests" guests_prepare eth0 2
ok "vfctl loads" load_vfctl
ok "the stubs are there" wait_for 5 dev_exists veth0.1
like "vfctl knows that guests have a say" "$(vfctl show eth0)" "soft limits set by guests"
for vf in 0 1; do
	ok "VF $vf has an address" ip link set eth0 vf "$vf" mac "52:54:00:76:66:0$vf"
	ok "guest $vf comes up" guest "guest$vf" "$vf" "10.0.0.$((vf + 1))"
done
vfnl listen config 600 >"$EVENTS" &
listener=$!
ok "somebody listens" wait_for 20 grep -q ready "$EVENTS"

is "no limit at first" "$(tx_rate)" "0 0"
ok "a hard limit" ethtool --tx-rate veth0.1 400mbit
is "the guest reads it" "$(tx_rate)" "400 0"
ok "the guest asks for less" ask 300
is "it has it" "$(tx_rate)" "400 300"
shows "400 300 300" "so has the host"
told "an event tells who" '"origin": "guest"'
like "ethtool shows the soft limit" "$(ethtool --tx-rate veth0.1)" "Soft limit: 300 ?Mbit"
refused "it asks for more than the hard one" "Invalid argument" ask 500
is "nothing changed" "$(tx_rate)" "400 300"
is "nor on the host" "$(host_has)" "400 300 300"
refused "what is no number" "Invalid argument" ask many
refused "less than nothing" "Invalid argument" ask -1
is "nothing changed by that" "$(tx_rate)" "400 300"
ok "the host lowers the hard limit" ethtool --tx-rate veth0.1 200mbit
is "the soft one is kept" "$(tx_rate)" "200 300"
is "and clamped" "$(host_has)" "200 300 200"
ok "the host raises it" ethtool --tx-rate veth0.1 600mbit
is "the soft one is in force again" "$(host_has)" "600 300 300"
ok "the host has no limit any more" ethtool --tx-rate veth0.1 none
is "the guest's stays" "$(tx_rate) $(host_has)" "0 300 0 300 300"
ok "the guest has none any more" ask 0
shows "0 0 0" "there is none"

ok "by tx_maxrate" guest_run guest1 "echo 250 >/sys/class/net/eth0/queues/tx-0/tx_maxrate"
shows "0 250 250" "the same limit"
ok "the administrator takes it away" vfctl rate veth0.1 soft none
is "the guest reads that" "$(tx_rate)" "0 0"
ok "the administrator sets it" vfctl rate veth0.1 soft 120mbit
is "the guest reads that too" "$(tx_rate)" "0 120"
is "it is allowed to" "$(vfctl rate veth0.1 guest)" "allow"
ok "it is forbidden" vfctl rate veth0.1 guest forbid
is "that is shown" "$(vfctl rate veth0.1 guest)" "forbid"
refused "the guest cannot" "not permitted" ask 100
is "what there is stays" "$(tx_rate)" "0 120"
ok "it is allowed again" vfctl rate veth0.1 guest allow
ok "and does" ask 100
shows "0 100 100" "the host sees it"

ok "vfctl goes" modprobe -r vfctl
ok "the guest sets its limit all the same" ask 90
ok "vfctl comes back" load_vfctl
ok "with the stubs" wait_for 5 dev_exists veth0.1
shows "0 90 90" "and sees what was set meanwhile"
kill "$listener"
wait "$listener" 2>/dev/null

if [[ $VFCTL_SHAPES == yes ]]; then
	ok "somebody receives" guest_run guest0 "iperf3 -s -D"
	ok "they reach each other" guest_run guest1 "ping -c 2 -w 20 10.0.0.1"
	ok "hard 40" ethtool --tx-rate veth0.1 40mbit
	ok "soft 30" ask 30
	arrives "hard 40, soft 30: 30 arrive" 30
	ok "hard 20" ethtool --tx-rate veth0.1 20mbit
	arrives "hard 20, soft 30: 20 arrive" 20
	ok "hard 60" ethtool --tx-rate veth0.1 60mbit
	arrives "hard 60, soft 30: 30 arrive" 30
	ok "no hard limit" ethtool --tx-rate veth0.1 none
	arrives "soft 30: 30 arrive" 30
	ok "the other guest asks for less as well" guest_run guest0 "echo 25 >$TX_RATE"
	ok "and has a hard limit" ethtool --tx-rate veth0.0 50mbit
	is "that is its own" "$(tx_rate guest0) $(tx_rate)" "50 25 0 30"
	arrives "beside it: 30 arrive" 30
	ok "no soft limit" ask 0
	rate=$(guest_run guest1 "iperf3 -J -t 3 -c 10.0.0.1" | jq '.end.sum_received.bits_per_second | floor')
	within "nothing holds it back" "$rate" 80000000 100000000000
else
	skip "what arrives" "limits do not shape with this QEMU"
fi

# Whoever comes next has the hard limit, and not the soft one.
ok "hard 40" ethtool --tx-rate veth0.1 40mbit
ok "soft 15" ask 15
shows "40 15 15" "both are there"
is "the other guest has its own" "$(tx_rate guest0)" "50 25"
ok "igbvf is loaded anew" guest_run guest1 "rmmod igbvf; $guest_library; guest_begins 10.0.0.2"
shows "40 0 40" "the soft limit is gone"
is "for the guest as well" "$(tx_rate)" "40 0"
ok "soft 15" ask 15
ok "its device goes down and up" guest_run guest1 \
	"$guest_library; ip link set eth0 down; ip link set eth0 up; wait_for 20 dev_has_link eth0"
is "that is the same guest" "$(tx_rate)" "40 15"
ok "the guest reboots" guest_reboot guest1
shows "40 0 40" "its soft limit went with it"
ok "it begins again" guest_run guest1 "$guest_library; guest_begins 10.0.0.2"
is "and has none" "$(tx_rate)" "40 0"
if [[ $VFCTL_SHAPES == yes ]]; then
	ok "they reach each other again" guest_run guest1 "ping -c 2 -w 20 10.0.0.1"
	arrives "the hard limit is in force" 40
fi
ok "soft 15" ask 15
ok "the guest goes" guest_down guest1
ok "another guest gets its VF" guest guest2 1 10.0.0.3
is "without its soft limit" "$(tx_rate guest2) $(host_has)" "40 0 40 0 40"
for guest in guest0 guest2; do
	ok "$guest goes" guest_down "$guest"
done

ok "no VFs" numvfs eth0 0
ok "igb can be removed: vfctl does not hold it" rmmod igb
ok "and comes back without patches" modprobe igb
ok "the card comes up again" host_up
ok "two VFs" guests_prepare eth0 2
ok "the stubs are there again" wait_for 5 dev_exists veth0.1
refused "this igb has nothing to forbid" "igb takes no soft limits from guests" vfctl rate veth0.1 guest forbid
is "the hard limit is still wanted" "$(host_has | cut -d' ' -f1)" 40
ok "no complaint of the kernel" klog_clean
done_testing
