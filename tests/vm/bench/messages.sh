# igb: 1
# timeout: 400
# Messages of every kind as this kernel sends them, in hex, for the corpus of the
# fuzzer: tests/fuzz/record.sh takes them from this host's output.
. "$VFCTL_TOP/tests/vm/lib.sh"

export VFNL_RECORD=/tmp/record

# group NAME COMMAND...: what the kernel sends meanwhile. That of the family, which
# the client asks for each time, is a group of its own.
group() {
	local name=$1
	shift
	rm -f "$VFNL_RECORD"
	"$@"
	grep -v '^........1000' "$VFNL_RECORD" | sed "s/^/recorded $name /"
}

every_get() {
	vfnl dump pf-get
	vfnl dump vf-get
	vfnl dump stats-get
	vfnl 'do' pf-get pf-ifname=eth0
	vfnl 'do' vf-get ifname=veth0.1
	vfnl 'do' stats-get ifname=veth0.1
}

every_set() {
	vfnl 'do' vf-set ifname=veth0.1 hard-rate=500000000 soft-rate=400000000
	vfnl 'do' vf-set pf-ifname=eth0 vf=0 hard-rate=0
	vfnl 'do' pf-set pf-ifname=eth0 interval=500
}

# listening GROUP COMMAND...
listening() {
	local listener
	vfnl listen "$1" 30 >/tmp/listener &
	listener=$!
	wait_for 10 grep -q ready /tmp/listener
	shift
	"$@"
	wait "$listener"
}

changes() {
	every_set
	ip link set eth0 vf 1 max_tx_rate 300
	echo 200 >/sys/class/net/veth0.0/queues/tx-0/tx_maxrate
	echo "0 100 0" >/sys/class/net/eth0/device/bandwidth_allocation
	vfnl 'do' vf-set pf-ifname=sim0 vf=1 hard-rate=900000000 min-rate=100000000
	ip link set eth0 down
	vfnl 'do' vf-set pf-ifname=eth0 vf=2 hard-rate=5000000
	numvfs eth0 0
	dev_up eth0
	numvfs eth0 2
	ip link set sim0 name sim1
}

# Refusals with words, with the attribute at fault, and with what is missing.
refusals() {
	vfnl 'do' vf-get ifname=nothing
	vfnl 'do' vf-get pf-ifname=eth0 vf=99
	vfnl 'do' vf-get
	vfnl 'do' vf-set ifname=veth0.1 soft-rate=900000000
	vfnl 'do' vf-set ifname=veth0.1 hard-rate=1
	vfnl 'do' vf-set ifname=veth0.1 hard-rate=9000000000
	vfnl 'do' pf-set pf-ifname=eth0 interval=1
	vfnl raw 'do' vf-get 0800ffff00000000
	vfnl raw 'do' vf-get 0500010041
	vfnl raw dump vf-get ffff0100
}

ok "the card comes up" host_up
ok "vfctl loads" load_vfctl
ok "a PF driver without hardware" modprobe vfsim
ok "three VFs" numvfs eth0 3
ok "two VFs more" vfsim_vfs 0 2
ok "with stubs" wait_for 10 dev_exists vsim0.1
sleep 2
vfnl 'do' pf-get pf-ifname=eth0
grep '^........1000' "$VFNL_RECORD" | sed 's/^/recorded family /'
group get every_get
group set every_set
group get-limited every_get
group config listening config changes
group stats listening stats sleep 3
group refused refusals 2>/dev/null
done_testing
