# shellcheck shell=bash
# Two emulated hosts: one with the card of the project, one that receives; between
# them a cable, which is a UNIX socket.

hosts_prepare() {
	vm_need
	apt_need gnuplot-nox
	if [[ $VM_SHAPES != yes ]]; then
		say "run.sh: this QEMU has no rate scheduler, without which there is nothing to measure"
		exit 3
	fi
	VM_PATH=$(ethtool_path) || exit 1
	TOOLS=$(tools_prefix) || exit 1
	VM_PATH+=:$TOOLS/bin
	HOST_IMAGE=$(vm_initramfs "$SERIES" virtio_net bridge sch_tbf "${VM_GUEST_MODULES[@]}") || exit 1
	work_dir
	hosts_defaults
}

# hosts_defaults: what an experiment may change.
hosts_defaults() {
	HOST_QEMU=() VM_NETWORK=() VM_GUESTS=no HOST_LIMIT=300
}

# hosts_trace: host A's emulator writes down each packet that leaves a limited queue.
hosts_trace() {
	HOST_QEMU=(-msg timestamp=on -trace "enable=igb_tx_rate_send" -D "$WORK/trace")
}

# hosts_boot NAME OPTION...: in the background; its output is in $WORK/NAME.*
hosts_boot() {
	local name=$1
	shift
	rm -f "$WORK/$name".{ktap,output,console}
	timeout --kill-after=5 "$HOST_LIMIT" "$VM_QEMU" "${VM_OPTIONS[@]}" "$@" -monitor none \
		-serial "file:$WORK/$name.console" \
		-chardev "file,id=ktap,path=$WORK/$name.ktap" -device virtserialport,chardev=ktap,name=ktap \
		-chardev "file,id=output,path=$WORK/$name.output" -device virtserialport,chardev=output,name=output \
		>"$WORK/$name.qemu" 2>&1 </dev/null &
	HOST_PID=$!
	echo "$HOST_PID" >"$WORK/$name.pid"
}

# hosts_start BODY WORD...: the host that receives.
hosts_start() {
	local body=$1 cable=$WORK/cable
	shift
	rm -f "$cable"
	VM_NETWORK[0]="stream,server=off,addr.type=unix,addr.path=$cable,reconnect-ms=500"
	vm_options "$SERIES" "$HOST_IMAGE" 0 "$body" ignore_loglevel "vm_prefix=$TOOLS" "$@" || return 1
	hosts_boot receiver -netdev "${VM_NETWORK[0]},id=net0" \
		-device virtio-net-pci,netdev=net0,mac=52:54:00:12:35:01,romfile=
	VM_NETWORK[0]="stream,server=on,addr.type=unix,addr.path=$cable"
}

# hosts_run BODY WORD...: the host with the card, until its body has ended well.
hosts_run() {
	local body=$1
	shift
	vm_options "$SERIES" "$HOST_IMAGE" 1 "$body" ignore_loglevel "vm_prefix=$TOOLS" "$@" || return 1
	hosts_boot sender "${HOST_QEMU[@]}"
	wait "$HOST_PID"
	rm -f "$WORK/sender.pid"
	grep -qE '^1\.\.[1-9]' "$WORK/sender.ktap" && ! grep -hE '^not ok' "$WORK"/*.ktap >&2 && return
	tail -n 20 "$WORK"/*.{ktap,qemu} >&2
	tail -n 40 "$WORK"/*.output >&2
	return 1
}

# hosts_end: what is left of them.
hosts_end() {
	local pid
	hosts_defaults
	[[ -e $WORK/receiver.pid ]] || return
	pid=$(cat "$WORK/receiver.pid")
	kill "$pid" && wait "$pid" 2>/dev/null
	rm -f "$WORK/receiver.pid"
}
