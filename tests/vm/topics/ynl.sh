# igb: 1
# source: yes
# timeout: 300
# The kernel's own YNL client, unmodified, does every operation and hears an event
# from the specification alone.
. "$VFCTL_TOP/tests/vm/lib.sh"

ok "the card comes up" host_up
ok "vfctl loads" load_vfctl
ok "two VFs" numvfs eth0 2
ok "with stubs" wait_for 5 dev_exists veth0.1

like "pf-get, all" "$(ynl --dump pf-get)" "'provider': '82576'"
like "pf-get, one" "$(ynl --do pf-get --json '{"ifname": "eth0"}')" "'num-vfs': 2"
like "capabilities by name" "$(ynl --do pf-get --json '{"ifname": "eth0"}' | tr -d ' \n')" "'caps':.'(stats','max-rate|max-rate','stats)'"
is "vf-get, all" "$(ynl --dump vf-get | grep -c "'ifname':")" 2
like "vf-get, of a PF" "$(ynl --dump vf-get --json '{"pf-ifname": "eth0"}')" "'ifname': 'veth0.1'"
like "stats-get, all" "$(ynl --dump stats-get)" "'tx-packets': "
like "stats-get, one" "$(ynl --do stats-get --json '{"pf-ifname": "eth0", "vf": 1}')" "'rx-loopback-bytes': "

ynl --subscribe config --sleep 12 >/tmp/events 2>&1 &
listener=$!
sleep 3
is "vf-set" "$(ynl --do vf-set --json '{"ifname": "veth0.1", "hard-rate": 300000000, "soft-rate": 200000000}')" None
like "vf-get, one" "$(ynl --do vf-get --json '{"ifname": "veth0.1"}')" "'effective-rate': 200000000"
is "pf-set" "$(ynl --do pf-set --json '{"ifname": "eth0", "interval": 500}')" None
like "it is set" "$(ynl --do pf-get --json '{"ifname": "eth0"}')" "'interval': 500"
refused "a refusal shows the kernel's words" "soft limit 400 Mbit/s is above hard limit 300 Mbit/s" \
	ynl --do vf-set --json '{"ifname": "veth0.1", "soft-rate": 400000000}'
wait $listener
like "it has heard the change" "$(cat /tmp/events)" "'name': 'vf-change-ntf'"
like "with who and what" "$(tr -d '\n' </tmp/events)" "'hard-rate': 300000000.*'old': .*'origin': 'netlink'"
ok "no complaint of the kernel" klog_clean
done_testing
