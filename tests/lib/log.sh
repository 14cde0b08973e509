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
	if ! "$@" >"$log" 2>&1; then
		say "failed: $*"
		tail -n 40 "$log" >&2
		return 1
	fi
}
