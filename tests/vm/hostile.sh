# shellcheck shell=bash
# Who owns VF 1 writes what it likes into its mailbox, as fast as it can. The host and the
# owner of VF 0 go on, and VF 1 never has more than its hard limit.
#
# A topic says how that is done:
#	mailbox WORD...   runs the program of that name where VF 1 is
#	neighbour_sends   VF 0 sends to the host, and is on its way when this returns
#	neighbour_ends
# and sets PCI for VF 1, as it is called there.

EVENTS=/run/events
# Longer than what is done beside it takes on a busy machine.
FLOOD_SECONDS=40
SEED=${VFCTL_SEED:-$(date +%s)}

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
	ok "$what: the neighbour sends" neighbour_sends
	rate=$(card_rate 0 tx-bytes 4)
	ok "$what: and ends" neighbour_ends
	if [[ $VFCTL_SHAPES == yes ]]; then
		within "$what: the neighbour has what it may have" "$rate" 10000000 20200000
	else
		within "$what: the neighbour has its part" "$rate" 10000000 100000000000
	fi
	ok "$what: it goes on for so long" kill -0 "$job"
	wait "$job"
	ok "$what: it comes to its end" jq -e . /run/said
	diag "$what: $(cat /run/said)"
	is "$what: the neighbour's limit" "$(vfnl get vf-get hard-rate,soft-rate ifname=veth0.0)" "20000000 0"
	is "$what: the hard limit" "$(vf_get veth0.1 hard-rate)" 40000000
}

soft_is_gone() {
	[[ $(vf_get veth0.1 soft-rate) == 0 ]]
}

# answered STATUS: how often.
answered() {
	jq -r ".[\"$1\"] // 0 | floor" /run/said
}

hostile_limits() {
	ok "the neighbour is limited" ethtool --tx-rate veth0.0 20mbit
	# The trace is looked at from the last 41 on.
	ok "VF 1 is limited" ethtool --tx-rate veth0.1 41mbit
	ok "to less" ethtool --tx-rate veth0.1 40mbit
	mailbox "$PCI" set 40 41 1000 1001 0xffff 0x10000 0x10028 0x7fffffff 0x80000000 0xffffffff 1 0 >/run/said
	cat /run/said
	is "within the limit it gets what it asks for" "$(answered 0)" 3
	is "above it is refused, up to the end of u32" "$(answered 1)" 9
}

hostile_random() {
	local count=$1
	beside "$count random messages" mailbox "$PCI" random "$FLOOD_SECONDS" "$count" "$SEED"
	within "so many were sent" "$(jq 'del(.seconds) | add' /run/said)" "$count" 1000000000
	diag "seed $SEED"
}

# Somebody listens meanwhile.
hostile_flood() {
	local listener before seconds
	vfnl listen config 600 >"$EVENTS" &
	listener=$!
	ok "somebody listens" wait_for 20 grep -q ready "$EVENTS"
	before=$(grep -c '"origin": "guest"' "$EVENTS")
	beside "a flood of valid ones" mailbox "$PCI" valid "$FLOOD_SECONDS" 40
	seconds=$(answered seconds)
	within "few are granted" "$(answered 0)" 16 $((16 * (seconds + 2)))
	within "the others are told to try again" "$(answered 3)" 1000 10000000
	sleep 1
	within "the host hears of it ten times a second at most" \
		$(($(grep -c '"origin": "guest"' "$EVENTS") - before)) 1 $((11 * (seconds + 2)))
	kill "$listener"
	wait "$listener" 2>/dev/null
}

hostile_end() {
	mailbox "$PCI" set 0 >/run/said
	ok "the soft limit goes" wait_for 3 soft_is_gone
	if [[ $VFCTL_SHAPES == yes ]]; then
		ok "nothing above the hard limit was ever programmed" "$VFCTL_TOP/tests/vm/programmed.py" \
			"$VFCTL_LOG/trace" 41 40 1 9
	else
		skip "what was programmed" "this QEMU does not know the registers"
	fi
}
