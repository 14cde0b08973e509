# igb: 0
# timeout: 400
# The habits of other PF drivers, and drivers that fail, by one that has knobs for it.
. "$VFCTL_TOP/tests/vm/lib.sh"

# limit VF KEY: as vfctl shows it, in bit/s; "null" where it is absent.
limit() {
	vfctl -j rate "vsim0.$1" | jq -r ".$2"
}

limit_is() {
	[[ $(limit "$1" "$2") == "$3" ]]
}

# limits VF: hard, effective and minimum in Mbit/s, and the state.
limits() {
	vfctl -j rate "vsim0.$1" | jq -r '[(.hard_bits_per_sec, .effective_bits_per_sec,
		.min_bits_per_sec | if . then . / 1000000 else . end), .state] | map(tostring) | join(" ")'
}

# driver_has VF: maximum and minimum in Mbit/s that the driver has.
driver_has() {
	vfsim_read 0 rates | sed -n "s/^$1 //p"
}

driver_has_now() {
	[[ $(driver_has "$1") == "$2" ]]
}

# counter VF NAME: one value of its last sample.
counter() {
	vfctl -j stats "vsim0.$1" | jq -r ".[0].$2"
}

counter_is() {
	[[ $(counter "$1" "$2") == "$3" ]]
}

counter_above() {
	(($(counter "$1" "$2") > $3))
}

calls_above() {
	(($(vfsim_calls 0 "$1") > $2))
}

# more_calls CALL N: there are so many more within a while.
more_calls() {
	wait_for 150 calls_above "$1" $(($(vfsim_calls 0 "$1") + $2 - 1))
}

# vfs N: PF 0 has N VFs, and vfctl knows them.
vfs() {
	vfsim_vfs 0 "$1" && wait_for 10 limit_is $(($1 - 1)) vf $(($1 - 1))
}

has_vanished() {
	[[ $(vfsim_read 0 vanish) == none ]]
}

stubs_gone() {
	wait_for 10 dev_is_gone vsim0.0
}

owed() {
	is "$1: the driver was called as it is owed" "$(vfsim_violations)" 0
}

ok "vfctl loads" load_vfctl
ok "a PF" modprobe vfsim
vfsim_knob 0 link_mbit 10000
ok "its link is up" dev_up sim0
ok "four VFs have stubs" vfs 4
ok "the link's speed is known" wait_for 5 limit_is 0 link_bits_per_sec 10000000000
ok "events are listened to" events_begin config

kmsg "minimum rates"
ok "a minimum is taken" vfctl rate vsim0.1 min 50mbit
is "and shown" "$(limits 1)" "0 0 50 in-force"
is "the driver has it" "$(driver_has 1)" "0 50"
vfsim_knob 0 min_rate_ignored 1
like "a driver that takes one and forgets it is told of" \
	"$(vfnl 'do' vf-set ifname=vsim0.2 min-rate=60000000 2>&1)" '^warning: vfsim shows no minimum rate, it may ignore it$'
is "it has none" "$(driver_has 2)" "0 0"
ok "the minimum goes" vfctl rate vsim0.2 min none
vfsim_knob 0 min_rate_ignored 0
ok "so does the other" vfctl rate vsim0.1 min none
is "there is none" "$(limits 1)" "0 0 0 none"

kmsg "rates in steps"
vfsim_knob 0 step_mbit 50
ok "a limit between two steps" vfctl rate vsim0.1 120mbit
is "is kept as wanted, and shown as the driver has it" "$(limits 1)" "120 150 0 in-force"
ok "a soft limit below" vfctl rate vsim0.1 soft 60mbit
is "is rounded as well" "$(limits 1)" "120 100 0 in-force"
told=$(vfsim_calls 0 set_rate)
ok "the driver is looked at for a while" more_calls get_config 16
is "but not told again" "$(vfsim_calls 0 set_rate)" "$told"
vfsim_knob 0 step_mbit 0
ok "no soft limit" vfctl rate vsim0.1 soft none
is "the hard one, and no step" "$(limits 1)" "120 120 0 in-force"

kmsg "a driver that tells another rate than it was told"
vfsim_knob 0 tells_mbit 77
ok "is believed" wait_for 5 limit_is 1 hard_bits_per_sec 77000000
ok "it is told once more" vfctl rate vsim0.1 200mbit
is "and tells the same" "$(limits 1)" "200 77 0 in-force"
told=$(vfsim_calls 0 set_rate)
ok "it is looked at for a while" more_calls get_config 16
is "and not fought with" "$(vfsim_calls 0 set_rate)" "$told"
vfsim_knob 0 tells_mbit 0
ok "it tells what it has" wait_for 5 limit_is 1 effective_bits_per_sec 200000000

kmsg "a driver that loses its rates"
ok "a limit" vfctl rate vsim0.1 300mbit
event "is told of" '"vf-change".*"vf": 1,.*"hard-rate": 300000000'
vfsim_knob 0 lose 1
ok "the driver has it again" wait_for 5 driver_has_now 1 "300 0"
event "an event tells of the loss" '"vf-change".*"vf": 1,.*"hard-rate": 300000000.*"state": "pending".*"the PF driver has lost the limit", "origin": "device"'
event "and one of its end" '"vf-change".*"vf": 1,.*"hard-rate": 300000000.*"state": "in-force", "origin": "device"'
is "it is as it was" "$(limits 1)" "300 300 0 in-force"
ok "the link has long been up" more_calls get_config 12
vfsim_knob 0 lose 2
event "a loss without a word is taken for somebody's will" '"vf-change".*"vf": 1,.*"hard-rate": 0,.*"origin": "outside"'
is "which is done" "$(limits 1)" "0 0 0 none"

kmsg "somebody takes a limit away while the link comes back"
ok "a limit" vfctl rate vsim0.1 300mbit
vfsim_knob 0 link_mbit 40000
ok "he does by rtnetlink" ip link set sim0 vf 1 max_tx_rate 0
event "that is his will, and no loss" '"vf-change".*"vf": 1,.*"hard-rate": 0,.*"origin": "outside"'
ok "the driver is looked at for a while" more_calls get_config 12
is "and it stays so" "$(limits 1) $(driver_has 1)" "0 0 0 none 0 0"
vfsim_knob 0 link_mbit 0

kmsg "a driver that refuses"
ok "a limit" vfctl rate vsim0.1 300mbit
vfsim_knob 0 refuse_set_rate 5
refused "another is refused" "vfsim refused 200 Mbit/s \(minimum 0\) for VF 1, error -5$" vfctl rate vsim0.1 200mbit
is "and the first stays" "$(limits 1)" "300 300 0 in-force"
vfsim_knob 0 lose 1
ok "one that is lost waits" wait_for 5 limit_is 1 pending_reason "the PF driver refuses the limit"
event "so does an event" '"vf": 1,.*"state": "pending", "pending-reason": "the PF driver refuses the limit", "origin": "device"'
told=$(vfsim_calls 0 set_rate)
ok "the driver is looked at for a while" more_calls get_config 20
within "but left alone with it" $(($(vfsim_calls 0 set_rate) - told)) 0 1
vfsim_knob 0 refuse_set_rate 0
ok "when it takes it" wait_for 30 driver_has_now 1 "300 0"
ok "it is in force" wait_for 2 limit_is 1 state in-force
event "which is told" '"vf": 1,.*"hard-rate": 300000000.*"state": "in-force", "origin": "device"'
vfsim_knob 0 refuse_set_rate 16
vfsim_knob 0 lose 1
ok "one that is busy" wait_for 5 limit_is 1 state pending
ok "is asked again soon" more_calls set_rate 3
vfsim_knob 0 refuse_set_rate 0
ok "and takes it" wait_for 5 driver_has_now 1 "300 0"
vfsim_knob 0 refuse_get_config 5
ok "one that does not tell what it has" vfctl rate vsim0.1 250mbit
is "is told all the same" "$(driver_has 1) $(limits 1)" "250 0 250 250 0 in-force"
vfsim_knob 0 refuse_get_config 0
owed "habits"

kmsg "a slow driver"
vfsim_knob 0 delay_ms 10000
ok "it is in a call" more_calls get_config 1
begin=${EPOCHREALTIME//[.,]/}
ok "limits are read" vfctl list sim0
ok "and counters" vfctl stats sim0
within "without waiting for it" $(((${EPOCHREALTIME//[.,]/} - begin) / 1000)) 0 8000
vfctl rate vsim0.2 10mbit &
setter=$!
ok "who sets a rate waits" wait_for 5 grep -q vfctl_pf_lock "/proc/$setter/stack"
kill "$setter"
fails "and can be interrupted" wait "$setter"
/usr/bin/python3 -c 'import runpy, signal, sys
signal.signal(signal.SIGUSR1, lambda *_: None)
sys.argv = sys.argv[1:]
runpy.run_path(sys.argv[0], run_name="__main__")' "$VFNL" do vf-set ifname=vsim0.2 hard-rate=10000000 2>/run/said &
setter=$!
ok "one that goes on after a signal waits" wait_for 20 grep -q vfctl_pf_lock "/proc/$setter/stack"
kill -USR1 "$setter"
fails "is told" wait "$setter"
is "in words" "$(</run/said)" "EAGAIN: interrupted while the PF was busy with its VFs"
is "while it is slow" "$(vfsim_read 0 delay_ms)" 10000
vfsim_knob 0 delay_ms 0
ok "it becomes fast" vfctl rate vsim0.2 20mbit
is "and has the rate" "$(driver_has 2)" "20 0"
ok "it is looked at as before" more_calls get_config 16

kmsg "counters that jump"
ok "samples are taken often" vfctl interval sim0 50ms
ok "there are some" wait_for 5 counter_above 1 tx_packets 1000
before=$(counter 1 tx_packets)
vfsim_knob 0 count "1 -3000000"
ok "counters go back" wait_for 5 counter_is 1 resets 1
within "but no total" "$(counter 1 tx_packets)" "$before" 1000000000000
vfsim_knob 0 reset_counters 1
ok "they begin anew" wait_for 5 counter_is 1 resets 2
within "but no total does" "$(counter 1 tx_packets)" "$before" 1000000000000
before=$(counter 1 tx_packets)
vfsim_knob 0 count "1 5000000000"
ok "they jump ahead" wait_for 5 counter_above 1 tx_packets $((before + 5000000000))
is "which is no reset" "$(counter 1 resets) $(counter 1 gaps)" "2 0"
is "another VF has none" "$(counter 0 resets)" 0
vfsim_knob 0 all_ones 1
ok "the device reads as one that is gone" more_calls get_stats 8
before=$(counter 1 tx_packets) at=$(counter 1 time_ns)
ok "for a while" more_calls get_stats 12
is "which changes no total" "$(counter 1 tx_packets) $(counter 1 time_ns)" "$before $at"
vfsim_knob 0 all_ones 0
ok "it is back" wait_for 5 counter_above 1 tx_packets "$before"
is "and that is no reset" "$(counter 1 resets)" 2
vfsim_knob 0 refuse_get_stats 5
ok "the driver gives no counters" more_calls get_stats 8
at=$(counter 1 time_ns)
ok "for a while" more_calls get_stats 12
is "the last sample stays" "$(counter 1 time_ns)" "$at"
vfsim_knob 0 refuse_get_stats 0
ok "then there are new ones" wait_for 5 counter_above 1 time_ns "$at"
is "without a reset" "$(counter 1 resets)" 2
owed "counters"

kmsg "VFs that vanish in mid-call"
ok "a limit" vfctl rate vsim0.3 70mbit
words='sim0 has 0 VFs now, there is no VF 1$|sim0 has no VFs now|no device "vsim0.1"'
for call in set_rate get_config get_stats; do
	vfsim_knob 0 vanish "$call"
	# This call is the sampler's, the others may come with what is refused.
	[[ $call != get_stats ]] || ok "$call: comes" wait_for 10 has_vanished
	if [[ $call == get_config ]]; then
		# The look at all VFs may be first; else the limit is set, and then read back.
		said=$(vfctl rate vsim0.1 40mbit 2>&1)
		like "$call: a limit is refused, or was set before" "${said:-set}" "$words|^set$"
	else
		refused "$call: a limit is refused" "$words" vfctl rate vsim0.1 40mbit
	fi
	ok "$call: they have vanished" has_vanished
	ok "$call: the stubs go" stubs_gone
	is "$call: nothing is listed" "$(vfnl dump vf-get pf-ifname=sim0)" "[]"
	is "$call: but limits that are kept" "$(vfctl -j list sim0 | jq -c '[.[].state] | unique')" '["absent"]'
	event "$call: an event tells that" '"vf-del".*"vf": 3,.*"origin": "device"'
	ok "$call: they come again" vfs 4
	ok "$call: with the limit" wait_for 5 limit_is 3 state in-force
	is "$call: which the driver has" "$(driver_has 3) $(limits 3)" "70 0 70 70 0 in-force"
	is "$call: and nobody else" "$(driver_has 0)" "0 0"
	ok "$call: nobody wants the other one any more" vfctl rate vsim0.1 none
	owed "$call"
done

kmsg "unbind and bind"
ok "the driver is unbound" vfsim_unbind 0
ok "no stub is left" stubs_gone
is "and no PF" "$(vfnl dump pf-get)" "[]"
ok "it is bound" vfsim_bind 0
ok "the link is up" dev_up sim0
ok "VFs" vfs 4
ok "their limits are in force" wait_for 5 limit_is 3 state in-force
is "and the driver has them" "$(driver_has 3)" "70 0"
is "counters begin at 0" "$(counter 3 resets)" 0

kmsg "a PF that moves, with the instance lock that its driver asks for on newer kernels"
ok "another namespace" ip netns add elsewhere
ok "the PF moves there" ip link set sim0 netns elsewhere
ok "its stubs follow" wait_for 5 dev_exists vsim0.3 elsewhere
ok "none is left behind" dev_is_gone vsim0.3
ok "it comes back" ip -n elsewhere link set sim0 netns 1
ok "with its link" dev_up sim0
ok "and its stubs" wait_for 5 dev_exists vsim0.3
ok "their limits are in force" wait_for 5 limit_is 3 state in-force
is "and the driver has them" "$(driver_has 3)" "70 0"
ip netns delete elsewhere
owed "moved"

kmsg "callbacks that are missing"
ok "a driver without counters" vfsim_ops 0 set_rate get_config
ok "has VFs" vfs 4
is "whose counters are absent" "$(vfctl -j stats vsim0.3 | jq -c '.[0] | [has("tx_packets"), has("time_ns"), has("resets")]')" "[false,false,false]"
like "from ethtool as well" "$(ethtool -S vsim0.3 2>&1)" "no stats available"
is "their limits are not" "$(limits 3) $(driver_has 3)" "70 70 0 in-force 70 0"
ok "a driver that does not tell rates" vfsim_ops 0 set_rate get_stats
ok "has VFs" vfs 4
is "with their limits" "$(limits 3) $(driver_has 3)" "70 70 0 in-force 70 0"
ok "takes limits" vfctl rate vsim0.3 80mbit
is "as they are told" "$(limits 3) $(driver_has 3)" "80 80 0 in-force 80 0"
told=$(vfsim_calls 0 set_rate)
vfctl interval sim0 100ms
ok "is sampled" more_calls get_stats 40
is "and not told again" "$(vfsim_calls 0 set_rate)" "$told"
ok "a driver that cannot limit" vfsim_ops 0 get_config get_stats
ok "has VFs" vfs 4
refused "and says so" "^EOPNOTSUPP: vfsim cannot limit the rate of VFs$" vfnl 'do' vf-set ifname=vsim0.1 hard-rate=1000000
is "what was wanted waits" "$(limits 3)" "80 0 null pending"
like "and tells for what" "$(vfctl rate vsim0.3)" "pending: the PF driver cannot limit VFs now"
ok "it counts" wait_for 5 counter_above 3 tx_packets 0
ok "a driver with nothing" vfsim_ops 0
ok "is no PF" wait_for 5 eval '[[ $(vfnl dump pf-get) == "[]" ]]'
ok "one with all" vfsim_ops 0 set_rate get_config get_stats
ok "has VFs" vfs 4
is "and what was wanted" "$(limits 3) $(driver_has 3)" "80 80 0 in-force 80 0"
owed "all of it"

events_end
vfsim_knob 0 vanish get_config
ok "it goes with VFs that vanish" rmmod vfsim
ok "and is forgotten" wait_for 5 eval '[[ $(vfnl dump pf-get) == "[]" ]]'
ok "another comes" eval 'modprobe vfsim && vfs 4'
is "which has no limits" "$(limits 3)" "0 0 0 none"
ok "its driver is unbound" vfsim_unbind 0
ok "it goes without one" rmmod vfsim
ok "vfctl goes" modprobe -r vfctl
ok "no complaint of the kernel" klog_clean
done_testing
