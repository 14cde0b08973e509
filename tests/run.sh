#!/bin/bash
# The project's tests.
# Usage: tests/run.sh [unit|static|ethtool|fuzz|qemu|vm|guest|figures|demo ...]
#	unit     user space: built with g++ and with clang++ and sanitizers, and run;
#	         coverage; the library as it is installed
#	static   the module on every kernel: warnings, sparse, checkpatch; shellcheck,
#	         clang-format
#	ethtool  the patches on their base and on a newer ethtool, with its own tests
#	fuzz     what reads bytes and words of others: 60 s, or VFCTL_FUZZ_SECONDS
#	qemu     the patched QEMU's own tests of the card
#	vm       topics on emulated hosts: see tests/vm/run
#	guest    topics on an emulated host with guests of its own
#	figures  a short fig4 of experiments/: with a limit, TCP lives beside UDP
#	demo     examples/demo.sh, also --guests: every command of it has to succeed
# Without arguments: all of them. Missing packages are installed, and what is
# downloaded or built is kept in ~/.cache/vfctl (VFCTL_CACHE names another folder).
set -u
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
for part in log cache apt kernel qemu module igb ethtool newer result tools unit consumer fuzz static; do
	# shellcheck source=/dev/null
	. "$TOP/tests/lib/$part.sh"
done

PARTS=(unit static ethtool fuzz qemu vm guest figures demo)

vm_run() {
	local said
	"$TOP/tests/vm/run" "$@" | tee "$WORK/vm"
	said=$(tail -n 1 "$WORK/vm")
	if [[ $said =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
		((PASSED += BASH_REMATCH[1], FAILED += BASH_REMATCH[2], SKIPPED += ${BASH_REMATCH[4]:-0}))
	else
		result_failed "the emulated hosts could not be started"
	fi
}

guest_run() {
	vm_run --guest
}

figures_run() {
	local status
	step "a short fig4"
	"$TOP/experiments/run.sh" --short --out "$WORK/figures" fig4 >"$WORK/said" 2>&1
	status=$?
	cat "$WORK/said"
	if ((status == 3)); then
		result_skip "a short fig4" "limits do not shape with this QEMU"
	elif ((status)); then
		result_failed "a short fig4" "$WORK/said"
	else
		result_ok "a short fig4"
	fi
}

demo_run() {
	step "the demo"
	result_check "the demo" "$TOP/examples/demo.sh"
	step "the demo with guests"
	result_check "the demo with guests" "$TOP/examples/demo.sh" --guests
}

parts=()
while (($#)); do
	case $1 in
	-h | --help)
		sed -n '2,17s/^# \?//p' "$0"
		exit
		;;
	-*) usage_error "unknown option $1 (usage: tests/run.sh [${PARTS[*]// / }])" ;;
	*)
		[[ " ${PARTS[*]} " == *" $1 "* ]] || usage_error "no such part: $1 (there are: ${PARTS[*]})"
		parts+=("$1")
		;;
	esac
	shift
done
((${#parts[@]})) || parts=("${PARTS[@]}")

work_dir
for part in "${parts[@]}"; do
	"${part}_run"
done
result_total
