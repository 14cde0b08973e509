# igb: 0
# timeout: 300
# Who may do what by which door, what of it is seen by whom, and that a refusal has
# changed nothing. The three tables below are what is tested: a row is a way in,
# a column who uses it, a cell what comes of it.
. "$VFCTL_TOP/tests/vm/lib.sh"

# A user can read these, wherever this tree is.
readonly OWN=/run/privileges
install -D "$VFNL" $OWN/tests/vm/vfnl.py
install -D -m 644 "$VFCTL_TOP/kmod/uapi/linux/vfctl.h" $OWN/kmod/uapi/linux/vfctl.h
install "$(command -v ethtool)" $OWN/ethtool
export PATH=$OWN:$PATH VFNL=$OWN/tests/vm/vfnl.py

readonly STUB=/sys/class/net/vsim0.1/queues/tx-0
readonly PARENT=/sys/bus/vfsim/devices/vfsim0
readonly EVENTS=/tmp/events

# What comes before a command to have one of these run it.
AS_USER=(setpriv --reuid 65534 --regid 65534 --clear-groups)
OWN_SYSFS=(sh -c 'mount -t sysfs sys /sys && exec "$@"' sh)
who_root=()
who_host=()
# As the unit of vfctld runs it.
who_netadmin=("${AS_USER[@]}" --inh-caps +net_admin --ambient-caps +net_admin)
# Root that has lost the capability, and nothing else.
who_bare=(setpriv --bounding-set -net_admin --inh-caps -net_admin)
# A user has opened the socket, root sends on it; and the other way round.
who_handed=(env VFNL_OPEN_AS=65534)
who_kept=(env VFNL_SEND_AS=65534)
who_user=("${AS_USER[@]}")
# A user who is root in a user namespace of his own; then one whose uid 0 is the
# host's, who may open root's files but has nothing of root's powers.
who_userns=("${AS_USER[@]}" unshare --user --map-root-user)
who_mapped=(unshare --user --map-root-user)
# The same with a network namespace of his own.
who_ownnet=("${AS_USER[@]}" unshare --user --map-root-user --net --mount "${OWN_SYSFS[@]}")
# Real root, in another network namespace.
who_othernet=(ip netns exec other)

# By a socket of the family. Names that end in "-set" are to change something.
declare -A REQUEST=(
	[pf-get]="do pf-get ifname=sim0"
	[pf-get-all]="dump pf-get"
	[vf-get]="do vf-get ifname=vsim0.1"
	[vf-get-nth]="do vf-get pf-ifname=sim0 vf=1"
	[vf-get-all]="dump vf-get"
	[vf-get-one-pf]="dump vf-get pf-ifname=sim0"
	[stats-get]="do stats-get ifname=vsim0.1"
	[stats-get-all]="dump stats-get"
	[join-config]="join config"
	[join-stats]="join stats"
	[pf-set]="do pf-set ifname=sim0 interval=200"
	[vf-set]="do vf-set ifname=vsim0.1 hard-rate=77000000 soft-rate=7000000 min-rate=1000000"
	[vf-nth-set]="do vf-set pf-ifname=sim0 vf=1 hard-rate=76000000"
)
# By the other doors.
declare -A COMMAND=(
	[ethtool-S]="ethtool -S vsim0.1 | sed 's/[0-9]*\$/N/'"
	[tx-rate]="ethtool --tx-rate vsim0.1"
	[ip-link]="ip link show vsim0.1"
	[tx_maxrate]="cat $STUB/tx_maxrate"
	[allocation]="cat $PARENT/bandwidth_allocation"
	[tx-rate-set]="ethtool --tx-rate vsim0.1 75mbit"
	[tx_maxrate-set]="echo 74 | tee $STUB/tx_maxrate"
	[allocation-set]="echo 73 73 73 | tee $PARENT/bandwidth_allocation"
	# These two are the kernel's own.
	[ip-alias-set]="ip link set vsim0.1 alias changed"
	[ip-vf-rate-set]="ip link set sim0 vf 1 max_tx_rate 72 min_tx_rate 0"
)

# The PF is in the initial network namespace. "none" is an empty dump; "." is not
# asked: there is no socket in it.
table_home() {
	cat <<-'END'
		who              root  netadmin  bare    handed  kept    user    userns  mapped  ownnet  othernet
		pf-get           yes   yes       yes     yes     yes     yes     yes     yes     ENODEV  ENODEV
		pf-get-all       yes   yes       yes     yes     yes     yes     yes     yes     none    none
		vf-get           yes   yes       yes     yes     yes     yes     yes     yes     ENODEV  ENODEV
		vf-get-nth       yes   yes       yes     yes     yes     yes     yes     yes     ENODEV  ENODEV
		vf-get-all       yes   yes       yes     yes     yes     yes     yes     yes     none    none
		vf-get-one-pf    yes   yes       yes     yes     yes     yes     yes     yes     ENODEV  ENODEV
		stats-get        yes   yes       yes     yes     yes     yes     yes     yes     ENODEV  ENODEV
		stats-get-all    yes   yes       yes     yes     yes     yes     yes     yes     none    none
		join-config      yes   yes       yes     yes     yes     yes     yes     yes     yes     yes
		join-stats       yes   yes       yes     yes     yes     yes     yes     yes     yes     yes
		ethtool-S        yes   yes       yes     .       .       yes     yes     yes     ENODEV  ENODEV
		tx-rate          yes   yes       yes     .       .       yes     yes     yes     ENODEV  ENODEV
		ip-link          yes   yes       yes     .       .       yes     yes     yes     ENODEV  ENODEV
		tx_maxrate       yes   yes       yes     .       .       yes     yes     yes     ENOENT  ENOENT
		allocation       yes   yes       yes     .       .       yes     yes     yes     yes     yes
		pf-set           yes   yes       EPERM   EPERM   EPERM   EPERM   EPERM   EPERM   EPERM   ENODEV
		vf-set           yes   yes       EPERM   EPERM   EPERM   EPERM   EPERM   EPERM   EPERM   ENODEV
		vf-nth-set       yes   yes       EPERM   EPERM   EPERM   EPERM   EPERM   EPERM   EPERM   ENODEV
		tx-rate-set      yes   yes       EPERM   .       .       EPERM   EPERM   EPERM   EPERM   ENODEV
		tx_maxrate-set   yes   EACCES    EPERM   .       .       EACCES  EACCES  EPERM   ENOENT  ENOENT
		allocation-set   yes   EACCES    EPERM   .       .       EACCES  EACCES  EPERM   EACCES  yes
		ip-alias-set     yes   yes       EPERM   .       .       EPERM   EPERM   EPERM   ENODEV  ENODEV
		ip-vf-rate-set   yes   yes       EPERM   .       .       EPERM   EPERM   EPERM   ENODEV  ENODEV
	END
}

# The PF was moved into a network namespace that a user made as root of a user
# namespace of his own: "inside" is that root, "entered" real root who went there,
# "host" real root at home. What the kernel gives whoever owns the namespace, by its
# own rate of VFs, is not vfctl's to refuse.
table_away() {
	cat <<-'END'
		who              entered  inside  host
		pf-get           yes      yes     ENODEV
		pf-get-all       yes      yes     none
		vf-get           yes      yes     ENODEV
		vf-get-nth       yes      yes     ENODEV
		vf-get-all       yes      yes     none
		vf-get-one-pf    yes      yes     ENODEV
		stats-get        yes      yes     ENODEV
		stats-get-all    yes      yes     none
		join-config      yes      yes     yes
		join-stats       yes      yes     yes
		ethtool-S        yes      yes     ENODEV
		tx-rate          yes      yes     ENODEV
		ip-link          yes      yes     ENODEV
		tx_maxrate       yes      yes     ENOENT
		allocation       yes      yes     yes
		pf-set           yes      EPERM   ENODEV
		vf-set           yes      EPERM   ENODEV
		vf-nth-set       yes      EPERM   ENODEV
		tx-rate-set      yes      EPERM   ENODEV
		tx_maxrate-set   yes      EPERM   ENOENT
		allocation-set   yes      EACCES  yes
	END
}

# Who hears of a change that root makes, and of samples. The process that made it is
# named in the initial network namespace alone.
table_heard_home() {
	cat <<-'END'
		who     root      bare      user      userns    mapped    ownnet   othernet
		config  with-pid  with-pid  with-pid  with-pid  with-pid  nothing  nothing
		stats   yes       yes       yes       yes       yes       nothing  nothing
	END
}

table_heard_away() {
	cat <<-'END'
		who     entered   inside    host
		config  no-pid    no-pid    nothing
		stats   yes       yes       nothing
	END
}

# script ROW...: asks for all of these, what changes nothing first, and prints a line
# "ROW STATUS WHAT-WAS-SAID" each; a request's answer tells its status by itself. What
# grows meanwhile is an N in it.
script() {
	local row reads='' writes='' requests='' names=''
	for row; do
		if [[ -v REQUEST[$row] ]]; then
			requests+="${REQUEST[$row]}"$'\n' names+=" $row"
		elif [[ $row == *-set ]]; then
			writes+="said=\$({ ${COMMAND[$row]}; } 2>&1); echo $row \$? \$said"$'\n'
		else
			reads+="said=\$({ ${COMMAND[$row]}; } 2>&1); echo $row \$? \$said"$'\n'
		fi
	done
	printf 'set -o pipefail\n%s\nset -- %s\n' "$reads" "$names"
	printf '"$VFNL" batch 2>&1 <<<%q | while read -r said; do echo "$1 - $said"; shift; done |
		sed "/^stats-get/s/[0-9]\\+/N/g"\n' "${requests%$'\n'}"
	printf '%s' "$writes"
}

# without_times: what the sampler has measured of itself is an N.
without_times() {
	sed -E 's/"(kept-interval|sample-time|look-interval)": [0-9]+/"\1": N/g'
}

# ask WHO ROW...: fills SAID and VERDICT, by row. Who reads has to see what the first
# column does.
ask() {
	local -n prefix=who_$1
	local row status said
	shift
	SAID=() VERDICT=()
	while read -r row status said; do
		[[ -v FIRST[$row] ]] || FIRST[$row]=$said
		[[ $status != - || $said != [\[j]* ]] || status=0
		SAID[$row]=$said
		case $status/$said in
		0/\[\]) [[ $row == *-set ]] && VERDICT[$row]=yes || VERDICT[$row]=none ;;
		0/*) [[ $row == *-set || $said == "${FIRST[$row]}" ]] && VERDICT[$row]=yes || VERDICT[$row]=other ;;
		*EPERM* | *"Operation not permitted"*) VERDICT[$row]=EPERM ;;
		*"Permission denied"*) VERDICT[$row]=EACCES ;;
		*ENODEV* | *"No such device"* | *"does not exist"* | *"Cannot find device"*) VERDICT[$row]=ENODEV ;;
		*"No such file"*) VERDICT[$row]=ENOENT ;;
		esac
	done < <("${prefix[@]}" bash -c "$(script "$@")" 2>&1 | without_times)
}

# go_to COMMAND-PREFIX...: where the PF is. There is a socket of root's there, and who
# listens to what changes.
mkfifo /tmp/requests /tmp/answers
go_to() {
	HOME_OF_PF=("$@")
	"$@" "$VFNL" batch </tmp/requests >/tmp/answers &
	residents=($!)
	exec 7>/tmp/requests 8</tmp/answers
	"$@" "$VFNL" listen config 1000 >$EVENTS 2>&1 &
	residents+=($!)
	wait_for 20 grep -q ready $EVENTS
}

go_away() {
	exec 7>&- 8<&-
	kill "${residents[1]}"
	wait "${residents[@]}"
}

# home REQUEST...: prints the answers.
home() {
	local request answer
	for request; do
		echo "$request" >&7
		read -r -t 20 answer <&8 && echo "$answer"
	done
}

# state: all that a refused request may have changed, and what was told of changes.
state() {
	home "dump pf-get" "dump vf-get" | without_times
	"${HOME_OF_PF[@]}" ip -j link show
	cat $PARENT/bandwidth_allocation
	vfsim_calls 0 set_rate
	wc -l <$EVENTS
}

# as_before: undoes what those did who may.
as_before() {
	local answers
	answers=$(home "do pf-set ifname=sim0 interval=100" \
		"do vf-set ifname=vsim0.0 hard-rate=0" \
		"do vf-set ifname=vsim0.1 hard-rate=40000000 soft-rate=30000000 min-rate=0" \
		"do vf-set ifname=vsim0.2 hard-rate=0" | sort -u)
	[[ $answers == "[]" ]] && "${HOME_OF_PF[@]}" ip link set vsim0.1 alias ""
}

# column TABLE WHO: its cells, a line "ROW CELL" each.
column() {
	"$1" | awk -v who="$2" '
		NR == 1 { for (i = 2; i <= NF; i++) if ($i == who) n = i; next }
		$n != "." { print $1, $n }'
}

# columns TABLE: who is in it.
columns() {
	"$1" | awk 'NR == 1 { $1 = ""; print }'
}

# matrix TABLE: asks column by column.
matrix() {
	local -A SAID VERDICT FIRST=()
	local who row cell before asked=0
	local -a rows
	ok "so it begins" as_before
	before=$(state)
	for who in $(columns "$1"); do
		mapfile -t rows < <(column "$1" "$who" | cut -d' ' -f1)
		ask "$who" "${rows[@]}"
		while read -r row cell; do
			is "$who, $row: $cell" "${VERDICT[$row]-unknown}" "$cell" || diag "${SAID[$row]-silence}"
			((++asked))
		done < <(column "$1" "$who")
		if column "$1" "$who" | grep -q -- '-set yes$'; then
			ok "$who: undone" as_before
			before=$(state)
		else
			is "$who: nothing has changed, nothing was told" "$(state)" "$before"
		fi
	done
	is "all of the table was asked" "$asked" \
		"$("$1" | awk 'NR > 1 { for (i = 2; i <= NF; i++) n += $i != "." } END { print n }')"
}

# heard GROUP FILE
heard() {
	local events
	case $1 in
	stats) grep -q '"event": "stats"' "$2" && echo yes || echo nothing ;;
	config)
		events=$(grep '"event": "vf-change".*"hard-rate": 55000000' "$2")
		if [[ -z $events ]]; then
			echo nothing
		else
			grep -q '"pid"' <<<"$events" && echo with-pid || echo no-pid
		fi
		;;
	esac
}

# hear TABLE: all listen at once; the first of them surely hears.
hear() {
	local who group cell first
	local -n prefix
	local -a listeners=()
	for who in $(columns "$1"); do
		declare -n prefix=who_$who
		"${prefix[@]}" "$VFNL" listen config,stats 1000 >"/tmp/heard.$who" 2>&1 &
		listeners+=($!)
		: "${first:=$who}"
	done
	for who in $(columns "$1"); do
		ok "$who listens" wait_for 20 grep -q ready "/tmp/heard.$who"
	done
	echo "0 55 0" >$PARENT/bandwidth_allocation
	ok "$first hears of a change" wait_for 10 grep -q '"hard-rate": 55000000' "/tmp/heard.$first"
	ok "and of samples" wait_for 10 grep -q '"event": "stats"' "/tmp/heard.$first"
	# What has come until now they still tell.
	kill "${listeners[@]}"
	wait "${listeners[@]}"
	for who in $(columns "$1"); do
		while read -r group cell; do
			is "$who, $group: $cell" "$(heard "$group" "/tmp/heard.$who")" "$cell" ||
				diag "$(head -n 5 "/tmp/heard.$who")"
		done < <(column "$1" "$who")
	done
}

ok "vfctl loads" load_vfctl
ok "a PF driver" modprobe vfsim
ok "VFs" vfsim_vfs 0 3
ok "with stubs" wait_for 5 dev_exists vsim0.2
ok "the link is up" dev_up sim0
ok "a namespace without a PF" guest_netns other

ok "somebody watches" go_to
matrix table_home
hear table_heard_home
ok "no more" go_away

"${AS_USER[@]}" unshare --user --map-root-user --net --mount \
	"${OWN_SYSFS[@]}" sh -c 'echo ready && exec sleep 10000' >/tmp/holder &
holder=$!
ok "a user makes a network namespace" wait_for 10 grep -q ready /tmp/holder
who_inside=(nsenter --target "$holder" --user --net --mount)
who_entered=(nsenter --target "$holder" --net --mount)
ok "the PF is moved there" ip link set sim0 netns "$holder"
ok "its stubs follow" wait_for 5 "${who_entered[@]}" ip link show vsim0.2
ok "the link is up" "${who_inside[@]}" ip link set sim0 up
ok "somebody watches there" go_to "${who_entered[@]}"
matrix table_away
hear table_heard_away

# What the kernel leaves to the owner of the namespace is followed, and said so.
refused "its root cannot move a stub out" "." "${who_inside[@]}" ip link set vsim0.1 netns 1
refused "nor remove one" "not supported" "${who_inside[@]}" ip link delete vsim0.1
ok "but sets a rate by the kernel's own door" "${who_inside[@]}" ip link set sim0 vf 1 max_tx_rate 60
ok "which vfctl notices" wait_for 10 grep -q '"hard-rate": 60000000.*"origin": "outside"' $EVENTS
ok "no more of that" go_away
fails "without a process" grep '"origin": "outside".*"pid"' $EVENTS

kill "$holder"
wait "$holder" 2>/dev/null
ok "the namespace ends and the PF is back" wait_for 10 dev_exists sim0
ok "with its stubs" wait_for 10 dev_exists vsim0.2
is "and its limit" "$(vf_get vsim0.1 hard-rate)" 60000000
is "the driver was called as it is owed" "$(vfsim_violations)" 0
ok "all goes" eval 'modprobe -r vfsim && modprobe -r vfctl'
ok "no complaint of the kernel" klog_clean
done_testing
