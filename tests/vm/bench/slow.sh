# igb: 0
# timeout: 300
# A driver that takes a millisecond for each call, with 64 VFs: what ten limits cost, and how long
# somebody else waits who needs RTNL.
. "$VFCTL_TOP/tests/vm/lib.sh"

calls() {
	local name
	for name in set_rate get_config get_stats; do
		printf '%s %s ' "$(vfsim_calls 0 $name)" $name
	done
}

# calls_since BEFORE: what was called since calls printed that.
calls_since() {
	local -a was now
	local n
	read -ra was <<<"$1"
	read -ra now <<<"$(calls)"
	for n in 0 2 4; do
		printf '%d %s  ' $((now[n] - was[n])) "${now[n + 1]}"
	done
}

set_ten() {
	local vf
	for ((vf = 0; vf < 10; vf++)); do
		vfnl do vf-set pf-ifname=sim0 "vf=$vf" "hard-rate=$1" || return 1
	done
}

# others SECONDS: somebody writes what needs RTNL, as often as possible: prints how often, and the longest.
others() {
	/usr/bin/python3 - "$1" <<-'END'
		import fcntl, socket, struct, sys, time
		SIOCSIFTXQLEN = 0x8943
		s = socket.socket(socket.AF_INET, socket.SOCK_DGRAM)
		end = time.monotonic() + float(sys.argv[1])
		count, longest = 0, 0
		while time.monotonic() < end:
		    begin = time.monotonic()
		    fcntl.ioctl(s, SIOCSIFTXQLEN, struct.pack("16si12x", b"lo", 1000 + count % 2))
		    longest = max(longest, time.monotonic() - begin)
		    count += 1
		print("%d in %s s, the longest waited %.1f ms" % (count, sys.argv[1], longest * 1000))
	END
}

ok "vfctl loads" load_vfctl
ok "a PF driver" modprobe vfsim
ok "its link is up" dev_up sim0
ok "64 VFs" vfsim_vfs 0 64
ok "with stubs" wait_for 20 dev_exists vsim0.63
diag "others, fast driver: $(others 5)"
ok "the driver becomes slow" vfsim_knob 0 delay_ms 1
sleep 2
before=$(calls)
begin=${EPOCHREALTIME//[.,]/}
ok "ten limits" set_ten 100000000
diag "ten vf-set: $(((${EPOCHREALTIME//[.,]/} - begin) / 1000)) ms; $(calls_since "$before")"
diag "others, quiet: $(others 5)"
(while set_ten $((RANDOM % 9 * 10000000 + 10000000)); do sleep 1; done) &
setter=$!
diag "others, while ten limits a second are set: $(others 5)"
kill $setter
wait $setter
diag "pf-get: $(vfnl do pf-get ifname=sim0)"
done_testing
