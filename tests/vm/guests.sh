# shellcheck shell=bash
# Guests on the emulated host: virtual machines with a VF passed through by VFIO. They
# boot the host's own kernel and initramfs and see its files. A topic that uses this says
# "# guests: yes", which gives the host SVM and an IOMMU.

GUESTS=/run/guests

# guests_prepare PF N: N VFs without a driver, for guest_up.
guests_prepare() {
	local device=/sys/class/net/$1/device
	modprobe -a igbvf kvm-amd vfio-pci vfio_iommu_type1 || return 1
	mkdir -p "$GUESTS"
	echo 0 >"$device/sriov_drivers_autoprobe" && numvfs "$1" "$2" && wait_for 20 dev_has_link "$1"
}

# vf_driver PF VF DRIVER: takes the VF from the driver that it has; "-" gives it none.
vf_driver() {
	local device
	device=/sys/bus/pci/devices/$(vf_pci "$1" "$2")
	if [[ -e $device/driver ]]; then
		echo "${device##*/}" >"$device/driver/unbind" || return 1
	fi
	[[ $3 != - ]] || return 0
	echo "$3" >"$device/driver_override" && echo "${device##*/}" >/sys/bus/pci/drivers_probe &&
		[[ $(basename "$(readlink "$device/driver")") == "$3" ]]
}

# guest_up NAME PF VF [QEMU-OPTION...]: boots a guest that owns the VF. Returns when its
# shell answers; its files are in $GUESTS/NAME. Each access to its serial console or to the
# registers of PCI goes through two emulators: it says there what is wrong, and looks for
# devices on the one bus that it has.
guest_up() {
	local name=$1 pf=$2 vf=$3 dir=$GUESTS/$1
	shift 3
	vf_driver "$pf" "$vf" vfio-pci || return 1
	rm -rf "$dir" && mkdir -p "$dir" && mkfifo "$dir"/shell.{in,out} || return 1
	"$VFCTL_QEMU" -machine q35,accel=kvm -cpu max -m 448 -nodefaults -display none -nic none \
		-kernel "$VFCTL_KERNEL" -initrd "$VFCTL_INITRD" \
		-append "console=ttyS0 loglevel=5 pci=lastbus=0 panic=-1 vm_body=$VFCTL_TOP/tests/vm/guest-shell.sh vm_top=$VFCTL_TOP vm_path=${PATH%%:/usr/sbin*} vm_igb=$VFCTL_IGB" \
		-virtfs local,path=/,mount_tag=host,security_model=none,readonly=on,multidevs=remap \
		-device virtio-serial-pci -serial "file:$dir/console" \
		-chardev "pipe,id=shell,path=$dir/shell" -device virtserialport,chardev=shell,name=shell \
		-chardev "file,id=output,path=$dir/output" -device virtserialport,chardev=output,name=output \
		-monitor none -device "vfio-pci,host=$(vf_pci "$pf" "$vf")" "$@" >"$dir/qemu" 2>&1 </dev/null &
	echo $! >"$dir/pid"
	guest_wait "$name"
}

# guest_wait NAME: until its shell speaks, which it does when it has booted.
guest_wait() {
	local line
	if timeout 120 sed '/^ready$/q' "$GUESTS/$1/shell.out" | grep -qx ready; then
		return
	fi
	echo "guest $1 did not come up:"
	cat "$GUESTS/$1/qemu"
	tail -n 30 "$GUESTS/$1"/{console,output}
	return 1
}

# guest_run NAME COMMANDLINE: has the guest's shell run it; prints what it printed, and
# returns its status.
guest_run() {
	local dir=$GUESTS/$1 line
	if ! printf '%s\0' "$2" | timeout 20 tee "$dir/shell.in" >/dev/null; then
		guest_is_stuck "$1"
		return 1
	fi
	while read -t "${GUEST_PATIENCE:-120}" -r line; do
		[[ $line != "status "* ]] || return "${line#status }"
		# What it prints has a "=" before it: this is said by one that has booted.
		if [[ $line == ready ]]; then
			echo "guest $1 began anew:"
			tail -n 60 "$dir/console"
			return 1
		fi
		printf '%s\n' "${line#=}"
	done <"$dir/shell.out"
	guest_is_stuck "$1"
	return 1
}

# What there is to know of a guest that does not answer.
guest_is_stuck() {
	local dir=$GUESTS/$1 task
	echo "guest $1 does not answer"
	for task in /proc/"$(<"$dir/pid")"/task/*; do
		echo "${task##*/}: $(cut -d' ' -f3 "$task/stat") in $(<"$task/wchan"), $(head -n 5 "$task/stack" | tr '\n' ' ')"
	done
	cat "$dir/qemu"
	tail -n 20 "$dir/console" "$dir/output"
}

# guest_flow NAME VF ADDRESS: the guest, which owns this VF, sends TCP there as fast as it can, until
# guest_flow_end. Returns when it is on its way.
guest_flow() {
	local before
	before=$(dev_stat "veth0.$2" tx_bytes)
	guest_run "$1" "iperf3 -c $3 -t 3600 >/run/flow.log 2>&1 & echo \$! >/run/flow" || return 1
	wait_for 60 guest_flows "$2" $((before + 1000000)) || guest_run "$1" "cat /run/flow.log"
}

guest_flows() {
	(($(dev_stat "veth0.$1" tx_bytes) > $2))
}

guest_flow_end() {
	guest_run "$1" "kill \$(cat /run/flow)"
}

# guest_reboot NAME: from within; returns when its shell answers again.
guest_reboot() {
	printf '%s\0' "echo b >/proc/sysrq-trigger" >"$GUESTS/$1/shell.in"
	guest_wait "$1"
}

# guest_down NAME: without asking it, as a host does.
guest_down() {
	local pid
	pid=$(cat "$GUESTS/$1/pid") && kill "$pid"
	wait "$pid" 2>/dev/null
	return 0
}
