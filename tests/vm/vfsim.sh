# shellcheck shell=bash
# PFs without hardware (tests/kmod/vfsim): `modprobe vfsim pfs=N` makes N, of which
# PF 0 has the network device sim0 and the VFs' stubs vsim0.0 and so on.

VFSIM_KNOBS=/sys/kernel/debug/vfsim

# vfsim_vfs PF N
vfsim_vfs() {
	echo "$2" >"/sys/bus/vfsim/devices/vfsim$1/sriov_numvfs"
}

# vfsim_knob PF NAME VALUE: what there is, and what it means, says tests/kmod/vfsim/knobs.c.
vfsim_knob() {
	printf '%s\n' "$3" >"$VFSIM_KNOBS/vfsim$1/$2"
}

# vfsim_read PF NAME
vfsim_read() {
	cat "$VFSIM_KNOBS/vfsim$1/$2"
}

vfsim_unbind() {
	echo "vfsim$1" >/sys/bus/vfsim/drivers/vfsim/unbind
}

vfsim_bind() {
	echo "vfsim$1" >/sys/bus/vfsim/drivers/vfsim/bind
}

# vfsim_ops PF CALL...: the driver comes anew and has but these of set_rate,
# get_config and get_stats.
vfsim_ops() {
	local pf=$1
	shift
	vfsim_knob "$pf" ops "$*" && vfsim_unbind "$pf" && vfsim_bind "$pf"
}

# vfsim_calls PF CALL: how often the driver was called so far.
vfsim_calls() {
	[[ $(<"$VFSIM_KNOBS/vfsim$1/calls") =~ $2\ ([0-9]+) ]] && printf '%s\n' "${BASH_REMATCH[1]}"
}

# vfsim_violations: how often all PFs were called without what callers owe a driver.
vfsim_violations() {
	awk '{ sum += $1 } END { print sum }' "$VFSIM_KNOBS"/vfsim*/violations
}
