# igb: 0
# timeout: 300
# A driver that asks its firmware takes a millisecond or two for each call, and may have many VFs: how
# many calls a request costs, how many calls others wait for that need RTNL, and what share of the time
# vfctl takes for itself. Counters that nobody reads are hardly read.
. "$VFCTL_TOP/tests/vm/lib.sh"

readonly VFS=128

# begin: from here on calls are counted, and milliseconds.
declare -A CALLS=()
begin() {
	local call
	for call in set_rate get_config get_stats busy_us; do
		CALLS[$call]=$(vfsim_calls 0 "$call")
	done
	BEGAN=${EPOCHREALTIME//[.,]/}
}

# since CALL: how often the driver was called since then.
since() {
	echo $(($(vfsim_calls 0 "$1") - CALLS[$1]))
}

since_ms() {
	echo $(((${EPOCHREALTIME//[.,]/} - BEGAN) / 1000))
}

# sampled: one that has begun does not count.
sampled() {
	(($(since get_stats) > 1))
}

# samples: how often the sampler may have asked the driver since then: it rests 32 times as long
# as a call takes.
samples() {
	echo $(($(since_ms) / 33 + 2))
}

# looks: how often the look at all VFs may have asked the driver since then. It rests fifty times
# as long as a call takes, a millisecond at least.
looks() {
	echo $(($(since_ms) / 51 + 2))
}

set_ten() {
	local vf
	for ((vf = 0; vf < 10; vf++)); do
		vfnl do vf-set pf-ifname=sim0 "vf=$vf" "hard-rate=$1" || return 1
	done
}

# others N: somebody else needs RTNL, N times. MOST is how often the driver was asked for a limit meanwhile
# at most, each time.
others() {
	local n
	MOST=0
	for ((n = 0; n < $1; n++)); do
		begin
		ip link set lo txqueuelen $((1000 + n)) || return 1
		((MOST >= $(since get_config))) || MOST=$(since get_config)
	done
}

# quiet COMMAND...: where the counters of sim1 are read by nobody else.
quiet() {
	ip netns exec quiet "$@"
}

# quiet_calls: how often they are read from the driver, since QUIET_BEFORE.
QUIET_BEFORE=0
quiet_calls() {
	echo $(($(vfsim_calls 1 get_stats) - QUIET_BEFORE))
}

ok "vfctl loads" load_vfctl
ok "a PF driver" modprobe vfsim pfs=2
ok "a place of its own for the second PF" eval 'ip netns add quiet && ip link set sim1 netns quiet'
ok "with two VFs" vfsim_vfs 1 2
ok "and stubs" wait_for 20 quiet ip link show vsim1.1
QUIET_SINCE=$SECONDS
ok "its link is up" dev_up sim0
ok "$VFS VFs" vfsim_vfs 0 $VFS
ok "with stubs" wait_for 20 dev_exists "vsim0.$((VFS - 1))"
ok "the last one is listed" wait_for 20 vfnl do vf-get "ifname=vsim0.$((VFS - 1))"
ok "the driver becomes slow" vfsim_knob 0 delay_ms 1

begin
sleep 5
within "of the time, the driver is asked for a twentieth at most" "$(since busy_us)" 1 $(($(since_ms) * 50 + 20000))

begin
ok "ten limits are set" set_ten 100000000
is "each of them is one call that sets a rate" "$(since set_rate)" 10
within "and one that asks for it" "$(since get_config)" 10 $((10 + $(looks)))
begin
ok "the same once more" set_ten 100000000
is "is no call that sets a rate" "$(since set_rate)" 0
within "and one that asks whether it is still there" "$(since get_config)" 10 $((10 + $(looks)))
is "the driver has them" "$(vfsim_read 0 rates | grep -c ' 100 0$')" 10

begin
ok "somebody sets one by rtnetlink" ip link set sim0 vf 3 max_tx_rate 70
ok "and somebody a soft limit on top, at once" vfnl do vf-set pf-ifname=sim0 vf=3 soft-rate=50000000
is "both hold" "$(vfnl get vf-get hard-rate,soft-rate,effective-rate ifname=vsim0.3)" "70000000 50000000 50000000"

ok "others get RTNL" others 20
within "after a call or two, not after one for each VF" "$MOST" 0 8

# A sample of all takes as many calls as there are VFs, in shares.
begin
ok "limits are set while samples are taken" eval 'set_ten 90000000 && set_ten 80000000'
ok "samples go on" wait_for 60 sampled
within "with rests" "$(since get_stats)" 2 "$(samples)"
ok "how long a sample takes so is told" wait_for 60 eval '(($(vfnl get pf-get kept-interval ifname=sim0) > 1000))'
ok "and a look at all limits" wait_for 60 eval '(($(vfnl get pf-get look-interval ifname=sim0) > 800))'

# A minute after the last read.
ok "the counters of the other PF were read by nobody" sleep $((QUIET_SINCE + 65 > SECONDS ? QUIET_SINCE + 65 - SECONDS : 0))
QUIET_BEFORE=$(vfsim_calls 1 get_stats)
mountpoint -q /sys/kernel/tracing || mount -t tracefs none /sys/kernel/tracing
: >/sys/kernel/tracing/trace
echo 1 >/sys/kernel/tracing/events/workqueue/workqueue_execute_start/enable
sleep 5
echo 0 >/sys/kernel/tracing/events/workqueue/workqueue_execute_start/enable
ok "its timer is one that wakes no processor" grep -q 'function vfctl_tick_lazy_work' /sys/kernel/tracing/trace
within "so they are read from the driver every ten seconds" "$(quiet_calls)" 0 2
ok "which is told" wait_for 15 eval '[[ $(quiet "$VFNL" get pf-get kept-interval ifname=sim1) == 10000 ]]'
QUIET_BEFORE=$(vfsim_calls 1 get_stats)
ok "somebody reads one" quiet ip -s link show vsim1.0
ok "they are read at once" wait_for 3 eval '(($(quiet_calls) >= 2))'
ok "and every second from then on" wait_for 8 eval '(($(quiet_calls) >= 8))'
is "the driver was called as it is owed" "$(vfsim_violations)" 0
ok "all goes" eval 'modprobe -r vfsim && modprobe -r vfctl'
ok "no complaint of the kernel" klog_clean
done_testing
