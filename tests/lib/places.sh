# shellcheck shell=bash
# How many emulated hosts run at once on this machine.

# vm_take_slots N: waits until N of the places for hosts on this machine are free, whoever started the
# others, and holds them until this process ends. Who came first is served first.
vm_take_slots() {
	local slot slots gate lock taken=0
	slots=$(vm_slots)
	mkdir -p "$CACHE/locks"
	exec {gate}>"$CACHE/locks/vm-gate"
	flock "$gate"
	while :; do
		for ((slot = 1; slot <= slots && taken < $1; slot++)); do
			exec {lock}>"$CACHE/locks/vm-$slot"
			if flock -n "$lock"; then
				((++taken))
			else
				exec {lock}>&-
			fi
		done
		((taken < $1 && taken < slots)) || break
		sleep 0.2
	done
	exec {gate}>&-
}

# vm_slots: how many places there are: one more than processors are kept busy, since a body also
# waits, for a link or a sample. VFCTL_JOBS is another number.
vm_slots() {
	local processors
	processors=$(nproc)
	printf '%s\n' "${VFCTL_JOBS:-$((processors > 2 ? processors / 2 + 1 : processors + 1))}"
}
