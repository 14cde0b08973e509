# shellcheck shell=bash
# Where the time of a run goes: seconds by the clock and seconds of a processor, of each part
# and of each topic on each kernel. VFCTL_TIMES names the file of the rows; whoever makes the file
# prints the table.

# times_begin: makes that file, unless the script that called this one has made it.
# Fails then.
times_begin() {
	[[ -z ${VFCTL_TIMES-} ]] || return
	export VFCTL_TIMES=$WORK/times
	: >"$VFCTL_TIMES"
}

# times_start: TIMES_CLOCK and TIMES_CPU are what has passed until now, in ms. What a subshell
# uses counts in it alone, until it is waited for.
times_start() {
	times_cpu TIMES_CPU
	TIMES_CLOCK=${EPOCHREALTIME//[.,]/}
}

# times_end WHAT NAME: writes down what has passed since times_start.
times_end() {
	local cpu clock=${EPOCHREALTIME//[.,]/}
	times_cpu cpu
	printf '%s %s %d %d\n' "$1" "$2" $(((clock - TIMES_CLOCK) / 1000)) $((cpu - TIMES_CPU)) >>"$VFCTL_TIMES"
}

# times_cpu VARIABLE: sets it to the ms that this shell and its children have used.
times_cpu() {
	local line word sum=0
	# In a pipe or in $( ) it would speak of the subshell.
	times >"$WORK/times.$BASHPID"
	while read -r line; do
		for word in $line; do
			[[ $word =~ ^([0-9]+)m([0-9]+)[.,]([0-9]+)s$ ]] &&
				((sum += (BASH_REMATCH[1] * 60 + 10#${BASH_REMATCH[2]}) * 1000 + 10#${BASH_REMATCH[3]}))
		done
	done <"$WORK/times.$BASHPID"
	rm -f "$WORK/times.$BASHPID"
	printf -v "$1" '%d' "$sum"
}

# times_table: slowest first, parts and then topics.
times_table() {
	[[ -s $VFCTL_TIMES ]] || return 0
	printf '%-12s %-28s %8s %8s\n' time of "clock s" "cpu s"
	sort -s -k 1,1 -k 3,3nr "$VFCTL_TIMES" | awk '
		$1 == "part" { printf "%-12s %-28s %8.1f %8.1f\n", $1, $2, $3 / 1000, $4 / 1000 }'
	sort -s -k 3,3nr "$VFCTL_TIMES" | awk '
		$1 != "part" { printf "%-12s %-28s %8.1f %8.1f\n", $1, $2, $3 / 1000, $4 / 1000 }'
}
