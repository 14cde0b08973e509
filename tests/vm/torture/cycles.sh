# igb: 1
# igb-patches: yes
# timeout: 900
# long-timeout: 10800
# What comes and goes many times leaves nothing behind: no object of a slab cache for
# each time, no reference, no file descriptor. What was held is printed before and after.
. "$VFCTL_TOP/tests/vm/lib.sh"

numvfs=30 reloads=6 igb_numvfs=2
[[ $VFCTL_LONG == no ]] || numvfs=1000 reloads=200 igb_numvfs=20

# cycled WHAT OPTION...: and what was held.
cycled() {
	local what=$1
	shift
	ok "$what" eval "stress $* | tee /tmp/cycled"
	diag "$(cat /tmp/cycled)"
}

set -o pipefail
ok "vfctl loads" load_vfctl
cycled "simulated VFs, $numvfs times" --cycle numvfs --times $numvfs
cycled "vfctl, $reloads times, under readers and writers" --cycle module --times $reloads \
	--beside dump --beside ethtool --beside rate
ok "simulated PFs go" modprobe -r vfsim

# The kernel's own igb follows a NULL pointer where its watchdog runs while VFs are made.
ok "the patched igb loads" load_patched igb
ok "the card comes up" host_up
cycled "VFs of igb, $igb_numvfs times" --on igb --cycle numvfs --times $igb_numvfs
ok "VFs for guests" eval 'numvfs eth0 0 && vfs_on eth0 2'
ok "one has it" vf_netns eth0 0 guest0 10.0.0.1/24
ok "another too" vf_netns eth0 1 guest1 10.0.0.2/24
ok "they reach each other" ip netns exec guest0 ping -q -c 1 -w 30 10.0.0.2
ip netns exec guest0 ping -q -f 10.0.0.2 >/tmp/ping &
pinger=$!
cycled "vfctl, $reloads times, under traffic" --on igb --vfs 2 --cycle module --times $reloads --beside dump
kill -INT $pinger
ok "the traffic went on" wait $pinger
like "all the while" "$(cat /tmp/ping)" ' [1-9][0-9]+ received'
diag "$(cat /tmp/ping)"
ok "all goes" eval 'vfs_off eth0 && modprobe -r vfctl && modprobe -r igbvf igb'
ok "no complaint of the kernel" klog_clean
done_testing
