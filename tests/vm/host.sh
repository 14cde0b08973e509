# shellcheck shell=bash
# The emulated host's cards, VFs and the network namespaces that stand for guests.

# wait_for SECONDS COMMAND...: until the command succeeds, at most so long. A look takes a processor
# as much time as what is waited for, so they become rarer.
wait_for() {
	local end=$((${EPOCHREALTIME//[.,]/} + $1 * 1000000)) pauses=(0.05 0.05 0.1 0.1)
	shift
	until "$@" >/dev/null 2>&1; do
		((${EPOCHREALTIME//[.,]/} < end)) || return 1
		sleep "${pauses[0]:-0.2}"
		pauses=("${pauses[@]:1}")
	done
}

# stopped PID: it is halted, and what it was about in the kernel is done.
stopped() {
	[[ $(<"/proc/$1/stat") == *") T "* ]]
}

# card_rate VF COUNTER SECONDS: what the card has counted in so many seconds from now on, or
# a little more, in bit/s by the times at which it was read: a clock that is looked at before or after that,
# by a process that has to wait for its turn, is worth less.
card_rate() {
	local now
	local -a first
	read -r now _ </proc/uptime
	wait_for 30 card_read_after "$1" "$2" $((${now/./} * 10000000)) || return 1
	first=("${CARD_READ[@]}")
	wait_for 120 card_read_after "$1" "$2" $((first[0] + $3 * 1000000000 - 1)) || return 1
	echo $(((CARD_READ[1] - first[1]) * 8000000000 / (CARD_READ[0] - first[0])))
}

# card_read_after VF COUNTER TIME: the last sample is younger; its time and the counter are
# in CARD_READ then.
card_read_after() {
	read -ra CARD_READ < <(vfnl get stats-get "time,$2" "ifname=veth0.$1") &&
		[[ ${CARD_READ[0]} != null ]] && ((CARD_READ[0] > $3))
}

# load_patched MODULE: igb or igbvf of patches/linux, for topics that say
# "# igb-patches: yes", after what the kernel's own needs.
load_patched() {
	local -a needs
	mapfile -t needs <<<"$(modprobe --show-depends "$1" | sed -n '$d; s/^insmod .*\/\([^/.]*\)\.ko.*/\1/p')"
	[[ -z ${needs[0]} ]] || modprobe -a "${needs[@]}" || return 1
	insmod "$VFCTL_IGB/$1.ko"
}

# host_up [N]: loads igb and brings N cards up (all that there are), eth0 first.
# igb gives a VF no mailbox before the PF's link has been up: do this before vfs_on.
host_up() {
	local count=${1:-} card
	modprobe igb || return 1
	[[ -n $count ]] || count=$(find /sys/class/net -name 'eth*' | wc -l)
	for ((card = 0; card < count; card++)); do
		dev_up "eth$card" || return 1
	done
}

# dev_up DEV [NETNS]: and its link is there.
dev_up() {
	local -a where=()
	[[ -z ${2-} ]] || where=(-n "$2")
	ip "${where[@]}" link set "$1" up && wait_for 20 dev_has_link "$@"
}

dev_has_link() {
	local -a where=()
	[[ -z ${2-} ]] || where=(-n "$2")
	[[ $(ip "${where[@]}" -o link show "$1") == *LOWER_UP* ]]
}

# dev_exists DEV [NETNS]
dev_exists() {
	local -a where=()
	[[ -z ${2-} ]] || where=(-n "$2")
	ip "${where[@]}" link show "$1" >/dev/null 2>&1
}

dev_is_gone() {
	! dev_exists "$@"
}

load_vfctl() {
	modprobe vfctl "$@"
}

# numvfs DEV N: writes sriov_numvfs. From one number to another there is a 0 between.
numvfs() {
	local file=/sys/class/net/$1/device/sriov_numvfs
	if (($2 != 0 && $(cat "$file") != 0 && $2 != $(cat "$file"))); then
		echo 0 >"$file" || return 1
	fi
	echo "$2" >"$file"
}

# vfs_on DEV N: N VFs, each with its igbvf net device. igb of 6.1 resets the card
# after the VFs have come, and a VF that is probed before finds no mailbox: they
# get their driver when the link is back.
vfs_on() {
	local device=/sys/class/net/$1/device vf autoprobe status=0
	modprobe igbvf || return 1
	autoprobe=$(cat "$device/sriov_drivers_autoprobe")
	echo 0 >"$device/sriov_drivers_autoprobe"
	numvfs "$1" "$2" && wait_for 20 dev_has_link "$1" || status=1
	echo "$autoprobe" >"$device/sriov_drivers_autoprobe"
	for ((vf = 0; vf < $2 && status == 0; vf++)); do
		vf_pci "$1" "$vf" >/sys/bus/pci/drivers_probe &&
			wait_for 20 vf_dev "$1" "$vf" || status=1
	done
	return "$status"
}

vfs_off() {
	numvfs "$1" 0
}

# vf_pci DEV VF: its PCI address.
vf_pci() {
	basename "$(readlink -e "/sys/class/net/$1/device/virtfn$2")"
}

# vf_dev DEV VF: the name of its igbvf net device, in this network namespace.
vf_dev() {
	local entry
	for entry in "/sys/class/net/$1/device/virtfn$2/net"/*; do
		[[ -e $entry ]] && printf '%s\n' "${entry##*/}" && return
	done
	return 1
}

# vf_netns DEV VF NETNS [ADDRESS/LEN]: hands the VF to a namespace, as to a guest;
# there it is called eth0. IPv6 is off there, so that a quiet guest is quiet.
vf_netns() {
	local dev
	dev=$(vf_dev "$1" "$2") || return 1
	guest_netns "$3" && ip link set "$dev" netns "$3" name eth0 || return 1
	[[ -z ${4-} ]] || ip -n "$3" address add "$4" dev eth0 || return 1
	dev_up eth0 "$3"
}

guest_netns() {
	[[ -e /run/netns/$1 ]] && return
	ip netns add "$1" && ip -n "$1" link set lo up &&
		ip netns exec "$1" sh -c 'echo 1 | tee /proc/sys/net/ipv6/conf/*/disable_ipv6' >/dev/null
}

# in_netns NETNS COMMAND...: "-" is the host itself.
in_netns() {
	local ns=$1
	shift
	if [[ $ns == - ]]; then
		"$@"
	else
		ip netns exec "$ns" "$@"
	fi
}

# traffic FROM TO ADDRESS [tcp|udp] [IPERF3-OPTION...]: sends from namespace FROM to
# ADDRESS in namespace TO ("-" is the host) and prints what arrived, in bit/s.
# Without options: for two seconds, UDP at 100 Mbit/s.
traffic() {
	local from=$1 to=$2 address=$3 protocol=${4:-tcp} server result
	shift 3
	shift $(($# > 0 ? 1 : 0))
	local -a options=("$@")
	((${#options[@]})) || options=(-t 2)
	if [[ $protocol == udp ]]; then
		[[ " ${options[*]} " == *" -b "* ]] || options+=(-b 100M)
		options+=(-u)
	fi
	in_netns "$to" iperf3 -s -1 >/dev/null 2>&1 &
	server=$!
	if ! wait_for 10 traffic_listening "$to"; then
		kill "$server"
		echo "iperf3 does not listen" >&2
		return 1
	fi
	result=$(in_netns "$from" timeout 120 iperf3 -J -c "$address" "${options[@]}")
	kill "$server" 2>/dev/null
	wait "$server" 2>/dev/null
	if jq -e .error <<<"$result" >&2; then
		return 1
	fi
	jq -r '(.end.sum_received // .end.sum).bits_per_second | floor' <<<"$result"
}

traffic_listening() {
	[[ -n $(in_netns "$1" ss -Hltn 'sport = :5201') ]]
}

# ethtool_stat DEV NAME [NETNS]: one value of `ethtool -S`.
ethtool_stat() {
	in_netns "${3:--}" ethtool -S "$1" | sed -n "s/^ *$2: //p"
}

# dev_stat DEV NAME [NETNS]: one value of `ip -s link`, by its name in sysfs.
dev_stat() {
	local direction=${2%%_*} field=${2#*_}
	local -a where=()
	[[ -z ${3-} ]] || where=(-n "$3")
	ip "${where[@]}" -j -s link show "$1" | jq -r ".[0].stats64.$direction.$field"
}

# as_nobody vfctl WORD...: without any privilege, by a copy that such a user can read.
as_nobody() {
	shift
	[[ -e /run/vfctl ]] || cp -r "$VFCTL_PREFIX" /run/vfctl || return 1
	unprivileged /run/vfctl/bin/vfctl "$@"
}

# unprivileged PROGRAM WORD...: by a user who can read the program, and nothing else.
unprivileged() {
	setpriv --reuid 65534 --regid 65534 --clear-groups --inh-caps=-all --bounding-set=-all "$@"
}

# klog_clean: no complaint of the kernel so far. The runner looks again at the end.
klog_clean() {
	! dmesg | grep -E -f "$VFCTL_TOP/tests/vm/klog.patterns"
}

# netdevsim_new ID VFS: a simulated card (the topic's header says "# modules:
# netdevsim") that can have so many VFs, a number that newer kernels do not ask for;
# netdevsim_dev ID prints its net device.
netdevsim_new() {
	local knob=/sys/kernel/debug/netdevsim/netdevsim$1/max_vfs
	modprobe netdevsim || return 1
	echo "$1 1" >/sys/bus/netdevsim/new_device || return 1
	wait_for 10 netdevsim_dev "$1" || return 1
	[[ ! -e $knob ]] || echo "$2" >"$knob"
}

netdevsim_dev() {
	local entry
	for entry in "/sys/bus/netdevsim/devices/netdevsim$1/net"/*; do
		[[ -e $entry ]] && printf '%s\n' "${entry##*/}" && return
	done
	return 1
}

# netdevsim_vfs ID N
netdevsim_vfs() {
	echo "$2" >"/sys/bus/netdevsim/devices/netdevsim$1/sriov_numvfs"
}

netdevsim_del() {
	echo "$1" >/sys/bus/netdevsim/del_device
}

# events_begin GROUP: from now on what the kernel tells that group is kept for "event".
events_begin() {
	EVENTS=$(mktemp) EVENTS_SEEN=0
	"$VFNL" listen "$1" 3600 >"$EVENTS" &
	EVENTS_LISTENER=$!
	wait_for 60 grep -q ready "$EVENTS"
}

events_end() {
	kill "$EVENTS_LISTENER"
	wait "$EVENTS_LISTENER"
	rm -f "$EVENTS"
}

# event WHAT REGEX: passes when an event like that has come, or comes within seconds,
# since the one that was asked for last.
event() {
	local -a events
	if ! wait_for 5 event_there "$2"; then
		diag "wanted an event with: $2"
		diag "events so far:"
		diag "$(printf '%s\n' "${events[@]}")"
		ok "$1" false
		return
	fi
	ok "$1" true
}

# event_there REGEX: in one of those that have not been looked at; it and those before it are
# looked at then.
event_there() {
	local n
	mapfile -ts "$EVENTS_SEEN" events <"$EVENTS"
	for n in "${!events[@]}"; do
		[[ ${events[n]} =~ $1 ]] || continue
		((EVENTS_SEEN += n + 1))
		return 0
	done
	return 1
}
