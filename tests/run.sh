#!/bin/bash
# The project's tests.
# Usage: tests/run.sh [--long] [--debug-kernel] [--packages] [bed|unit|daemon|bindings|static|ethtool|fuzz|qemu|vm|guest|torture|figures|demo|bare ...]
#	bed      this test bed: the cache, package sources, what is said when something fails
#	unit     user space: built with g++ and with clang++ and sanitizers, and run;
#	         coverage; the library as it is installed
#	daemon   what is around vfctld: metrics, unit, rules, dashboard, threads
#	bindings the package for Go: generated files, gofmt, vet, its tests
#	static   the module on every kernel: warnings, sparse, checkpatch; shellcheck,
#	         clang-format
#	ethtool  the patches on their base and on a newer ethtool, with its own tests
#	fuzz     what reads bytes and words of others: 60 s, or VFCTL_FUZZ_SECONDS
#	qemu     the patched QEMU's own tests of the card
#	vm       topics on emulated hosts: see tests/vm/run
#	guest    topics on an emulated host with guests of its own
#	torture  faults, races, cycles and fuzz on a kernel with every checker on
#	figures  a short fig4 and controller of experiments/: TCP lives beside UDP
#	demo     examples/demo.sh, also --shell and --guests: every command of it has to succeed
#	bare     README's commands on a Debian 12 or 13 without anything else, in a chroot: which
#	         one, and which command beside the demo, the commit decides; with --long all
# --long: part torture in full, for hours instead of minutes, and part vm on that kernel
# as well. --debug-kernel: part vm on that kernel alone. --packages: what the parts need is
# installed, and nothing is run.
# Without arguments: all of them. Missing packages are installed, and what is
# downloaded or built is kept in ~/.cache/vfctl (VFCTL_CACHE names another folder).
set -u
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
for part in log cache times apt kernel libc debug_kernel qemu module igb ethtool result build tools unit daemon bindings consumer fuzz static torture image vm demo bare bed; do
	# shellcheck source=/dev/null
	. "$TOP/tests/lib/$part.sh"
done

PARTS=(bed unit daemon bindings static ethtool fuzz qemu vm guest torture figures demo bare)
VM_FLAGS=()
VM_KERNELS=()

vm_run() {
	local said
	interruptible vm_run_said "$@"
	said=$(tail -n 1 "$WORK/vm")
	if [[ $said =~ ^([0-9]+)\ passed,\ ([0-9]+)\ failed(,\ ([0-9]+)\ skipped)?$ ]]; then
		((PASSED += BASH_REMATCH[1], FAILED += BASH_REMATCH[2], SKIPPED += ${BASH_REMATCH[4]:-0}))
	else
		result_failed "the emulated hosts did not come to their total"
	fi
}

vm_run_said() {
	"$TOP/tests/vm/run" "$@" | tee "$WORK/vm"
}

vm_part_run() {
	vm_run "${VM_KERNELS[@]}" "${VM_FLAGS[@]}"
}

guest_run() {
	vm_run --guest
}

figures_run() {
	local status what="a short fig4 and controller" try
	step "$what"
	# They are measured by the clock of a machine that may have had something else to do.
	for try in first second; do
		watched "$WORK/said" "$TOP/experiments/run.sh" --short --out "$WORK/figures" fig4 controller
		status=$?
		cat "$WORK/said"
		((status == 1)) || break
		say "figures: the $try try failed"
	done
	if ((status == 3)); then
		result_skip "$what" "limits do not shape with this QEMU"
	elif ((status)); then
		result_failed "$what" "$WORK/said"
	else
		result_ok "$what"
	fi
}

figures_packages() {
	vm_packages
	apt_need gnuplot-nox
}

guest_packages() {
	vm_packages
	tools_need
	apt_need patch
}

# packages_only PART...: of their lists, not of what is built first when a part is run.
packages_only() {
	local part
	for part; do
		step "packages of part $part"
		"${part}_packages"
	done
}

# hosts_run PART...: vm, guest and torture that follow each other are one queue, so that no processor
# waits for the last topic of each.
hosts_run() {
	local part
	local -a folders=()
	for part; do
		folders+=("--${part/#vm/topics}")
	done
	step "part $*"
	times_start
	vm_run "${folders[@]}"
	times_end part "$(IFS=+ && echo "$*")"
}

# part_run PART
part_run() {
	step "part $1"
	times_start
	if [[ $1 == vm ]]; then
		vm_part_run
	else
		"${1}_run"
	fi
	times_end part "$1"
}

parts=() only=run
while (($#)); do
	case $1 in
	-h | --help)
		sed -n '2,26s/^# \?//p' "$0"
		exit
		;;
	--long)
		VM_FLAGS=(--long)
		[[ ${VM_KERNELS[*]} == --debug-kernel ]] || VM_KERNELS=("${KERNEL_SERIES[@]/#/--kernel=}" --kernel="$KERNEL_DEBUG")
		;;
	--debug-kernel) VM_KERNELS=(--debug-kernel) ;;
	--packages) only=packages ;;
	-*) usage_error "unknown option $1 (usage: tests/run.sh [--long] [--debug-kernel] [--packages] [${PARTS[*]// / }])" ;;
	*)
		[[ " ${PARTS[*]} " == *" $1 "* ]] || usage_error "no such part: $1 (there are: ${PARTS[*]})"
		parts+=("$1")
		;;
	esac
	shift
done
((${#parts[@]})) || parts=("${PARTS[@]}")

if [[ $only == packages ]]; then
	packages_only "${parts[@]}"
	exit
fi
work_dir
cache_forget
times_begin
hosts=()
for part in "${parts[@]}" ''; do
	if [[ $part == @(vm|guest|torture) && -z ${VM_KERNELS[*]}${VM_FLAGS[*]} ]]; then
		hosts+=("$part")
		continue
	fi
	((${#hosts[@]} == 0)) || hosts_run "${hosts[@]}"
	hosts=()
	[[ -z $part ]] || part_run "$part"
done
times_table
result_total
