# shellcheck shell=bash
# The tests' own small netlink client (vfnl.py, see there). Starting Python takes half a
# second on an emulated host: one that stays answers the single requests.

# The program, where a function cannot be used or where who asks matters.
VFNL=$VFCTL_TOP/tests/vm/vfnl.py
VFNL_PORT=7373

vfnl() {
	local line status=1 server
	if [[ $1 != @(do|dump|raw|get) ]]; then
		"$VFNL" "$@"
		return
	fi
	vfnl_connect || return 1
	printf '%s\n' "$*" >&"$server"
	while IFS= read -r line <&"$server"; do
		case $line in
		=*) printf '%s\n' "${line#=}" ;;
		!*) printf '%s\n' "${line#!}" >&2 ;;
		*) status=${line#status } ;;
		esac
	done
	exec {server}>&-
	return "$status"
}

# vfnl_connect: a connection in $server. It is no job of this shell that is started, since
# bodies wait for theirs.
vfnl_connect() {
	vfnl_reach && return
	("$VFNL" serve "$VFNL_PORT" >/dev/null 2>&1 </dev/null 3>&- &)
	wait_for 60 vfnl_reach
}

vfnl_reach() {
	{ exec {server}<>"/dev/tcp/127.0.0.1/$VFNL_PORT"; } 2>/dev/null
}

# vf_get DEV KEY: one attribute of a VF, "null" where it is absent.
vf_get() {
	vfnl get vf-get "$2" "ifname=$1"
}
