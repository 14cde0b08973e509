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
	connect "$VFNL_PORT" "$VFNL" serve "$VFNL_PORT"
}

# connect PORT COMMAND...: the same to any port; the command is started when nobody listens there.
connect() {
	local port=$1
	shift
	reach "$port" && return
	("$@" >/dev/null 2>&1 </dev/null 3>&- &)
	wait_for 60 reach "$port"
}

reach() {
	{ exec {server}<>"/dev/tcp/127.0.0.1/$1"; } 2>/dev/null
}

# vf_get DEV KEY: one attribute of a VF, "null" where it is absent.
vf_get() {
	vfnl get vf-get "$2" "ifname=$1"
}

# vf_is DEV KEY VALUE
vf_is() {
	[[ $(vf_get "$1" "$2") == "$3" ]]
}

YNL_PORT=7374

# ynl OPTION...: the kernel's own netlink client on the project's specification, as it comes with the
# kernel's source (ynl.py). The topic's header says "# source: yes". The generator has checked the
# specification; doing so again takes seconds here.
ynl() {
	local line status=1 server spec=$VFCTL_TOP/kmod/vfctl.yaml
	connect "$YNL_PORT" /usr/bin/python3 "$VFCTL_TOP/tests/vm/ynl.py" "$(ynl_client)" "$spec" "$YNL_PORT" || return 1
	printf '%s\n' --spec "$spec" --no-schema "$@" '' >&"$server"
	while IFS= read -r line <&"$server"; do
		case $line in
		"status "*) status=${line#status } ;;
		*) printf '%s\n' "$line" ;;
		esac
	done
	exec {server}>&-
	return "$status"
}

# ynl_client: where that is, which moved in 6.14.
ynl_client() {
	find "$VFCTL_SOURCE"/tools/net/ynl/{pyynl/,}cli.py 2>/dev/null | head -n 1
}
