# igb: 1
# timeout: 600
# slots: all
# kernels: one, since the emulated card shapes; mixed and soft see a limit hold on each
# What ethtool --tx-rate does to packets, on a card whose rate scheduler works. The limit
# counts a frame from its destination address to its FCS, as the card's own counters do.
. "$VFCTL_TOP/tests/vm/lib.sh"

if [[ $VFCTL_SHAPES != yes ]]; then
	skip "limits shape" "this QEMU has no rate scheduler"
	done_testing
fi

# rates VF COUNTER SECONDS: sets RATES to its rate in bit/s over each of so many seconds, by
# the card's counters and the times at which they were read. Two seconds are left out: a
# queue that was idle may send the 20 KiB of RTTBCNRM at once, and TCP has to find its rate.
# A sample that comes early, as when somebody asks for one, makes no second of its own.
rates() {
	mapfile -t RATES <<<"$("$VFNL" listen stats $(($3 + 3)) | grep "\"vf\": $1," | jq -rs --arg key "$2" '
		reduce .[] as $s ([]; if length == 0 or $s.time - last.time > 900000000 then . + [$s] else . end) |
		[range(3; length) as $i | (.[$i][$key] - .[$i - 1][$key]) * 8000000000 /
		 (.[$i].time - .[$i - 1].time) | floor][]')"
}

# shaped WHAT BITS VF COUNTER SECONDS: no rate is above it by more than 1 %, and the average
# is 95 % of it or more where the machine carries three times as much. The sampler, between its look at
# the clock and at the card, may have to wait for its turn: ten milliseconds are 1 %. So what is not as it
# should be is measured anew, twice at most: a limit that does not hold does so each time. A machine that gets
# something else to do carries less than it did: where the average is too low, what it carries without
# the limit is measured right then, and a measurement that it spoiled does not count.
shaped() {
	local tries=3 spoiled=3 carries
	while :; do
		rates "$3" "$4" "$5"
		diag "$1: ${RATES[*]}"
		carries=$CARRIES
		! as_limited "$2" || break
		if low_by_machine "$@"; then
			carries=$CARRIES_NOW
			((spoiled-- > 0)) || break
		else
			((--tries > 0)) || break
		fi
	done
	within "$1: no second is above" "$(printf '%s\n' "${RATES[@]}" | sort -n | tail -n 1)" 1 $(($2 * 101 / 100))
	if ((carries > $2 * 3)); then
		within "$1: the average" "$(average "${RATES[@]}")" $(($2 * 95 / 100)) $(($2 * 101 / 100))
	else
		skip "$1: the average" "this machine carries $((carries / 1000000)) Mbit/s without a limit"
	fi
}

# as_limited BITS: RATES are.
as_limited() {
	is_not_above "$1" && ((CARRIES <= $1 * 3 || $(average "${RATES[@]}") >= $1 * 95 / 100))
}

is_not_above() {
	local rate
	for rate in "${RATES[@]}"; do
		((rate >= 1 && rate <= $1 * 101 / 100)) || return 1
	done
}

# low_by_machine WHAT BITS VF COUNTER SECONDS: nothing was above the limit, and the machine does not
# carry three times as much now, which is in CARRIES_NOW. RATES stay what they are.
low_by_machine() {
	local sender=1
	local -a measured=("${RATES[@]}")
	is_not_above "$2" || return 1
	[[ $4 != tx-bytes ]] || sender=$3
	ethtool --tx-rate "veth0.$sender" none
	rates "$3" "$4" 2
	CARRIES_NOW=$(average "${RATES[@]}")
	ethtool --tx-rate "veth0.$sender" "$2"
	diag "$1: without the limit now: ${RATES[*]}"
	RATES=("${measured[@]}")
	((CARRIES_NOW <= $2 * 3))
}

average() {
	local rate sum=0
	for rate; do
		((sum += rate))
	done
	echo $((sum / ($# ? $# : 1)))
}

# flow FROM TO ADDRESS [IPERF3-OPTION...]: in the background, until flows_end. Each has a
# server of its own: one that was left in the middle keeps waiting.
PORT=5201
FLOWS=()
flow() {
	local from=$1 to=$2 address=$3
	shift 3
	((++PORT))
	in_netns "$to" iperf3 -s -1 -D -p "$PORT"
	wait_for 10 flow_can_start "$to"
	FLOW_BEGIN=$(flow_sent "$from")
	ip netns exec "$from" iperf3 -p "$PORT" -c "$address" -t 600 "$@" >/dev/null 2>&1 &
	FLOWS+=($!)
	ok "TCP or UDP from $from to $address flows" wait_for 30 flow_runs "$from"
}

flow_sent() {
	ip netns exec "$1" cat /sys/class/net/eth0/statistics/tx_bytes
}

# More than what it takes to agree upon it.
flow_runs() {
	(($(flow_sent "$1") - FLOW_BEGIN > 200000))
}

flow_can_start() {
	[[ -n $(in_netns "$1" ss -Hltn "sport = :$PORT") ]]
}

flows_end() {
	kill "${FLOWS[@]}" 2>/dev/null
	wait "${FLOWS[@]}" 2>/dev/null
	FLOWS=()
}

limit() {
	ok "--tx-rate $2" ethtool --tx-rate "$1" "$2"
}

ok "the card comes up" host_up
ok "three VFs come up" vfs_on eth0 3
ok "the link is back" dev_up eth0
ok "vfctl loads" load_vfctl
ok "the stubs are there" wait_for 5 dev_exists veth0.2
ip address add 10.0.0.254/24 dev eth0
ok "VF 0 goes to a guest" vf_netns eth0 0 guest0 10.0.0.1/24
ok "VF 1 goes to a guest" vf_netns eth0 1 guest1 10.0.0.2/24
ok "VF 1 reaches the PF" ip netns exec guest1 ping -c 2 -w 10 10.0.0.254
ok "VF 1 reaches VF 0" ip netns exec guest1 ping -c 2 -w 10 10.0.0.1

flow guest1 guest0 10.0.0.1
rates 0 rx-bytes 3
flows_end
CARRIES=$(average "${RATES[@]}")
diag "without a limit, TCP from VF 1 to VF 0: ${RATES[*]}"
within "without a limit, TCP from VF 1 to VF 0 in bit/s" "$CARRIES" 1000000 100000000000

for mbit in 10 50 100; do
	limit veth0.1 ${mbit}mbit
	flow guest1 guest0 10.0.0.1
	shaped "TCP to VF 0, $mbit Mbit/s, as received" $((mbit * 1000000)) 0 rx-bytes 4
	flows_end
	flow guest1 - 10.0.0.254
	shaped "TCP to the PF, $mbit Mbit/s, as sent" $((mbit * 1000000)) 1 tx-bytes 4
	flows_end
	flow guest1 guest0 10.0.0.1 -u -b 0
	shaped "UDP to VF 0, $mbit Mbit/s, as received" $((mbit * 1000000)) 0 rx-bytes 4
	flows_end
done

# Nobody has that address: the frames leave by the uplink.
ip -n guest1 neighbour add 10.0.0.99 lladdr 02:00:00:00:00:99 dev eth0
limit veth0.1 50mbit
ip netns exec guest1 timeout 20 python3 -c '
import socket
s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
while True:
    s.sendto(bytes(1400), ("10.0.0.99", 9))
' &
FLOWS+=($!)
shaped "UDP to the uplink, 50 Mbit/s, as sent" 50000000 1 tx-bytes 4
flows_end

flow guest1 guest0 10.0.0.1 -u -b 0
limit veth0.1 50mbit
shaped "before a change under load" 50000000 0 rx-bytes 3
limit veth0.1 20mbit
shaped "after the change" 20000000 0 rx-bytes 3
limit veth0.1 10mbit
shaped "after a second one" 10000000 0 rx-bytes 3
ok "the limit is removed" ethtool --tx-rate veth0.1 none
rates 0 rx-bytes 3
diag "without it: ${RATES[*]}"
within "the flow is free" "$(average "${RATES[@]}")" 12000000 100000000000
flows_end

limit veth0.1 10mbit
ok "the PF goes down" ip link set eth0 down
ok "and comes up" dev_up eth0
ok "the limit is in force" wait_for 10 sh -c "ethtool --tx-rate veth0.1 | grep -q 'State: in force'"
ok "VF 1 reaches VF 0" wait_for 30 ip netns exec guest1 ping -c 1 -w 2 10.0.0.1
flow guest1 guest0 10.0.0.1 -u -b 0
shaped "after PF down and up" 10000000 0 rx-bytes 3
flows_end

# Two VFs: each has its own limit.
limit veth0.0 40mbit
limit veth0.1 20mbit
flow guest1 - 10.0.0.254
flow guest0 - 10.0.0.254
shaped "VF 1 beside VF 0" 20000000 1 tx-bytes 3
shaped "VF 0 beside VF 1" 40000000 0 tx-bytes 3
flows_end

# The queues of a VF are n and n + 8; igb sets the limit of queue n.
pci=$(vf_pci eth0 2)
ok "VF 2 is left by its driver" sh -c "echo $pci >/sys/bus/pci/drivers/igbvf/unbind"
limit veth0.2 10mbit
for queue in 0 1; do
	"$VFCTL_TOP/tests/vm/vfqueue.py" "$pci" "$queue" >/run/sent &
	job=$!
	rates 2 tx-bytes 3
	rate=$(average "${RATES[@]}")
	kill "$job"
	wait "$job"
	diag "VF 2, queue $queue, limit 10 Mbit/s: $rate bit/s; $(cat /run/sent) frames in all"
	if ((queue == 0)); then
		within "what it sends on its first queue is limited" "$rate" 8000000 10100000
	else
		within "what it sends on its second queue is not, with this igb" "$rate" 12000000 100000000000
	fi
done
ok "no complaint of the kernel" klog_clean
done_testing
