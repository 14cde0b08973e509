# igb-patches: yes
# timeout: 300
# slots: 2
# Patched and unpatched drivers together, with VFs in namespaces; and what the patched igb
# does for those who know nothing of soft limits.
. "$VFCTL_TOP/tests/vm/lib.sh"

TX_RATE=/sys/class/net/eth0/device/tx_rate
SECOND=52:54:00:76:66:09

# second_queue VF: what it sends in some seconds on its second queue, in bit/s.
second_queue() {
	local pci before job
	pci=$(vf_pci eth0 "$1")
	before=$(dev_stat "veth0.$1" tx_bytes)
	"$VFCTL_TOP/tests/vm/vfqueue.py" "$pci" 1 >/run/sent &
	job=$!
	wait_for 30 has_sent "$1" $((before + 1000000))
	card_rate "$1" tx-bytes 4
	kill "$job"
	wait "$job"
}

has_sent() {
	(($(dev_stat "veth0.$1" tx_bytes) > $2))
}

# ip_stat VF NAME: a counter of a VF as the PF's driver tells rtnetlink.
ip_stat() {
	ip -j -s link show eth0 | jq ".[0].vfinfo_list[$1].stats.$2"
}

# in_step VF: both ways of reading its counters tell the same.
in_step() {
	local rx tx
	rx=$(ip_stat "$1" rx.packets) tx=$(ip_stat "$1" tx.tx_packets)
	diag "VF $1: ip -s link: $rx $tx, ethtool -S: $(ethtool_stat "veth0.$1" rx_packets) $(ethtool_stat "veth0.$1" tx_packets)"
	((rx > 0 && tx > 0)) && [[ "$rx $tx" == "$(ethtool_stat "veth0.$1" rx_packets) $(ethtool_stat "veth0.$1" tx_packets)" ]]
}

# in_vain WHAT COMMANDLINE: runs it; it asks a PF that does not answer. The driver sleeps again and again in the second
# that it waits; one that spins does not. The command is one of this shell: a process takes long here. What it takes of
# the processor is added to $shares, in percent. A machine that is busy makes it look like much, now and then.
in_vain() {
	local TIMEFORMAT='%3R %3U %3S' shell=$BASHPID real user system slept
	slept=$(sleeps "$shell")
	{ time eval "$2" >/run/said 2>&1; } 2>/run/times
	slept=$(($(sleeps "$shell") - slept))
	like "$1 is told that nobody answers" "$(cat /run/said)" "timed out"
	read -r real user system < <(tr -d . </run/times)
	real=$((10#$real)) user=$((10#$user)) system=$((10#$system))
	diag "$1: $real ms, of which $user and $system ms on the processor; slept $slept times"
	within "$1 waits, for a second" "$real" 900 5000
	within "$1 sleeps meanwhile" "$slept" 100 3000
	shares+=($(((user + system) * 100 / real)))
}

# sleeps PROCESS: how often it has given the processor away.
sleeps() {
	sed -n 's/^voluntary_ctxt_switches:\t//p' "/proc/$1/status"
}

# second_hears: what is sent to the second address of guest 1 arrives there.
second_hears() {
	local before
	before=$(received guest1)
	ip netns exec guest0 ping -q -c 5 -i 0.2 -W 1 10.0.0.9 >/dev/null
	(($(received guest1) >= before + 5))
}

received() {
	ip -n "$1" -j -s link show eth0 | jq '.[0].stats64.rx.packets'
}

reader_reads() {
	[[ $(readlink "/proc/$reader"/fd/*) == */tx_rate* ]]
}

vfs_go() {
	ip -n guest0 link set eth0 "$1" && ip -n guest1 link set eth0 "$1" && ip link set "$(vf_dev eth0 2)" "$1"
}

guests() {
	vf_netns eth0 0 guest0 10.0.0.1/24 && vf_netns eth0 1 guest1 10.0.0.2/24 &&
		wait_for 20 ip netns exec guest0 ping -c 1 -w 2 10.0.0.2
}

ok "the patched igb loads" load_patched igb
ok "the card comes up" host_up
ok "vfctl loads" load_vfctl
ok "four VFs, with the kernel's own igbvf" vfs_on eth0 4
ok "the stubs are there" wait_for 5 dev_exists veth0.3
ok "the guests reach each other" guests
fails "this igbvf has no tx_rate" ip netns exec guest1 cat "$TX_RATE"
ok "the host sets a soft limit for it" vfctl rate veth0.1 soft 30mbit
is "and shows it" "$(vfctl rate veth0.1 soft)" "30Mbit"
ok "a hard limit" ethtool --tx-rate veth0.1 20mbit
ip netns exec guest1 ping -q -f -c 200 10.0.0.1 >/dev/null
ok "ip -s link has the counters of a VF, and they are those of vfctl" wait_for 10 in_step 1
in_step 1
if [[ $VFCTL_SHAPES == yes ]]; then
	ip netns exec guest0 iperf3 -s -1 >/dev/null 2>&1 &
	receiver=$!
	ok "somebody receives" wait_for 10 traffic_listening guest0
	before=$(dev_stat veth0.1 tx_bytes)
	ip netns exec guest1 iperf3 -c 10.0.0.1 -t 3600 >/dev/null 2>&1 &
	sender=$!
	ok "TCP flows" wait_for 30 has_sent 1 $((before + 1000000))
	within "it is limited" "$(card_rate 0 rx-bytes 4)" 15000000 20200000
	kill "$sender" "$receiver"
	wait "$sender" "$receiver" 2>/dev/null
	ok "VF 2 is left by its driver" sh -c "echo $(vf_pci eth0 2) >/sys/bus/pci/drivers/igbvf/unbind"
	ok "it is limited as well" ethtool --tx-rate veth0.2 10mbit
	rate=$(second_queue 2)
	diag "VF 2, second queue, limit 10 Mbit/s: $rate bit/s"
	within "also on its second queue" "$rate" 8000000 10100000
else
	skip "both queues are limited" "limits do not shape with this QEMU"
fi

ok "igbvf goes" modprobe -r igbvf
ok "the patched one comes" load_patched igbvf
ok "with its devices" wait_for 10 vf_dev eth0 1
ok "the guests reach each other again" guests
is "the soft limit that the host had set for another driver is gone" \
	"$(ip netns exec guest1 cat /sys/bus/pci/devices/"$(vf_pci eth0 1)"/tx_rate)" "20 0"

# igbvf tells the PF of these addresses a moment after it was asked to.
ip netns exec guest1 sh -c "echo 0 >/proc/sys/net/ipv4/icmp_echo_ignore_broadcasts"
ok "a guest joins a group" ip -n guest1 address add 239.7.6.5/32 dev eth0 autojoin
ok "and hears what is sent there" wait_for 10 ip netns exec guest0 ping -c 1 -w 1 -I eth0 239.7.6.5
ok "it has a second address" ip netns exec guest1 bridge fdb add "$SECOND" dev eth0
ok "which a neighbour knows" ip -n guest0 neighbour add 10.0.0.9 lladdr "$SECOND" dev eth0
ok "and hears what is sent to it" wait_for 10 second_hears

# The PF does not read its mailbox while it is down. The VFs go down first, so that none of them sends anything else: a VF
# whose message is not answered sends no more until its next reset.
ok "the VFs go down" vfs_go down
ok "and the PF" ip link set eth0 down
shares=()
in_vain "who reads tx_rate" "read -r said </sys/bus/pci/devices/$(vf_pci eth0 1)/tx_rate"
in_vain "who writes it" "echo 10 >/sys/bus/pci/devices/$(vf_pci eth0 0)/tx_rate"
in_vain "who writes tx_maxrate" "echo 10 >/sys/class/net/$(vf_dev eth0 2)/queues/tx-0/tx_maxrate"
within "all that takes little of the processor" "$(printf '%s\n' "${shares[@]}" | sort -n | head -n 1)" 0 30
last=$(vf_pci eth0 3)
cat "/sys/bus/pci/devices/$last/tx_rate" >/run/said 2>&1 &
reader=$!
wait_for 5 reader_reads
ok "a driver can be unbound from a VF that waits" tee "/sys/bus/pci/drivers/igbvf/unbind" <<<"$last"
fails "its reader has ended" wait "$reader"
like "and was told the same" "$(cat /run/said)" "timed out"
ok "the PF comes back" dev_up eth0
ok "the VFs come up" vfs_go up
ok "and are reset" vfs_go down
ok "come up once more" vfs_go up
ok "the guests reach each other through it" \
	wait_for 20 ip netns exec guest0 ping -c 1 -w 2 10.0.0.2
ok "there is an answer" wait_for 10 cat "/sys/bus/pci/devices/$(vf_pci eth0 1)/tx_rate"
is "none of them has a soft limit" "$(cat /sys/bus/pci/devices/"$(vf_pci eth0 1)"/tx_rate)" "20 0"

ok "no VFs" vfs_off eth0
ok "the patched igb goes" rmmod igb
ok "the kernel's own comes" host_up
ok "two VFs, with the patched igbvf" vfs_on eth0 2
ok "the stubs are there for it" wait_for 5 dev_exists veth0.1
ok "the guests reach each other as before" guests
rate=/sys/bus/pci/devices/$(vf_pci eth0 1)/tx_rate
refused "its tx_rate says that the host has no such thing" "not supported" cat "$rate"
refused "setting it does as well" "not supported" bash -c "echo 10 >$rate"
ok "and the guests go on" ip netns exec guest0 ping -c 1 -w 5 10.0.0.2
refused "vfctl knows that there is nothing to allow" "takes no soft limits" vfctl rate veth0.1 guest allow
ok "no complaint of the kernel" klog_clean
done_testing
