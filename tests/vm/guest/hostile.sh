# guests: yes
# igb-patches: yes
# trace: igb_tx_rate_set
# timeout: 700
# by-the-clock: yes
# A guest writes what it likes into its mailbox, as fast as it can. The host and the other
# guest go on, and it never has more than its hard limit.
. "$VFCTL_TOP/tests/vm/lib.sh"
. "$VFCTL_TOP/tests/vm/guests.sh"

EVENTS=/run/events
RANDOM_ONES=100000 VALID_ONES=20000
SEED=$(date +%s)
GUEST_PATIENCE=500

# mailbox WORD...: in the guest, on its VF.
mailbox() {
	guest_run guest1 "mailbox 0000:00:03.0 $*"
}

# beside WHAT COMMAND...: what others do while the command runs.
beside() {
	local what=$1 job rate
	shift
	"$@" >/run/said 2>&1 &
	job=$!
	sleep 1
	ok "$what: the host lists its VFs" timeout 5 vfctl list
	ok "$what: limits can be set" timeout 5 ethtool --tx-rate veth0.0 30mbit
	ok "$what: and set back" timeout 5 ethtool --tx-rate veth0.0 20mbit
	ok "$what: the other guest sends" guest_flow guest0 0 10.0.0.254
	rate=$(card_rate 0 tx-bytes 4)
	ok "$what: and ends" guest_flow_end guest0
	if [[ $VFCTL_SHAPES == yes ]]; then
		within "$what: the other guest has what it may have" "$rate" 10000000 20200000
	else
		within "$what: the other guest has its part" "$rate" 10000000 100000000000
	fi
	ok "$what: it goes on for so long" kill -0 "$job"
	wait "$job"
	ok "$what: it comes to its end" jq -e . /run/said
	diag "$what: $(cat /run/said)"
	is "$what: the other guest's limit" "$(vfnl get vf-get hard-rate,soft-rate ifname=veth0.0)" "20000000 0"
	is "$what: the hard limit" "$(vf_get veth0.1 hard-rate)" 40000000
}

soft_is_gone() {
	[[ $(vf_get veth0.1 soft-rate) == 0 ]]
}

answered() {
	jq -r ".[\"$1\"] // 0 | floor" /run/said
}

ok "the patched igb loads" load_patched igb
ok "the card comes up" host_up
ok "two VFs, for guests" guests_prepare eth0 2
ok "vfctl loads" load_vfctl
ok "the stubs are there" wait_for 5 dev_exists veth0.1
ok "the host has an address" ip address add 10.0.0.254/24 dev eth0
ok "and receives" iperf3 -s -D
for vf in 0 1; do
	ok "VF $vf has an address" ip link set eth0 vf "$vf" mac "52:54:00:76:66:0$vf"
	ok "guest $vf boots" guest_up "guest$vf" eth0 "$vf"
done
ok "guest 0 uses its VF" guest_run guest0 \
	"modprobe igbvf && ip link set eth0 up && ip address add 10.0.0.1/24 dev eth0 && ping -c 2 -w 20 10.0.0.254"
ok "guest 0 is limited" ethtool --tx-rate veth0.0 20mbit
# The trace is looked at from the last 41 on.
ok "guest 1 is limited" ethtool --tx-rate veth0.1 41mbit
ok "to less" ethtool --tx-rate veth0.1 40mbit

mailbox set 40 41 1000 1001 0xffff 0x10000 0x10028 0x7fffffff 0x80000000 0xffffffff 1 0 >/run/said
cat /run/said
is "within the limit it gets what it asks for" "$(answered 0)" 3
is "above it is refused, up to the end of u32" "$(answered 1)" 9

vfnl listen config 600 >"$EVENTS" &
listener=$!
ok "somebody listens" wait_for 20 grep -q ready "$EVENTS"
beside "$RANDOM_ONES random messages" mailbox random "$RANDOM_ONES" "$SEED"
is "all of them were sent" "$(jq 'del(.seconds) | add' /run/said)" "$RANDOM_ONES"
diag "seed $SEED"
sleep 1
before=$(grep -c '"origin": "guest"' "$EVENTS")
beside "a flood of valid ones" mailbox valid "$VALID_ONES" 40
seconds=$(answered seconds)
within "few are granted" "$(answered 0)" 16 $((16 * (seconds + 2)))
within "the others are told to try again" "$(answered 3)" 1000 "$VALID_ONES"
sleep 1
within "the host hears of it ten times a second at most" \
	$(($(grep -c '"origin": "guest"' "$EVENTS") - before)) 1 $((11 * (seconds + 2)))
kill "$listener"
wait "$listener" 2>/dev/null
mailbox set 0 >/run/said
ok "the soft limit goes" wait_for 3 soft_is_gone
if [[ $VFCTL_SHAPES == yes ]]; then
	ok "nothing above the hard limit was ever programmed" "$VFCTL_TOP/tests/vm/programmed.py" \
		"$VFCTL_LOG/trace" 41 40 1 9
else
	skip "what was programmed" "this QEMU does not know the registers"
fi
for guest in guest0 guest1; do
	ok "$guest goes" guest_down "$guest"
done
ok "no complaint of the kernel" klog_clean
done_testing
