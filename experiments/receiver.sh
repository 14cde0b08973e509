# shellcheck shell=bash
# Host B: a bottleneck, behind it two receivers, and what each gets every 100 ms.
. "$VFCTL_TOP/tests/vm/lib.sh"

bottleneck=$(sed -n 's/.*exp_bottleneck=\([0-9]*\).*/\1/p' /proc/cmdline)

# eth0 - br0 - in (the bottleneck) - out - br1 - rx0, rx1
switch() {
	ip link add br0 type bridge && ip link add br1 type bridge &&
		ip link add in type veth peer name out &&
		ip link set eth0 master br0 && ip link set in master br0 && ip link set out master br1 &&
		tc qdisc add dev in root tbf rate "${bottleneck}mbit" burst 16kb latency 20ms || return 1
	for dev in br0 br1 in out eth0; do
		ip link set "$dev" up || return 1
	done
}

# receiver N ADDRESS: with a server of each kind.
receiver() {
	guest_netns "rx$1" && ip link add "rx$1" type veth peer name eth0 netns "rx$1" &&
		ip link set "rx$1" master br1 up && ip -n "rx$1" address add "$2/24" dev eth0 &&
		ip -n "rx$1" link set eth0 up && ip netns exec "rx$1" iperf3 -s -D
}

ok "modules" modprobe -a virtio_net bridge sch_tbf veth
ok "the switch" switch
ok "a receiver of TCP" receiver 0 10.0.0.11
ok "a receiver of UDP" receiver 1 10.0.0.12
exec python3 -c '
import time
devices = ("rx0", "rx1")
due = time.monotonic()
while True:
    values = []
    for device in devices:
        with open(f"/sys/class/net/{device}/statistics/tx_bytes") as file:
            values.append(file.read().strip())
    print("sample", time.monotonic(), *values, flush=True)
    due += 0.1
    time.sleep(max(0, due - time.monotonic()))
'
