# igb: 1
# kernels: one, since ethtool asks by the family, as vfctl does on each
# ethtool --tx-rate: what it shows, what it sets, what it says when refused.
. "$VFCTL_TOP/tests/vm/lib.sh"

key() {
	ethtool --json --tx-rate "$1" | jq -c ".[0].\"$2\""
}

ip_limit() {
	ip -j link show eth0 | jq ".[0].vfinfo_list[$1].rate.max_tx"
}

refused "without the module, it is named" "kernel module vfctl is not loaded" ethtool --tx-rate veth0.1
is "with exit code 1" "$(status_of ethtool --tx-rate veth0.1 5mbit)" 1

ok "the card comes up" host_up
ok "three VFs come up" vfs_on eth0 3
ok "and the link is back" dev_up eth0
ok "vfctl loads" load_vfctl
ok "the stubs are there" wait_for 5 dev_exists veth0.2

shown=$(ethtool --tx-rate veth0.1)
like "the heading names VF and PF" "$shown" '^Transmit rate limits for veth0.1 \(VF 1 of eth0\):$'
like "no hard limit" "$shown" '^	Hard limit: none$'
like "no soft limit" "$shown" '^	Soft limit: none$'
like "none is effective" "$shown" '^	Effective limit: none$'
like "the link speed" "$shown" '^	Link speed: 1Gbit$'
like "the state" "$shown" '^	State: no limit$'
is "igb has no minimum" "$(key veth0.1 min-bits-per-sec)" null
fails "so its key is absent" sh -c 'ethtool --json --tx-rate veth0.1 | jq -e ".[0] | has(\"min-bits-per-sec\")"'

ok "500mbit is set" ethtool --tx-rate veth0.1 500mbit
shown=$(ethtool --tx-rate veth0.1)
diag "$shown"
like "and shown" "$shown" '^	Hard limit: 500Mbit$'
like "and in force" "$shown" '^	State: in force$'
is "ip shows it as well" "$(ip_limit 1)" 500
is "not on another VF" "$(ip_limit 2)" 0
is "JSON: hard" "$(key veth0.1 hard-bits-per-sec)" 500000000
is "JSON: soft" "$(key veth0.1 soft-bits-per-sec)" null
is "JSON: effective" "$(key veth0.1 effective-bits-per-sec)" 500000000
is "JSON: link" "$(key veth0.1 link-bits-per-sec)" 1000000000
is "JSON: state" "$(key veth0.1 state)" '"in-force"'
is "JSON: vf" "$(key veth0.1 vf)" 1
is "JSON: pf" "$(key veth0.1 pf)" '"eth0"'

ok "what is shown can be typed" ethtool --tx-rate veth0.2 "$(ethtool --tx-rate veth0.1 | sed -n 's/.*Hard limit: //p')"
is "and is the same" "$(key veth0.2 hard-bits-per-sec)" 500000000
ok "a fraction" ethtool --tx-rate veth0.2 0.57gbit
is "is what was meant" "$(ip_limit 2)" 570
ok "bytes" ethtool --tx-rate veth0.2 10mbps
like "with a note" "$(ethtool --tx-rate veth0.2 10mbps 2>&1)" 'bytes per second, the limit is 80Mbit'
is "are 8 times as many bits" "$(ip_limit 2)" 80
ok "a rate between two Mbit/s" ethtool --tx-rate veth0.2 1500kbit
like "is kept" "$(ethtool --tx-rate veth0.2)" 'Hard limit: 1500Kbit'
like "and applied rounded down" "$(ethtool --tx-rate veth0.2)" 'Effective limit: 1Mbit'

dump=$(ethtool --tx-rate '*')
diag "$dump"
is "all three are listed" "$(grep -c '^Transmit rate limits' <<<"$dump")" 3
is "in JSON as well" "$(ethtool --json --tx-rate '*' | jq -c '[.[].ifname]')" '["veth0.0","veth0.1","veth0.2"]'

name=a_name_longer_than_fifteen_characters
ok "an alternative name is added" ip link property add dev veth0.1 altname $name
like "and read by" "$(ethtool --tx-rate $name)" 'for veth0.1 \(VF 1 of eth0\)'
ok "and set by" ethtool --tx-rate $name 300mbit
is "which works" "$(ip_limit 1)" 300
ok "a short one is added" ip link property add dev veth0.1 altname short0
like "and read by" "$(ethtool --tx-rate short0)" 'for veth0.1 \(VF 1 of eth0\)'
refused "a long name that nobody has" "No such device" ethtool --tx-rate another_name_longer_than_fifteen

refused "no such device" "netlink error: .*\"nodev\"" ethtool --tx-rate nodev
refused "no stub" "netlink error: .*eth0 is no device of a VF" ethtool --tx-rate eth0
refused "no stub, set" "netlink error: .*lo is no device of a VF" ethtool --tx-rate lo 5mbit
is "a refused setting ends with 83" "$(status_of ethtool --tx-rate lo 5mbit)" 83
refused "below 1 Mbit/s" "netlink error: .*1 Mbit" ethtool --tx-rate veth0.1 999kbit
refused "above the link" "netlink error: " ethtool --tx-rate veth0.1 2gbit
refused "no privilege" "netlink error: .*not permitted" setpriv --reuid=65534 --clear-groups ethtool --tx-rate veth0.1 5mbit
ok "reading needs none" setpriv --reuid=65534 --clear-groups ethtool --tx-rate veth0.1
for rate in "" -5mbit nan inf 0x10 1e999 5foo 50%; do
	refused "'$rate' is no rate" "invalid rate '$rate'" ethtool --tx-rate veth0.1 "$rate"
done
is "none of these changed anything" "$(ip_limit 1)" 300
diag "$(ethtool --tx-rate eth0 2>&1; ethtool --tx-rate nodev 2>&1; ethtool --tx-rate veth0.1 999kbit 2>&1; ethtool --tx-rate veth0.1 2gbit 2>&1; setpriv --reuid=65534 --clear-groups ethtool --tx-rate veth0.1 5mbit 2>&1)"
diag "$(ethtool --debug 0x12 --tx-rate veth0.1 999kbit 2>&1 | tail -n 20)"

ok "0 removes the limit" ethtool --tx-rate veth0.1 0
is "in the device" "$(ip_limit 1)" 0
ok "so does none" ethtool --tx-rate veth0.2 none
is "in the device" "$(ip_limit 2)" 0

ok "eth0 goes down" ip link set eth0 down
diag "$(ethtool --tx-rate veth0.1 200mbit 2>&1)"
shown=$(ethtool --tx-rate veth0.1)
diag "$shown"
like "a limit set now is pending, with the reason" "$shown" '^	State: pending \(.+\)$'
like "the link speed is unknown" "$shown" '^	Link speed: unknown$'
is "JSON: pending" "$(key veth0.1 state)" '"pending"'
like "JSON: the reason" "$(key veth0.1 pending-reason)" '^".+"$'
is "JSON: no link speed" "$(key veth0.1 link-bits-per-sec)" null
ok "eth0 comes up" dev_up eth0
ok "it is in force" wait_for 10 sh -c "ethtool --tx-rate veth0.1 | grep -q 'State: in force'"

ok "the VFs go" vfs_off eth0
ok "and their stubs" wait_for 5 dev_is_gone veth0.1
is "an empty list" "$(ethtool --tx-rate '*')" ""
ok "vfctl goes" modprobe -r vfctl
refused "it is missed again" "kernel module vfctl is not loaded" ethtool --tx-rate veth0.1
ok "no complaint of the kernel" klog_clean
done_testing
