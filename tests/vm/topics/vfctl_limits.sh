# igb: 1
# timeout: 600
# kernels: one, since the tool writes by the family and by rtnetlink; limits, refusals and mixed do so on each
# vfctl rate, interval, save, restore and reset: what they set, what they refuse.
. "$VFCTL_TOP/tests/vm/lib.sh"
. "$VFCTL_TOP/tests/vm/json.sh"

ip_limit() {
	ip -j link show eth0 | jq ".[0].vfinfo_list[$1].rate.max_tx"
}

rate_of() {
	json rate rate "$1" | jq -c '[.hard_bits_per_sec, .soft_bits_per_sec, .effective_bits_per_sec]'
}

ok "the card comes up" host_up
ok "three VFs come up" vfs_on eth0 3
ok "the link is back" dev_up eth0

# rtnetlink, as long as there is nothing else.
ok "rtnetlink: a limit is set" vfctl rate eth0/1 200mbit
is "rtnetlink: ip shows it" "$(ip_limit 1)" 200
is "rtnetlink: vfctl shows it" "$(json rate rate eth0/1 | jq .hard_bits_per_sec)" 200000000
ok "rtnetlink: by PCI address" vfctl rate "$(vf_pci eth0 2)" hard 50mbit
is "rtnetlink: ip shows that" "$(ip_limit 2)" 50
refused "rtnetlink: a soft limit needs the module" "soft.*module" vfctl rate eth0/1 soft 100mbit
is "rtnetlink: exit status 2" "$(status_of vfctl rate eth0/1 soft 100mbit)" 2
refused "rtnetlink: igb refuses a rate above the link's" "^vfctl: .*eth0/1" vfctl rate eth0/1 5gbit
is "rtnetlink: nothing has changed" "$(ip_limit 1)" 200
refused "rtnetlink: no interval" "module" vfctl interval eth0 100ms
ok "rtnetlink: save" sh -c 'vfctl save /run/rtnetlink.json'
ok "rtnetlink: reset" vfctl reset --all
is "rtnetlink: nothing is limited" "$(ip_limit 1) $(ip_limit 2)" "0 0"
ok "rtnetlink: restore" vfctl restore /run/rtnetlink.json
is "rtnetlink: limits are back" "$(ip_limit 0) $(ip_limit 1) $(ip_limit 2)" "0 200 50"
ok "rtnetlink: no limit" vfctl reset eth0/1 eth0/2

ok "vfctl loads" load_vfctl
ok "the stubs are there" wait_for 5 dev_exists veth0.2
is "no limit" "$(rate_of veth0.1)" "[0,0,0]"
is "setting says nothing" "$(vfctl rate veth0.1 500mbit 2>&1)" ""
is "500mbit is set" "$(rate_of veth0.1)" "[500000000,0,500000000]"
is "ethtool shows it" "$(ethtool --json --tx-rate veth0.1 | jq '.[0]."hard-bits-per-sec"')" 500000000
is "ip shows it" "$(ip_limit 1)" 500
is "nobody else has it" "$(ip_limit 0) $(ip_limit 2)" "0 0"
ok "a soft limit below" vfctl rate veth0.1 soft 300mbit
is "is in force" "$(rate_of veth0.1)" "[500000000,300000000,300000000]"
is "and in the card" "$(ip_limit 1)" 300
like "one of them can be asked for" "$(vfctl rate veth0.1 soft)" '300 ?Mbit'
ok "by PF and number, hard below soft" vfctl rate eth0/1 hard 0.2gbit
is "the effective rate is clamped" "$(rate_of eth0/1)" "[200000000,300000000,200000000]"
refused "soft above hard" "^vfctl: .*soft" vfctl rate veth0.1 soft 400mbit
is "exit status 2" "$(status_of vfctl rate veth0.1 soft 400mbit)" 2
is "the sentence is the kernel's" "$(vfctl rate veth0.1 soft 400mbit 2>&1 | sed 's/^vfctl: .*: //')" \
	"$(vfnl 'do' vf-set ifname=veth0.1 soft-rate=400000000 2>&1 | sed 's/^[A-Z]*: //')"
refused "above the link's speed" "2000 Mbit/s is above the link speed of eth0, 1000 Mbit/s" vfctl rate veth0.1 2gbit
refused "below what a card can do" "^vfctl: .*veth0.1" vfctl rate veth0.1 5kbit
refused "igb has no minimum" "^vfctl: .*min" vfctl rate veth0.1 min 5mbit
refused "a rate that is none" "^vfctl: .*5furlongs" vfctl rate veth0.1 5furlongs
is "exit status 1" "$(status_of vfctl rate veth0.1 5furlongs)" 1
is "nothing has changed" "$(rate_of eth0/1)" "[200000000,300000000,200000000]"
like "mbps is taken, with a note" "$(vfctl rate veth0.0 10mbps 2>&1)" 'bytes'
is "as megabytes" "$(rate_of veth0.0)" "[80000000,0,80000000]"
refused "without privilege" "^vfctl: .*(permitted|root|CAP_NET_ADMIN)" \
	as_nobody vfctl rate veth0.0 1mbit
is "the kernel counts this as refused" \
	"$(status_of as_nobody vfctl rate veth0.0 1mbit)" 2

# A limit that waits for the link.
ok "the PF goes down" ip link set eth0 down
like "setting a limit now tells that it waits" "$(vfctl rate veth0.2 100mbit 2>&1)" 'pending|link'
is "it is pending" "$(json rate rate veth0.2 | jq -r .state)" pending
like "and says why" "$(vfctl show veth0.2)" 'link'
ok "the PF comes up" dev_up eth0
ok "then it is in force" wait_for 5 sh -c 'test "$(vfctl -j rate veth0.2 | jq -r .state)" = in-force'
is "in the card" "$(ip_limit 2)" 100

# The interval.
is "one second, as it comes" "$(json interval interval eth0 | jq -c '[.[].interval_ms]')" "[1000]"
ok "50 ms" vfctl interval eth0 50ms
is "is kept" "$(json interval interval | jq -c '[.[].interval_ms]')" "[50]"
refused "1 ms is too short" "^vfctl: .*10" vfctl interval eth0 1ms
refused "a time without a unit" "^vfctl: .*50" vfctl interval eth0 50
is "nothing has changed" "$(json interval interval eth0 | jq -c '[.[].interval_ms]')" "[50]"

# Saved and restored.
ok "all limits are saved" vfctl save /run/limits.json
json_valid saved "$(cat /run/limits.json)"
ok "and printed" sh -c 'vfctl save | cmp - /run/limits.json'
ok "restoring what is there changes nothing" vfctl restore --dry-run /run/limits.json
is "and says so" "$(vfctl restore --dry-run /run/limits.json | grep -c -- '->')" 0
ok "everything is reset" vfctl reset --all
for vf in 0 1 2; do
	is "VF $vf has no limit" "$(rate_of "veth0.$vf")" "[0,0,0]"
done
is "in the card neither" "$(ip_limit 0) $(ip_limit 1) $(ip_limit 2)" "0 0 0"
diag "$(vfctl restore --dry-run /run/limits.json)"
is "a dry run tells of each VF" "$(json restore restore --dry-run /run/limits.json | jq length)" 3
is "and does nothing" "$(rate_of veth0.1)" "[0,0,0]"
ok "they are restored" vfctl restore /run/limits.json
is "hard, soft and effective" "$(rate_of veth0.1)" "[200000000,300000000,200000000]"
is "in the card" "$(ip_limit 0) $(ip_limit 1) $(ip_limit 2)" "80 200 100"
ok "what is saved then is the same, byte by byte" sh -c 'vfctl save | cmp - /run/limits.json'
ok "one of them is reset" vfctl reset veth0.1
is "no other is" "$(rate_of veth0.0)" "[80000000,0,80000000]"
refused "reset wants to know what" "^vfctl: " vfctl reset
is "exit status 1" "$(status_of vfctl reset)" 1

jq '(.limits[] | select(.vf == 2)).vf = 9 | (.limits[] | select(.vf == 9)) |= del(.pci_address)' \
	/run/limits.json >/run/unknown.json
refused "a VF that is not there" "eth0/9" vfctl restore /run/unknown.json
is "nothing is restored then" "$(rate_of veth0.1)" "[0,0,0]"
echo '{"version": 1, "limits": [' >/run/broken.json
refused "a broken file" "^vfctl: /run/broken.json" vfctl restore /run/broken.json
jq '.version = 99' /run/limits.json >/run/newer.json
refused "a newer one" "99" vfctl restore /run/newer.json
refused "no file" "^vfctl: .*/run/nothing.json" vfctl restore /run/nothing.json
refused "no folder to save in" "^vfctl: .*/run/no/where.json" vfctl save /run/no/where.json

# Limits of VFs that are gone.
ok "VF 1 has a limit" vfctl rate veth0.1 40mbit
ok "no VFs" numvfs eth0 0
ok "no stubs" wait_for 5 dev_is_gone veth0.0
is "limits are kept" "$(json list list | jq -c '[.[] | [.vf, .hard_bits_per_sec, .effective_bits_per_sec, .state]]')" \
	'[[0,80000000,0,"absent"],[1,40000000,0,"absent"],[2,100000000,0,"absent"]]'
is "who does not ask for them is not told" "$(vfnl dump vf-get)" "[]"
like "they are shown" "$(vfctl show eth0/1)" "state +absent"
is "and saved" "$(vfctl save | jq '.limits | length')" 3
ok "one is removed" vfctl rate eth0/1 none
like "with a word on what that means" "$(vfctl rate eth0/2 50mbit 2>&1)" "eth0/2 does not exist now"
refused "one that nobody could have" "above the link speed" vfctl rate eth0/2 50gbit
is "two are left" "$(vfctl -j list | jq -c '[.[] | [.vf, .hard_bits_per_sec]]')" "[[0,80000000],[2,50000000]]"
refused "one without a limit is none" "eth0 has no VFs now" vfctl rate eth0/1
ok "VFs come" numvfs eth0 3
ok "with stubs" wait_for 5 dev_exists veth0.2
ok "they have them" wait_for 10 vf_is veth0.2 state in-force
is "in the card" "$(ip_limit 0) $(ip_limit 1) $(ip_limit 2)" "80 0 50"
ok "no VFs" numvfs eth0 0
ok "all are reset" vfctl reset --all
is "none is left" "$(vfctl -j list)" "[]"
is "limits are kept as it comes" "$(json keep-limits keep-limits eth0 | jq -c '[.[].keep_limits]')" "[true]"
ok "they are to go with their VFs" vfctl keep-limits eth0 no
like "which is shown" "$(vfctl show eth0)" "limits +go with their VFs"
ok "VFs come" numvfs eth0 3
ok "with stubs" wait_for 5 dev_exists veth0.2
ok "a limit" vfctl rate veth0.2 30mbit
ok "they go" numvfs eth0 0
ok "no stubs" wait_for 5 dev_is_gone veth0.0
is "and the limit with them" "$(vfctl -j list)" "[]"
ok "VFs come" numvfs eth0 3
ok "with stubs" wait_for 5 dev_exists veth0.2
is "they have none" "$(ip_limit 2) $(rate_of veth0.2)" "0 [0,0,0]"
refused "neither yes nor no" "^vfctl: 'perhaps' is neither yes nor no$" vfctl keep-limits eth0 perhaps
is "how often is sampled is told" "$(vfctl -j show eth0 | jq '.kept_interval_ms >= 50 and .sample_time_us > 0')" true

for file in broken newer nothing; do
	is "exit status 1: $file" "$(status_of vfctl restore "/run/$file.json")" 1
done
is "no half file is left" "$(find /run -maxdepth 1 -name '*.json*' | sort | paste -sd' ')" \
	"/run/broken.json /run/limits.json /run/newer.json /run/rtnetlink.json /run/unknown.json"
ok "no complaint of the kernel" klog_clean
json_done
done_testing
