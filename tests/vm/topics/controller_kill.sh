# igb: 1
# timeout: 900
# kernels: one, since vfctld and its files are what is looked at
# vfctld is killed 200 times (40 on the older kernel), at any moment: no limit changes by
# that, and who comes next knows what the one before did.
. "$VFCTL_TOP/tests/vm/lib.sh"

vfctld=$VFCTL_PREFIX/sbin/vfctld
control=/run/vfctld/control written=/run/vfctld/written.json state=/var/lib/vfctld/state.json
cat >/tmp/vfctld.toml <<-END
	[controller]
	period = "20ms"
	step = 0
	[metrics]
	listen = ""
	[[pf]]
	device = "eth0"
	capacity = "80mbit"
	[[vf]]
	name = "*"
	mode = "adopt"
END

# Without another process, as are the rest of these: there are 200 rounds.
limits() {
	LIMITS="$(</sys/class/net/veth0.0/queues/tx-0/tx_maxrate) $(</sys/class/net/veth0.1/queues/tx-0/tx_maxrate)"
}

# A cap for VF 1 by another hand, and traffic that comes and goes, so that there is always
# something to write: both files, and limits.
restless() {
	local n=0
	while sleep 0.07; do
		((n++ % 2)) && echo "$((30 + n % 7))" >/sys/class/net/veth0.1/queues/tx-0/tx_maxrate
		timeout 0.05 ip netns exec guest0 ping -q -f -s 1400 10.0.0.9 >/dev/null 2>&1
	done
}

# look: at what is on disk, which may be nothing yet. What the one before has set is no cap of
# somebody's.
look() {
	local file said
	local -a files=()
	for file in "$state" "$written"; do
		[[ ! -e $file ]] || files+=("$file")
	done
	((${#files[@]})) || return
	said=$(jq -rs --arg vf "$vf0" 'if all(.[]; .version == 1) then any(.[]; .adopted[$vf]?) else "broken" end' "${files[@]}")
	case $said in
	false) ;;
	true) ((++mistaken)) ;;
	*) ((++broken)) ;;
	esac
}

ok "the card comes up" host_up
ok "two VFs come up" vfs_on eth0 2
ok "the link is back" dev_up eth0
ok "vfctl loads" load_vfctl
ok "the stubs are there" wait_for 5 dev_exists veth0.1
ok "VF 0 goes to a guest" vf_netns eth0 0 guest0 10.0.0.1/24
ip address add 10.0.0.9/24 dev eth0

restless &
restless=$!
kills=200
[[ $(uname -r) != 6.1.* ]] || kills=40
changed=0 broken=0 failed=0 mistaken=0 wrote=0
vf0=$(basename "$(readlink /sys/class/net/eth0/device)")/0
for ((n = 0; n < kills; n++)); do
	rm -f "$control"
	: >/tmp/begin
	"$vfctld" --config /tmp/vfctld.toml >/tmp/log 2>&1 &
	daemon=$!
	# One in four is killed as it begins, the others at their work.
	((n % 4 == 0)) || wait_for 20 test -S "$control" || ((++failed))
	printf -v moment '0.%03d' $((RANDOM % 200))
	sleep "$moment"
	if ! kill -STOP "$daemon" "$restless" || ! wait_for 10 stopped "$daemon" || ! wait_for 10 stopped "$restless"; then
		((++failed))
		cat /tmp/log
	fi
	[[ ! $written -nt /tmp/begin ]] || ((++wrote))
	limits
	before=$LIMITS
	kill -KILL "$daemon"
	wait "$daemon" 2>/dev/null
	limits
	[[ $LIMITS == "$before" ]] || ((++changed))
	look
	kill -CONT "$restless"
done
kill "$restless"
wait "$restless" 2>/dev/null
diag "$kills times, of which $wrote after it had begun to set limits"
is "no limit was changed by it" "$changed" 0
is "no file was broken" "$broken" 0
is "each time it had begun" "$failed" 0
is "none took its predecessor's limit for somebody else's" "$mistaken" 0
within "most were killed at work" "$wrote" $((kills / 2)) "$kills"

ok "a cap of somebody's" vfctl rate veth0.1 12mbit
"$vfctld" --config /tmp/vfctld.toml >/tmp/log 2>&1 &
daemon=$!
of() {
	vfctl -j controller status | jq ".vfs[] | select(.vf == $1) | .adopted_max_bits_per_sec"
}
adopted() {
	[[ $(of 1) == 12000000 ]]
}
ok "it begins once more, and has adopted that" wait_for 20 adopted
is "and nothing for the other, whose limits were its own" "$(of 0)" null
kill -KILL "$daemon"
wait "$daemon" 2>/dev/null
is "what a crash leaves is cleaned up" "$(find /var/lib/vfctld /run/vfctld -name '.*.json.*' | wc -l)" "$(find /var/lib/vfctld /run/vfctld -name '.*.json.*' -newer /tmp/log | wc -l)"
cat /tmp/log
ok "no complaint of the kernel" klog_clean
done_testing
