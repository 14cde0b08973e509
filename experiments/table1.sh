# shellcheck shell=bash
# Host A: the plain PF, a VF in a namespace, and a VF in a guest, one after the other and
# three times, each alone on the cable.
. "$VFCTL_TOP/tests/vm/lib.sh"
. "$VFCTL_TOP/tests/vm/guests.sh"

seconds=$(sed -n 's/.*exp_seconds=\([0-9]*\).*/\1/p' /proc/cmdline)
GUEST_PATIENCE=$((seconds * 2 + 120))

# on WHERE COMMANDLINE
on() {
	case $1 in
	pf) bash -c "$2" ;;
	netns) ip netns exec guest0 bash -c "$2" ;;
	guest) guest_run guest1 "$2" ;;
	esac
}

# measure WHERE: a line for the table, with numbers in bytes a second and nanoseconds.
measure() {
	local said
	said=$(on "$1" "qperf -uu -t $seconds -m 16K 10.0.0.11 tcp_bw tcp_lat") || return 1
	echo "measured $1" "$(sed -n 's/^ *\(bw\|latency\) *= *\([0-9.e+]*\).*/\2/p' <<<"$said" | paste -sd' ')"
}

ok "the card comes up" host_up
ok "two VFs" guests_prepare eth0 2
ok "VF 1 has an address" ip link set eth0 vf 1 mac 52:54:00:76:66:01
ok "VF 0 has its driver" vf_driver eth0 0 igbvf
ok "and a net device" wait_for 10 vf_dev eth0 0
ok "it goes to a namespace" vf_netns eth0 0 guest0 10.0.0.1/24
ok "VF 1 goes to a guest" guest_up guest1 eth0 1
ok "which uses it" guest_run guest1 \
	"modprobe igbvf && ip link set eth0 up && ip address add 10.0.0.2/24 dev eth0"
ok "the PF has an address" ip address add 10.0.0.254/24 dev eth0
for where in pf netns guest; do
	ok "$where reaches the server" wait_for 60 on "$where" "ping -c 1 -w 2 10.0.0.11"
done
for round in 1 2 3; do
	for where in pf netns guest; do
		ok "round $round: $where" measure "$where"
	done
done
ok "no complaint of the kernel" klog_clean
done_testing
