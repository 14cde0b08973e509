# igb: 1
# timeout: 300
# bindings: yes
# kernels: one, since the packages ask by the family and by rtnetlink, as vfctl does on each
# A program in Go (tests/consumer/go) against what vfctl -j says, by both backends: what it reads, what it sets, how it
# is refused, and the events that it is told.
. "$VFCTL_TOP/tests/vm/lib.sh"

# same WHAT BACKEND FILTER COMMAND...: both print the same, but for the keys that FILTER removes.
same() {
	local what=$1 backend=$2 filter=$3
	shift 3
	is "$backend: $what" "$(vfctl-go -backend "$backend" "$@" | jq -cS "$filter")" \
		"$(vfctl --backend "$backend" -j "$@" | jq -cS "$filter")"
}

# same_refusal BACKEND RATE_WORDS...: "vfctl rate" and the program end with 2 and the same sentence.
# The device and the kind of limit come first; the rate is in bit/s for both.
same_refusal() {
	local backend=$1 vf=$2 kind=$3 bits=$4
	is "$backend: $vf $kind $bits is refused in the same words" \
		"$(vfctl-go -backend "$backend" set "$vf" "$kind" "$bits" 2>&1 | sed -n '1s/^vfctl-go: //p'; status_of vfctl-go -backend "$backend" set "$vf" "$kind" "$bits")" \
		"$(vfctl --backend "$backend" rate "$vf" "$kind" "$bits" 2>&1 | sed 's/^vfctl: //'; status_of vfctl --backend "$backend" rate "$vf" "$kind" "$bits")"
}

# no_such BACKEND VF: both say the same of a VF that there is not.
no_such() {
	is "$1: there is no $2" "$(vfctl-go -backend "$1" show "$2" 2>&1 | sed -n '1s/^vfctl-go: //p')" \
		"$(vfctl --backend "$1" show "$2" 2>&1 | sed 's/^vfctl: //')"
}

# The driver of a VF is what vfctl itself looks up.
both_read() {
	local backend=$1 vf
	same "the list" "$backend" 'map(del(.driver))' list
	same "the list of a PF" "$backend" 'map(del(.driver))' list eth0
	same "counters" "$backend" 'map(del(.age_ms, .time_ns))' stats
	shift
	for vf; do
		same "$vf" "$backend" 'del(.driver, .stats.age_ms, .stats.time_ns)' show "$vf"
	done
	is "$backend: the PF" "$(vfctl-go -backend "$backend" pfs | jq -cS '.[0]')" \
		"$(vfctl --backend "$backend" -j show eth0 | jq -cS 'del(.kept_interval_ms, .sample_time_us, .vf_list)')"
}

ok "a copy that everybody can read" cp "$(type -P vfctl-go)" /run/vfctl-go

hard_of() {
	vfctl -j rate "$1" | jq .hard_bits_per_sec
}

ok "the card comes up" host_up
ok "two VFs come up" vfs_on eth0 2
# igbvf takes the address that the PF has given its VF when it probes.
ok "VF 1 has a MAC address" ip link set eth0 vf 1 mac 52:54:00:aa:bb:01
vf_pci eth0 1 >/sys/bus/pci/drivers/igbvf/unbind
vf_pci eth0 1 >/sys/bus/pci/drivers/igbvf/bind
ok "which its driver takes" wait_for 10 vf_dev eth0 1
ok "the link is back" dev_up eth0

# Without the module.
is "without the module, rtnetlink is what is left" "$(vfctl-go backend)" '"rtnetlink"'
fails "the module can be demanded" vfctl-go -backend module list
ok "rtnetlink: a limit is set" vfctl-go set eth0/1 hard 300000000
is "rtnetlink: vfctl sees it" "$(hard_of eth0/1)" 300000000
both_read rtnetlink eth0/0 eth0/1 "$(vf_pci eth0 1)"
same_refusal rtnetlink eth0/1 soft 1000000
same_refusal rtnetlink eth0/1 hard 5000
no_such rtnetlink eth0/7
no_such rtnetlink eth9/0
no_such rtnetlink veth0.1
like "rtnetlink: a driver that refuses is named" "$(vfctl-go set eth0/1 hard 5000000000 2>&1)" "igb refuses it.*link speed of eth0"
like "rtnetlink: without privilege" "$(unprivileged /run/vfctl-go set eth0/1 hard 1000000 2>&1)" "CAP_NET_ADMIN"
is "rtnetlink: nothing of that was set" "$(hard_of eth0/1)" 300000000

# With it.
ok "vfctl loads" load_vfctl
ok "the stubs are there" wait_for 5 dev_exists veth0.1
is "with the module, it is what is asked" "$(vfctl-go backend)" '"module"'
ok "an interval is set" vfctl-go interval eth0 9s
is "vfctl sees it" "$(vfctl -j interval eth0 | jq '.[0].interval_ms')" 9000
ok "VF 0 goes to a guest" vf_netns eth0 0 guest0 10.0.0.1/24
ok "VF 1 goes to another" vf_netns eth0 1 guest1 10.0.0.2/24
ok "which pings it" in_netns guest0 ping -c 3 -i 0.2 10.0.0.2
ok "samples are taken" vfctl interval eth0 50ms
ok "and counted" wait_for 5 sh -c 'vfctl-go stats | jq -e ".[1].rx_packets > 2"'
ok "nothing is counted any more" sleep 1
ok "or at least not soon" vfctl interval eth0 9s
both_read module eth0/0 veth0.1 "$(vf_pci eth0 1)"
both_read rtnetlink veth0.1
ok "a soft limit is set" vfctl-go set veth0.1 soft 200000000
is "vfctl sees it" "$(vfctl -j rate veth0.1 | jq -c '[.hard_bits_per_sec, .soft_bits_per_sec, .effective_bits_per_sec]')" \
	"[300000000,200000000,200000000]"
same_refusal module veth0.1 soft 400000000
same_refusal module eth0/1 hard 2000000000
same_refusal module veth0.1 min 5000000
same_refusal module veth0.9 hard 5000000
is "module: a guest cannot be forbidden what it cannot do, in the same words" \
	"$(vfctl-go guest veth0.1 forbid 2>&1 | sed -n '1s/^vfctl-go: //p')" "$(vfctl rate veth0.1 guest forbid 2>&1 | sed 's/^vfctl: //')"
ok "limits go with their VFs" vfctl-go keep-limits eth0 no
is "vfctl sees it" "$(vfctl -j keep-limits eth0 | jq '.[0].keep_limits')" false
ok "limits stay" vfctl-go keep-limits eth0 yes
is "vfctl sees that" "$(vfctl -j keep-limits eth0 | jq '.[0].keep_limits')" true
no_such module eth0/7
no_such module 0000:ff:1f.7
like "without privilege" "$(unprivileged /run/vfctl-go set veth0.1 hard 1000000 2>&1)" "errno 1$"
is "reading needs none" "$(unprivileged /run/vfctl-go list | jq length)" 2
like "a deadline that is over" "$(vfctl-go -timeout 1ns list 2>&1)" "deadline exceeded"

# Events.
exec {events}< <(exec vfctl-go -timeout 60s watch 3 2>&1)
read -rt 30 -u "$events" line
is "a monitor listens" "$line" ready
ok "somebody changes a limit" vfctl rate veth0.1 100mbit
ok "the module goes" rmmod vfctl
ok "and comes back" load_vfctl
mapfile -t told <&"$events"
diag "$(printf '%s\n' "${told[@]}")"
is "who changed what is told" "${told[0]-}" "vf-changed veth0.1 300Mbit 100Mbit netlink"
like "and that the PF and VFs go, or the module" "${told[*]:1}" "(-removed|module-gone)"

# Eight goroutines share a client, while the module comes and goes.
vfctl-go -backend module hammer 6s >/run/hammered 2>&1 &
hammer=$!
for ((n = 0; n < 3; n++)); do
	sleep 1
	rmmod vfctl
	sleep 0.3
	load_vfctl
done
ok "no call gets another's answer, and none fails for another reason than that" wait "$hammer"
diag "$(cat /run/hammered)"
ok "most succeed" jq -e '.done > 100 and .done > .refused' /run/hammered
ok "those that had no time are told so, and some had none" jq -e '.late > 0' /run/hammered

# Another network namespace: the PF moves there, with its VFs.
ok "the stubs are back" wait_for 5 dev_exists veth0.0
ip netns add there
is "an empty namespace has no VFs" "$(vfctl-go -netns /run/netns/there list)" "[]"
is "by rtnetlink neither" "$(vfctl-go -backend rtnetlink -netns /run/netns/there list)" "[]"
ok "the PF moves to it" ip link set eth0 netns there
ok "its VFs are seen from here" wait_for 5 sh -c 'vfctl-go -netns /run/netns/there list | jq -e "length == 2"'
is "by rtnetlink as well" "$(vfctl-go -backend rtnetlink -netns /run/netns/there list | jq -c '[.[].vf]')" "[0,1]"
is "here there are none" "$(vfctl-go list)" "[]"
ok "the PF comes back" ip -n there link set eth0 netns 1
ok "with its link" dev_up eth0
ok "and its VFs" wait_for 5 dev_exists veth0.1

# The exporter.
exporter 127.0.0.1:9808 &
exporter=$!
ok "the exporter listens" wait_for 10 reach 9808
exec {server}<>/dev/tcp/127.0.0.1/9808
printf 'GET /metrics HTTP/1.0\r\n\r\n' >&"$server"
said=$(tr -d '\r' <&"$server")
exec {server}>&-
kill "$exporter"
diag "$said"
is "its counter is that of vfctl" "$(sed -n 's/^sriov_vf_tx_packets{pf="eth0",vf="1",.*} //p' <<<"$said")" \
	"$(vfctl -j stats eth0 | jq '.[1].tx_packets')"
like "with the labels of vfctld" "$said" "^sriov_vf_rx_bytes\{pf=\"eth0\",vf=\"1\",pciAddr=\"$(vf_pci eth0 1)\",numa_node=\"\"\} "
fails "a counter that the card does not have is left out" grep -q rx_dropped <<<"$said"
ok "no complaint of the kernel" klog_clean
done_testing
