# shellcheck shell=bash
# A booted host, saved: process 1 has loaded what each topic needs and waits for its orders.
# A topic begins there, which takes a second or two instead of a boot. The cards are plugged in afterwards,
# since VFs of a card that was saved read as all ones; the outer machine's files are
# mounted afterwards, since QEMU saves no machine that has mounted some.

# state_saved SERIES IMAGE: prints the file. VM_GUESTS says which kind of host.
state_saved() {
	local series=$1 image=$2 release key kind=plain
	[[ $VM_GUESTS == no ]] || kind=guests
	release=$(kernel_release "$series") && vm_machine "$series" "$image" || return 1
	key=$(printf '%s\n' "$VM_QEMU" "$image" "${VM_OPTIONS[@]}" | sha256sum | cut -c1-16)
	printf '%s/machine\n' "$(cache_item "state/$release-$kind-$key" state_save "$series" "$image")"
}

# state_save DIR SERIES IMAGE: fills DIR, which also keeps the console of the boot.
state_save() {
	local dir=$1 series=$2 image=$3 socket=$WORK/state.$BASHPID.monitor status
	step "booting Linux $(kernel_release "$series") once, for all topics to begin with"
	state_forget_old "${dir%-*}"
	vm_machine "$series" "$image" && vm_ports "$dir" || return 1
	state_boot "$dir" 300 -qmp "unix:$socket,server=on,wait=off" &&
		"$TOP/tests/lib/monitor.py" "$socket" "$STATE_QEMU" save "$dir/machine" >&2
	status=$?
	((status == 0)) || kill "$STATE_QEMU"
	wait "$STATE_QEMU"
	rm -f "$socket" "$WORK/state.$BASHPID.pid"
	if ((status)) || grep -E -f "$TOP/tests/vm/klog.patterns" "$dir/console" >&2; then
		cat "$dir/qemu" >&2
		tail -n 40 "$dir/console" >&2
		return 1
	fi
}

# state_boot DIR SECONDS [QEMU-OPTION...]: boots the machine of VM_OPTIONS and VM_BOOT, whose files are in
# DIR, until process 1 waits for its orders, and sets STATE_QEMU to the process, which has so
# many seconds in all. Fails when that has ended.
state_boot() {
	local dir=$1 seconds=$2
	shift 2
	VM_BOOT[-1]+=" vm_wait ignore_loglevel printk.devkmsg=on"
	timeout --kill-after=5 "$seconds" "$VM_QEMU" "${VM_OPTIONS[@]}" "${VM_BOOT[@]}" "$@" >"$dir/qemu" 2>&1 </dev/null &
	STATE_QEMU=$!
	echo "$STATE_QEMU" >"$WORK/state.$BASHPID.pid"
	state_wait "$dir" "$STATE_QEMU"
}

# state_wait DIR PID: until process 1 says that it waits.
state_wait() {
	while ! grep -qx waiting "$1/ktap"; do
		kill -0 "$2" 2>/dev/null || return 1
		sleep 0.1
	done
}

# A state is large, and each change of the module makes new ones.
state_forget_old() {
	find "${1%/*}" -mindepth 1 -maxdepth 1 -type d -name "${1##*/}-*" -mmin +600 -exec rm -rf {} +
}
