# igb: 1
# trace: pci_cfg_write e1000e_core_read invalid_mem
# timeout: 180
# The host sleeps and wakes, and is switched off, while samples are taken every 10 ms. What the card was asked at
# the end is seen by power.end, in the emulator's trace.
. "$VFCTL_TOP/tests/vm/lib.sh"

# The outer machine's files do not survive the host's sleep, since 9pnet_virtio has neither freeze nor restore:
# from there on no program is started.
mkfifo /run/never
exec 9<>/run/never
sleep() {
	read -rt "$1" -u 9 || return 0
}
rm() {
	:
}
trap 'echo o >/proc/sysrq-trigger; sleep 60' EXIT

# sleeps: all devices are suspended as for suspend to RAM, and resumed after five seconds.
sleeps() {
	echo devices >/sys/power/pm_test && echo mem >/sys/power/state
}

# ports_again: results and output go to new ports. The virtio_console of Linux 7.3 asks the emulator which
# ports are open before it provides buffers for the answers (virtcons_restore()). The answers are lost, each
# port counts as closed, and a process that writes to a port waits for ever. A driver that is bound anew asks
# in the right order.
ports_again() {
	local driver=/sys/bus/virtio/drivers/virtio_console device
	device=$(echo "$driver"/virtio*)
	echo "${device##*/}" >$driver/unbind
	echo "${device##*/}" >$driver/bind
	wait_for 20 find_port ktap && exec 3>"$PORT"
	wait_for 20 find_port output && exec >"$PORT" 2>&1
}

# find_port NAME: sets PORT to the device of the virtio-serial port with that name.
find_port() {
	local entry name
	for entry in /sys/class/virtio-ports/*; do
		read -r name <"$entry/name" || continue
		PORT=/dev/${entry##*/}
		[[ $name != "$1" || ! -e $PORT ]] || return 0
	done
	return 1
}

has_link() {
	local carrier
	read -r carrier </sys/class/net/eth0/carrier && ((carrier))
}

sample_time() {
	vfnl get stats-get time "ifname=veth0.$1"
}

sampled_after() {
	(($(sample_time "$1") > $2))
}

# The card is shut down before that device then, since it came after it.
ok "a device that takes its time to shut down" modprobe slow_shutdown
ok "the card goes" tee /sys/bus/pci/devices/0000:01:00.0/remove <<<1
ok "and comes again" tee /sys/bus/pci/rescan <<<1
ok "the card comes up" host_up
ok "vfctl loads" load_vfctl
ok "four VFs" numvfs eth0 4
ok "with stubs" wait_for 10 dev_exists veth0.3
ok "the link is there" wait_for 20 dev_has_link eth0
ok "a limit" ethtool --tx-rate veth0.1 300mbit
ok "a sample every 10 ms" vfnl do pf-set ifname=eth0 interval=10
ok "samples are taken" wait_for 5 sampled_after 1 "$(sample_time 1)"

slept=no
! sleeps 2>/dev/null || slept=yes
ports_again
is "the host sleeps, and wakes" "$slept" yes
ok "the link comes back" wait_for 20 has_link
last=$(sample_time 1)
ok "samples are taken again" wait_for 5 sampled_after 1 "$last"
ok "the limit is in force" wait_for 10 vf_is veth0.1 state in-force
is "as it was" "$(vf_get veth0.1 effective-rate)" 300000000
done_testing
