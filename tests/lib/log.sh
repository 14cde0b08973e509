# shellcheck shell=bash
# What the scripts say to the person in front of them. Everything goes to
# stderr, so that a function's stdout stays free for its result.

say() {
	printf '%s\n' "$*" >&2
}

# When the first of these scripts began, for those that it calls as well.
export VFCTL_BEGAN=${VFCTL_BEGAN:-$EPOCHSECONDS}

# step TEXT: something that may take a while begins; with the minutes and seconds since all began.
step() {
	local since=$((EPOCHSECONDS - VFCTL_BEGAN))
	printf '==> %2d:%02d %s\n' $((since / 60)) $((since % 60)) "$*" >&2
}

die() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# usage_error TEXT: the command line is wrong; status 2 tells it from a failure.
usage_error() {
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 2
}

# run_logged LOG COMMAND...: quiet unless it fails, then the end of what it said.
run_logged() {
	local log=$1
	shift
	watched "$log" "$@" && return
	tail -n 40 "$log" >&2
	if grep -q 'No space left on device' "$log"; then
		say "no space left on the device: failed: $*"
	else
		say "failed: $*"
	fi
	return 1
}

# watched LOG COMMAND...: what it says goes to LOG, and how far it is to the person, again and
# again, when it takes long.
watched() {
	local log=$1 watch watcher status
	shift
	# This shell alone holds the other end: when it has ended, so has the watcher.
	exec {watch}> >(watch_log "$log" "$*")
	watcher=$!
	interruptible watched_command "$log" "$@"
	status=$?
	exec {watch}>&-
	# It may be about to say how far that was.
	wait "$watcher"
	return "$status"
}

watched_command() (
	exec {watch}>&- >"$1" 2>&1
	shift
	"$@"
)

# interruptible COMMAND...: a shell hears of a signal when the command that it waits for has ended, unless
# that runs in the background. A shell without work_dir would leave it running there.
interruptible() {
	if [[ -n ${WORK-} && $BASHPID == "$$" ]]; then
		"$@" <&0 &
		wait $!
	else
		"$@"
	fi
}

WATCH_SECONDS=25

watch_log() {
	local since line
	while :; do
		read -rt "$WATCH_SECONDS" _
		(($? > 128)) || return 0
		since=$((EPOCHSECONDS - VFCTL_BEGAN))
		line=$(watch_line "$1")
		printf '    %2d:%02d %s\n' $((since / 60)) $((since % 60)) "${line:-${2:0:90}}" >&2
	done
}

# watch_line LOG: the last line of it. Ninja and ctest count by themselves, and of make's lines
# those are counted that make a file.
watch_line() {
	local line count
	line=$(tail -c 4096 "$1" | tr '\r' '\n' | grep -v '^[[:space:]]*$' | tail -n 1)
	line=$(sed -E 's/^(==>)? *[0-9]+:[0-9]{2} //; s/^[[:space:]]+//' <<<"$line")
	if [[ $line != \[* ]]; then
		count=$(grep -cE '^ +[A-Z]+( \[M\])? +[^ ]+\.(o|a|ko)$|^(gcc|g\+\+|cc|c\+\+) .* -c ' "$1")
		((count == 0)) || line="[$count] $line"
	fi
	printf '%s\n' "${line:0:90}"
}
