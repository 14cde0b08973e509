# igb: 1
# timeout: 400
# slots: 2
# kernels: one, since vfctld sees the kernel by the messages of the family alone, which other topics read on each
# vfctld: it shares out a card's capacity, keeps to its policy, and is told what to do.
. "$VFCTL_TOP/tests/vm/lib.sh"

# What follows from what guests send is waited for: a slow machine takes its time.
patience=30

vfctld() {
	"$VFCTL_PREFIX/sbin/vfctld" --config /tmp/vfctld.toml "$@"
}

# policy MODE [LINE...]: 80 Mbit/s for the VFs of eth0.
policy() {
	local mode=$1
	shift
	cat >/tmp/vfctld.toml <<-END
		[controller]
		period = "100ms"
		[metrics]
		listen = ""
		[[pf]]
		device = "eth0"
		capacity = "80mbit"
		[[vf]]
		name = "veth0.[01]"
		mode = "$mode"
	END
	printf '%s\n' "$@" >>/tmp/vfctld.toml
}

# listen ADDRESS: for metrics.
listen() {
	sed -i "s/^listen = .*/listen = \"$1\"/" /tmp/vfctld.toml
}

metrics() {
	local to
	exec {to}<>/dev/tcp/127.0.0.1/9808
	printf 'GET /metrics HTTP/1.0\r\n\r\n' >&"$to"
	cat <&"$to"
	exec {to}>&-
}

daemon_up() {
	"$VFCTL_PREFIX/sbin/vfctld" --config /tmp/vfctld.toml >>/tmp/vfctld.log 2>&1 &
	daemon=$!
	wait_for 20 vfctl controller status
}

daemon_down() {
	kill "${1:--TERM}" "$daemon"
	wait "$daemon" 2>/dev/null
	echo "$?" >/tmp/status
}

hard() {
	vfctl --raw rate "veth0.$1" hard
}

# of VF KEY: what the controller says of it.
of() {
	vfctl -j controller status | jq -r ".vfs[] | select(.vf == $1 and .pf == \"eth0\") | .$2"
}

# says VF KEY VALUE
says() {
	[[ $(of "$1" "$2") == "$3" ]]
}

# of_all KEY: what it says of itself.
of_all() {
	vfctl -j controller status | jq -r ".$1"
}

# thinks TIMES: until it has thought over all limits so many times more.
thinks() {
	local end
	end=$(($(of_all periods) + $1))
	wait_for "$patience" has_thought "$end"
}

has_thought() {
	(($(of_all periods) >= $1))
}

capacity_is() {
	[[ $(of_all 'pfs[] | select(.pf == "eth0") | .capacity_bits_per_sec') == "$1" ]]
}

module_is() {
	[[ $(of_all module) == "$1" ]]
}

between() {
	local is
	is=$(hard "$1")
	((is >= $2 && is <= $3))
}

send() {
	ip netns exec "guest$1" iperf3 -c 10.0.0.9 -p "520$1" -t 3600 "${@:2}" >/dev/null 2>&1 &
	senders+=($!)
}

senders=()
ok "the card comes up" host_up
ok "vfctl loads" load_vfctl
policy nonsense
fails "a policy with nonsense is refused" vfctld --check-config
like "with its line" "$(vfctld --check-config 2>&1)" "vfctld.toml:10: \[\[vf\]\] mode is one of observe, adopt, enforce"
fails "and nothing begins with it" vfctld
policy enforce
ok "a policy without is not" vfctld --check-config
fails "nobody answers yet" vfctl controller status
ok "vfctld begins, before there is a VF" daemon_up
fails "a second one does not" vfctld
like "and says why" "$(vfctld 2>&1)" "another vfctld runs"
refused "it is not asked by everybody" "Permission denied.*the group" as_nobody vfctl controller status
ok "three VFs come up" vfs_on eth0 3
ok "the link is back" dev_up eth0
ok "the stubs are there" wait_for 5 dev_exists veth0.2
for vf in 0 1 2; do
	ok "VF $vf goes to a guest" vf_netns eth0 "$vf" "guest$vf" "10.0.0.$((vf + 1))/24"
done
ip address add 10.0.0.9/24 dev eth0
for port in 5200 5201; do
	iperf3 -s -p "$port" >/dev/null 2>&1 &
done

step_of=10000000
ok "idle VFs have little room" wait_for "$patience" between 0 "$step_of" 50000000
send 0
ok "one that sends has nearly all" wait_for "$patience" between 0 70000000 80000000
send 1 -u -b 100M -l 1448
ok "two that send have half each" wait_for "$patience" between 0 38000000 41000000
ok "the other one too" wait_for "$patience" between 1 38000000 41000000
is "the third is not touched" "$(hard 2)" 0
is "it is observed" "$(of 2 mode)" observe

ok "somebody sets another limit" vfctl rate veth0.1 70mbit
ok "which is noticed" wait_for "$patience" says 1 corrections 1
ok "and set back" wait_for "$patience" between 1 38000000 41000000
ok "ip link is somebody too" ip link set eth0 vf 1 max_tx_rate 60
ok "that is noticed as well" wait_for "$patience" says 1 corrections 2
ok "and set back" wait_for "$patience" between 1 38000000 41000000

ok "a pause" vfctl controller pause
ok "now it stays" vfctl rate veth0.1 70mbit
ok "ten periods long" thinks 10
is "as it was set" "$(hard 1)" 70000000
ok "and goes on" vfctl controller resume
ok "and is set back" wait_for "$patience" between 1 38000000 41000000

policy enforce 'weight = 3'
sed -i 's/^name = "veth0.\[01\]"/name = "veth0.1"/' /tmp/vfctld.toml
printf '%s\n' '[[vf]]' 'name = "veth0.0"' 'mode = "enforce"' >>/tmp/vfctld.toml
ok "another policy" kill -HUP "$daemon"
ok "has its weights" wait_for "$patience" between 1 57000000 61000000
ok "and the rest" wait_for "$patience" between 0 18000000 21000000
cp /tmp/vfctld.toml /tmp/good
echo 'garbage' >>/tmp/vfctld.toml
refused "a bad one is refused, with its line" "vfctld.toml:1[56]: " vfctl controller reload
is "and changes nothing" "$(of 1 weight)" 3
ok "nor any limit" wait_for "$patience" between 1 57000000 61000000
is "it is counted" "$(of_all failed_reloads)" 1
like "the policy can be seen" "$(vfctl controller policy)" "veth0.1"
like "and the state" "$(vfctl controller status)" "veth0.1 +enforce"
cp /tmp/good /tmp/vfctld.toml

ip link set lo up
listen 127.0.0.1:9808
ok "metrics, by another policy" vfctl controller reload
said=$(metrics)
like "the exporter's are served" "$said" "^sriov_vf_tx_bytes\{pf=\"eth0\",vf=\"1\",pciAddr=\"$(vf_pci eth0 1)\",numa_node=\"[0-9]*\"\} [1-9]"
like "and one's own" "$said" "^vfctl_vf_corrections_total\{pf=\"eth0\",vf=\"1\",.*\} 3$"
like "what the card does not count is absent" "absent $(grep -c '^sriov_vf_rx_dropped' <<<"$said")" "absent 0"
listen 192.0.2.1:9808
refused "an address that is not this host's is refused" "cannot serve metrics at 192.0.2.1:9808" vfctl controller reload
like "and the one before is served" "$(metrics)" '^vfctl_policy_reloads_total\{result="failure"\} 2'
cp /tmp/good /tmp/vfctld.toml

kill -STOP "$daemon"
ok "it is halted" wait_for 10 stopped "$daemon"
before=$(hard 0)/$(hard 1)
daemon_down -KILL
is "killed, it leaves limits as they are" "$(hard 0)/$(hard 1)" "$before"
ok "it begins again" daemon_up
daemon_down -TERM
is "told to end, it ends well" "$(cat /tmp/status)" 0
ok "and leaves a limit too" test "$(hard 1)" -gt 0

policy adopt
ok "a limit of others" vfctl rate veth0.0 10mbit
ok "vfctld, to adopt" daemon_up
ok "takes it as a cap" wait_for "$patience" says 0 adopted_max_bits_per_sec 10000000
ok "and keeps to it" thinks 5
is "the whole time" "$(hard 0)" 10000000
ok "the rest is for the other" wait_for "$patience" between 1 66000000 71000000
ok "without it" vfctl rate veth0.0 none
ok "both have half" wait_for "$patience" between 0 38000000 41000000

ok "the link goes" ip link set eth0 down
ok "the daemon sees it" wait_for "$patience" capacity_is null
ok "and stays" thinks 5
ok "the link comes" dev_up eth0
ok "the daemon sees that too" wait_for "$patience" capacity_is 80000000
ok "the module goes" modprobe -r vfctl
ok "the daemon says so" wait_for "$patience" module_is false
ok "the module comes" load_vfctl
ok "the daemon says so too" wait_for "$patience" module_is true
ok "and all goes on" wait_for "$patience" between 1 20000000 80000000
daemon_down -TERM
kill "${senders[@]}" $(pgrep iperf3) 2>/dev/null
cat /tmp/vfctld.log
ok "no complaint of the kernel" klog_clean
done_testing
