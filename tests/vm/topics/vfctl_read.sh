# igb: 1
# timeout: 600
# vfctl list, show and stats, through both backends, against what ip and ethtool say.
. "$VFCTL_TOP/tests/vm/lib.sh"
. "$VFCTL_TOP/tests/vm/json.sh"

# look: reads what ip and both backends say, once for many tests; a start of
# vfctl takes a third of a second here.
look() {
	local backend
	BY_IP=$(ip -j -d -s link show eth0)
	declare -gA LISTED=()
	for backend; do
		LISTED[$backend]=$(json list --backend "$backend" list)
	done
}

# ip_vf VF KEY: of `ip -j -d -s link`, KEY being a path of jq.
ip_vf() {
	jq -r ".[0].vfinfo_list[$1]$2" <<<"$BY_IP"
}

# listed BACKEND VF KEY
listed() {
	jq -r ".[$2].$3" <<<"${LISTED[$1]}"
}

# What both backends know of a VF, and what is behind it.
same_vf() {
	local backend=$1 vf=$2
	is "$backend: VF $vf: PF, number, PCI address, driver" \
		"$(jq -r ".[$vf] | [.pf, .vf, .pci_address, .driver] | join(\" \")" <<<"${LISTED[$backend]}")" \
		"eth0 $vf $(vf_pci eth0 "$vf") igbvf"
	is "$backend: its MAC address, as ip tells it" "$(listed "$backend" "$vf" mac)" "$(ip_vf "$vf" .address)"
	is "$backend: its hard limit, as ip tells it" \
		"$(listed "$backend" "$vf" hard_bits_per_sec)" "$(($(ip_vf "$vf" .rate.max_tx) * 1000000))"
}

ok "the card comes up" host_up
ok "without VFs there is nothing to list" sh -c 'test "$(vfctl --backend rtnetlink -j list)" = "[]"'
ok "two VFs come up" vfs_on eth0 2
# igbvf takes the address that the PF has given its VF when it probes.
for vf in 0 1; do
	ok "VF $vf has a MAC address" ip link set eth0 vf $vf mac 52:54:00:aa:bb:0$vf
	vf_pci eth0 $vf >/sys/bus/pci/drivers/igbvf/unbind
	vf_pci eth0 $vf >/sys/bus/pci/drivers/igbvf/bind
	ok "which its driver takes" wait_for 10 vf_dev eth0 $vf
done
ok "the link is back" dev_up eth0
ok "VF 1 has a limit, set by ip" ip link set eth0 vf 1 max_tx_rate 300

# Without the module.
look rtnetlink
same_vf rtnetlink 0
same_vf rtnetlink 1
is "without the module, rtnetlink is what is left" "$(vfctl -j list)" "$(vfctl --backend rtnetlink -j list)"
is "rtnetlink knows no soft limit, so there is none to read" "$(listed rtnetlink 1 soft_bits_per_sec)" null
is "nor an effective one" "$(listed rtnetlink 1 effective_bits_per_sec)" null
is "igb's counters are all zero in rtnetlink, so none is known" \
	"$(json stats --backend rtnetlink stats eth0/1 | jq -c '.[0] | has("tx_bytes")')" false
refused "the module can be demanded" "vfctl.*modprobe vfctl" vfctl --backend module list
is "exit status 2" "$(status_of vfctl --backend module list)" 2
refused "the stub of a VF does not exist" "veth0.1" vfctl show veth0.1
json show show eth0/1 >/dev/null

# With it.
ok "vfctl loads" load_vfctl
ok "the stubs are there" wait_for 5 dev_exists veth0.1
look module rtnetlink
same_vf module 0
same_vf module 1
same_vf rtnetlink 1
is "its stub" "$(listed module 1 ifname)" veth0.1
is "no soft limit, and that is known" "$(listed module 1 soft_bits_per_sec)" 0
is "the limit that ip has set is in force" "$(listed module 1 state)" in-force
is "the effective rate, as ethtool tells it" "$(listed module 1 effective_bits_per_sec)" \
	"$(ethtool --json --tx-rate veth0.1 | jq '.[0]."effective-bits-per-sec"')"
is "igb has no minimum" "$(listed module 1 min_bits_per_sec)" null
is "the link's speed" "$(listed module 1 link_bits_per_sec)" 1000000000

one=$(json show show veth0.1)
is "a VF by PF and number" "$(json show show eth0/1 | jq -S 'del(.stats)')" "$(jq -S 'del(.stats)' <<<"$one")"
is "a VF by its PCI address" "$(json show show "$(vf_pci eth0 1)" | jq -S 'del(.stats)')" "$(jq -S 'del(.stats)' <<<"$one")"
is "its stub found through rtnetlink" "$(json show --backend rtnetlink show veth0.1 | jq -r .vf)" 1
pf=$(json show show eth0)
is "a PF: VFs" "$(jq .vfs <<<"$pf")" 2
is "a PF: how many it can have" "$(jq .total_vfs <<<"$pf")" "$(cat /sys/class/net/eth0/device/sriov_totalvfs)"
is "a PF: driver" "$(jq -r .driver <<<"$pf")" igb
is "a PF: provider" "$(jq -r .provider <<<"$pf")" 82576
is "a PF: interval" "$(jq .interval_ms <<<"$pf")" 1000

shown=$(vfctl list)
diag "$shown"
like "the table has a heading" "$shown" '^PF +VF +DEVICE'
like "and a row for each VF" "$shown" "^eth0 +1 +veth0.1 +$(vf_pci eth0 1) +52:54:00:aa:bb:01 +igbvf"
is "it fits 100 columns" "$(awk 'length > 100' <<<"$shown")" ""
diag "$(vfctl show veth0.1)"
diag "$(vfctl show eth0)"

# Counters.
ok "VF 0 goes to a guest" vf_netns eth0 0 guest0 10.0.0.1/24
ok "VF 1 goes to another" vf_netns eth0 1 guest1 10.0.0.2/24
within "TCP flows from VF 0 to VF 1" "$(traffic guest0 guest1 10.0.0.2 tcp -t 2)" 1000000 100000000000
sleep 2
for vf in 0 1; do
	stats=$(json stats stats "veth0.$vf" | jq '.[0]')
	by_ethtool=$(ethtool -S "veth0.$vf")
	by_ip=$(ip -j -s link show "veth0.$vf" | jq -c '.[0].stats64')
	for counter in rx_packets tx_packets rx_bytes tx_bytes rx_multicast; do
		is "veth0.$vf: $counter as ethtool tells it" "$(jq ".$counter" <<<"$stats")" \
			"$(sed -n "s/^ *$counter: //p" <<<"$by_ethtool")"
		is "veth0.$vf: $counter as ip tells it" "$(jq ".$counter" <<<"$stats")" \
			"$(jq ".${counter/_/.}" <<<"$by_ip")"
	done
	is "a counter that the card does not have is left out" "$(jq 'has("rx_dropped")' <<<"$stats")" false
	within "veth0.$vf: age of the sample" "$(jq .age_ms <<<"$stats" | cut -d. -f1)" 0 1500
done
is "all VFs of a PF" "$(json stats stats eth0 | jq -c '[.[].vf]')" "[0,1]"
is "all VFs" "$(json stats stats | jq -c '[.[].vf]')" "[0,1]"
diag "$(vfctl stats)"

# Rates: a sender of 50 Mbit/s of payload, at 1,512 bytes of frame for 1,470.
in_netns guest1 iperf3 -s -1 >/dev/null 2>&1 &
ok "a receiver listens" wait_for 10 traffic_listening guest1
in_netns guest0 iperf3 -c 10.0.0.2 -u -b 20M -t 12 >/dev/null 2>&1 &
sleep 2
rates=$(vfctl -j stats veth0.0 --interval 1s --count 5)
printf '%s\n' "$rates" | head -c 3000
is "as many samples as asked for" "$(wc -l <<<"$rates")" 5
json_valid stats "$(tail -n 1 <<<"$rates")"
rate=$(tail -n 1 <<<"$rates" | jq '.[0].tx_bits_per_sec | floor')
within "the rate of the VF is that of its sender, in bit/s" "$rate" 15000000 26000000
diag "$(vfctl stats --interval 1s --count 3 eth0)"
wait

for wrong in "show veth9.9" "show eth0/9" "show 0000:ff:1f.7" "stats veth9.9" "list eth9"; do
	# shellcheck disable=SC2086 # words
	is "exit status 2: vfctl $wrong" "$(status_of vfctl $wrong)" 2
done
for wrong in "" "lst" "show" "show eth0/x" "stats --interval 5" "stats --interval -1s" "list --colour" "--backend foo list"; do
	# shellcheck disable=SC2086 # words
	is "exit status 1: vfctl $wrong" "$(status_of vfctl $wrong)" 1
	# shellcheck disable=SC2086 # words
	is "one sentence: vfctl $wrong" "$(vfctl $wrong 2>&1 >/dev/null | grep -c '^vfctl: ')" 1
done
refused "the kernel's sentence" "eth0 has VFs 0 to 1, there is no VF 9" vfctl show eth0/9
is "reading needs no privilege" "$(as_nobody vfctl -j list | jq length)" 2
ok "no complaint of the kernel" klog_clean
json_done
done_testing
