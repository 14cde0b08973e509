# shellcheck shell=bash
# KTAP results, to file descriptor 3. The runner takes a body as finished only
# when it has seen the plan that done_testing prints.

KTAP_COUNT=0
KTAP_FAILED=0
KTAP_SAID=$(mktemp)
echo "KTAP version 1" >&3
[[ ! -w /sys/kernel/debug/kmemleak ]] || echo scan=off >/sys/kernel/debug/kmemleak

# diag TEXT...: lines that belong to the last result.
diag() {
	local text="$*"
	printf '# %s\n' "${text//$'\n'/$'\n'# }" >&3
}

ktap_result() {
	local verdict=$1 what=$2
	((++KTAP_COUNT))
	[[ $verdict == ok ]] || ((++KTAP_FAILED))
	printf '%s %d - %s\n' "$verdict" "$KTAP_COUNT" "$what" >&3
	printf '%s %d - %s\n' "$verdict" "$KTAP_COUNT" "$what" >&2
	kmsg "$verdict $KTAP_COUNT - $what"
}

# kmsg TEXT...: a line in the kernel log, so that it shows where a test stood.
kmsg() {
	echo "vfctl-test: $*" >/dev/kmsg
}

# ok WHAT COMMAND...: passes when the command does. It runs in this shell.
ok() {
	local what=$1 status
	shift
	"$@" >"$KTAP_SAID" 2>&1
	status=$?
	# Not before: the command may set a variable of that name.
	local -a said
	mapfile -t said <"$KTAP_SAID"
	((${#said[@]} == 0)) || printf '%s\n' "${said[@]}"
	if ((status == 0)); then
		ktap_result ok "$what"
		return 0
	fi
	ktap_result "not ok" "$what"
	diag "status $status: $*"
	((${#said[@]} == 0)) || printf '# %s\n' "${said[@]:0:40}" >&3
	return 1
}

t() {
	ok "$@"
}

# fails WHAT COMMAND...: passes when the command does not.
fails() {
	local what=$1
	shift
	ok "$what" ktap_not "$@"
}

ktap_not() {
	! "$@"
}

# refused WHAT REGEX COMMAND...: passes when the command fails and says so.
refused() {
	local what=$1 regex=$2 status said
	shift 2
	said=$("$@" 2>&1)
	status=$?
	printf '%s\n' "$said"
	if ((status != 0)) && ktap_like "$said" "$regex"; then
		ktap_result ok "$what"
		return 0
	fi
	ktap_result "not ok" "$what"
	diag "status $status: $*"
	diag "wanted a refusal with: $regex"
	diag "got: $said"
	return 1
}

# ktap_mismatch WHAT GOT WANT: fails, and shows both.
ktap_mismatch() {
	ktap_result "not ok" "$1"
	diag "got:  $2"
	diag "want: $3"
	return 1
}

# status_of COMMAND...: its exit status.
status_of() {
	"$@" >/dev/null 2>&1
	echo $?
}

# is WHAT GOT WANT
is() {
	if [[ $2 == "$3" ]]; then
		ktap_result ok "$1"
		return 0
	fi
	ktap_mismatch "$1" "$2" "$3"
}

# ktap_like TEXT REGEX: in one of its lines.
ktap_like() {
	local line
	while IFS= read -r line; do
		[[ ! $line =~ $2 ]] || return 0
	done <<<"$1"
	return 1
}

# like WHAT GOT REGEX: an extended regular expression, line by line.
like() {
	if ktap_like "$2" "$3"; then
		ktap_result ok "$1"
		return 0
	fi
	ktap_mismatch "$1" "$2" "$3"
}

# within WHAT GOT LOW HIGH: integers.
within() {
	if [[ $2 =~ ^-?[0-9]+$ ]] && (($2 >= $3 && $2 <= $4)); then
		ktap_result ok "$1"
		return 0
	fi
	ktap_mismatch "$1" "$2" "$3 to $4"
}

# skip WHAT WHY: counted, and shown as skipped.
skip() {
	((++KTAP_COUNT))
	printf 'ok %d - %s # SKIP %s\n' "$KTAP_COUNT" "$1" "$2" >&3
}

# bail WHY: nothing after this makes sense. Without a plan the topic has failed.
bail() {
	printf 'Bail out! %s\n' "$*" >&3
	exit 1
}

# Memory that nothing points to any more: on a kernel that can tell, each body ends with
# that. A scan at another time would take what is just being handed over for lost. It leaves alone what is younger than five seconds, and takes what has changed
# since the scan before for alive.
ktap_leaks() {
	local file=/sys/kernel/debug/kmemleak
	sleep 6
	echo scan >$file && echo scan >$file || return 1
	! grep . $file
}

# done_testing: the last line of every body.
done_testing() {
	[[ ! -w /sys/kernel/debug/kmemleak ]] || ok "no memory has leaked" ktap_leaks
	rm -f "$KTAP_SAID"
	printf '1..%d\n' "$KTAP_COUNT" >&3
	exit $((KTAP_FAILED > 0))
}
