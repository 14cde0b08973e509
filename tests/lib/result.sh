# shellcheck shell=bash
# Results of tests/run.sh: one line each, and the numbers for its last line.

PASSED=0 FAILED=0 SKIPPED=0

result_ok() {
	((++PASSED))
	printf 'ok     %s\n' "$*"
}

# result_failed WHAT [LOG]: with the end of what was said.
result_failed() {
	((++FAILED))
	printf 'FAILED %s\n' "$1"
	[[ -z ${2-} ]] || tail -n 60 "$2" | sed 's/^/    /'
}

result_skip() {
	((++SKIPPED))
	printf 'skip   %s: %s\n' "$1" "$2"
}

# result_check WHAT COMMAND...: passes when the command does and says nothing
# that should not be there; the command prints what is wrong.
result_check() {
	local what=$1
	shift
	if watched "$WORK/said" "$@"; then
		result_ok "$what"
	else
		result_failed "$what" "$WORK/said"
	fi
}

# result_ktap WHAT COMMAND...: a script that prints KTAP and ends with 4 where it
# cannot be run. One result for each of its tests, one line for all.
result_ktap() {
	local what=$1 said=$WORK/ktap status passed
	shift
	watched "$said" "$@"
	status=$?
	passed=$(grep -c '^ok ' "$said")
	if ((status == 4)); then
		result_skip "$what" "$(sed -n 's/.*# SKIP //p' "$said")"
	elif ((status == 0)) && grep -qx "1\.\.$passed" "$said" && ((passed)); then
		((PASSED += passed - 1))
		result_ok "$what: $passed tests"
	else
		grep -E '^not ok' "$said" >"$said.failed"
		[[ -s $said.failed ]] || cp "$said" "$said.failed"
		result_failed "$what" "$said.failed"
	fi
}

# result_total: the last line, and the status.
result_total() {
	printf '%d passed, %d failed' "$PASSED" "$FAILED"
	((SKIPPED == 0)) || printf ', %d skipped' "$SKIPPED"
	echo
	((FAILED == 0 && PASSED > 0))
}
