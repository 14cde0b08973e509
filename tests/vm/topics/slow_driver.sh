# igb: 0
# timeout: 300
# A driver that asks its firmware takes a millisecond or two for each call, and may have many VFs: how
# many calls a request costs, and how many calls others wait for that need RTNL.
. "$VFCTL_TOP/tests/vm/lib.sh"

readonly VFS=128

# begin: from here on calls are counted, and milliseconds.
declare -A CALLS=()
begin() {
	local call
	for call in set_rate get_config get_stats; do
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

sampled() {
	(($(since get_stats)))
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

ok "vfctl loads" load_vfctl
ok "a PF driver" modprobe vfsim
ok "its link is up" dev_up sim0
ok "$VFS VFs" vfsim_vfs 0 $VFS
ok "with stubs" wait_for 20 dev_exists "vsim0.$((VFS - 1))"
ok "the last one is listed" wait_for 20 vfnl do vf-get "ifname=vsim0.$((VFS - 1))"
ok "the driver becomes slow" vfsim_knob 0 delay_ms 1
sleep 2

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

# A sample of all takes as many calls as there are VFs. While limits are set none begins but when it is due.
begin
ok "limits are set while samples are taken" eval 'set_ten 90000000 && set_ten 80000000'
ok "the next sample begins" wait_for 60 sampled
within "one began once a second at most" "$(since get_stats)" 1 $((VFS * ($(since_ms) / 1000 + 2)))
is "the driver was called as it is owed" "$(vfsim_violations)" 0
ok "all goes" eval 'modprobe -r vfsim && modprobe -r vfctl'
ok "no complaint of the kernel" klog_clean
done_testing
