# igb: 1
# timeout: 600
# kernels: one, since top and monitor draw what the messages of the family say, which other topics read on each
# vfctl top and monitor, in a pseudo-terminal and in a pipe, also while the module goes and comes back.
. "$VFCTL_TOP/tests/vm/lib.sh"
. "$VFCTL_TOP/tests/vm/json.sh"

# heard REGEX: has the monitor said that by now?
heard() {
	grep -qE -- "$1" /run/heard
}

event() {
	grep "\"event\":\"$1\"" /run/heard | tail -n 1
}

ok "the card comes up" host_up
refused "without the module, monitor says what it needs" "^vfctl: .*modprobe vfctl" vfctl monitor
is "exit status 2" "$(status_of vfctl monitor)" 2
ok "two VFs come up" vfs_on eth0 2
ok "the link is back" dev_up eth0
ok "vfctl loads" load_vfctl
ok "the stubs are there" wait_for 5 dev_exists veth0.1

# Events, for a program.
vfctl -j monitor --snapshot >/run/heard 2>/run/heard.err &
monitor=$!
ok "a snapshot comes first" wait_for 10 heard '"event":"synced"'
is "with each PF and VF" "$(grep -c '"event":"present"' /run/heard)" 3
ok "somebody sets a limit" ethtool --tx-rate veth0.1 400mbit
ok "that is heard" wait_for 5 heard '"event":"changed".*"hard_bits_per_sec":400000000'
line=$(event changed)
is "who it was" "$(jq -r .by <<<"$line")" netlink
is "what it was before" "$(jq .old.hard_bits_per_sec <<<"$line")" 0
ok "ip sets another" ip link set eth0 vf 0 max_tx_rate 100
ok "that is heard, too" wait_for 5 heard '"vf":0.*"hard_bits_per_sec":100000000.*"by":"outside"'
ok "an interval is set" vfctl interval eth0 200ms
ok "that is heard" wait_for 5 heard '"object":"pf".*"interval_ms":200'
ok "the VFs go" vfs_off eth0
ok "that is heard" wait_for 10 heard '"event":"removed".*"vf":1'
ok "the module goes" rmmod vfctl
ok "that is heard" wait_for 5 heard '"event":"gone"'
ok "the module comes back" load_vfctl
ok "that is heard" wait_for 5 heard '"event":"back"'
ok "VFs come again" vfs_on eth0 2
ok "that is heard" wait_for 10 heard '"event":"added".*"vf":1'
ok "the link is back" dev_up eth0
kill -INT "$monitor"
wait "$monitor"
is "the monitor ends with status 0" "$?" 0
is "and has complained of nothing" "$(cat /run/heard.err)" ""
json_valid event "$(cat /run/heard)"

# For a person.
timeout 60 vfctl monitor >/run/heard 2>&1 &
monitor=$!
wait_for 5 sh -c 'grep -q vfctl /proc/'"$monitor"'/comm'
sleep 2
vfctl rate veth0.1 250mbit
ok "a person reads it" wait_for 5 heard '^[0-9:.]+ .*veth0.1.*none.*250 ?Mbit'
vfctl rate veth0.1 none
ok "and reads of the end of it" wait_for 5 heard 'veth0.1.*250 ?Mbit.*none'
kill "$monitor"
wait "$monitor"
diag "$(cat /run/heard)"

# Samples, and what a slow reader misses.
vfctl interval eth0 10ms
samples=$(timeout 20 vfctl -j monitor --stats --count 50 | grep '"event":"stats"')
within "samples are heard" "$(wc -l <<<"$samples")" 10 50
json_valid event "$samples"
vfctl interval eth0 100ms

# top, on a screen of 80 x 24.
ok "VF 0 goes to a guest" vf_netns eth0 0 guest0 10.0.0.1/24
ok "VF 1 goes to another" vf_netns eth0 1 guest1 10.0.0.2/24
ok "a limit to be seen" vfctl rate veth0.0 40mbit
in_netns guest1 iperf3 -s -1 >/dev/null 2>&1 &
ok "a receiver listens" wait_for 10 traffic_listening guest1
in_netns guest0 iperf3 -c 10.0.0.2 -u -b 20M -t 300 >/dev/null 2>&1 &
screen() {
	"$VFCTL_TOP/tests/vm/screen.py" --timeout 20 "$@"
}
moves='wait:veth0.0 .* [0-9.]+Mbit [^ ]+ +[0-9]+%'
shown=$(screen --size 80x24 wait:veth0.0 'wait:40 ?Mbit' "$moves" show send:q exit:0 restored -- vfctl top)
is "top runs on a screen of 80 x 24, and leaves it as it was" "$?" 0
diag "$shown"
like "the sender has a rate" "$shown" 'veth0.0 .* [0-9.]+Mbit [^ ]+ +[0-9]+%'
like "and a bar against its limit" "$shown" 'veth0.0 .*[#|█▌▏=]'
like "the receiver is there" "$shown" '^ *veth0.1 '
within "it fits the screen" "$(wc -L <<<"$shown")" 40 80
ok "it is sorted as asked" screen --size 80x24 wait:veth0.0 "$moves" send:d \
	'wait:veth0.0(.|\n)*veth0.1' send:R 'wait:veth0.1(.|\n)*veth0.0' send:q exit:0 -- vfctl top
ok "help comes and goes" screen --size 80x24 wait:veth0.0 send:h 'wait:[Ss]ort' send:h sleep:1 send:q exit:0 -- vfctl top
ok "a smaller screen will do" screen --size 60x10 wait:veth0.0 size:120x40 wait:veth0.1 send:q exit:0 restored -- vfctl top
ok "a signal ends it and leaves the screen as it was" screen wait:veth0.0 signal:TERM exit:0 restored -- vfctl top
ok "colours where they are wanted" screen --size 80x24 wait:veth0.0 "$moves" colour send:q exit:0 -- vfctl --color always top
ok "none where NO_COLOR says so" screen --size 80x24 wait:veth0.0 "$moves" mono send:q exit:0 -- env NO_COLOR=1 vfctl top
frames=$(vfctl top --count 3 --interval 500ms)
diag "$frames"
is "in a pipe, frames are printed" "$(grep -c veth0.0 <<<"$frames")" 3
frames=$(vfctl -j top --count 2 --interval 500ms)
is "or documents, one a line" "$(jq -c . <<<"$frames" | wc -l)" 2
json_valid top "$frames"
# shellcheck disable=SC2046 # process ids
kill $(ip netns pids guest0) $(ip netns pids guest1)
wait
ok "no complaint of the kernel" klog_clean
json_done
done_testing
