#!/bin/bash
# The figures of the paper, measured anew on emulated hosts: makes a CSV file and a
# plot for each, and prints what was measured.
# Usage: experiments/run.sh [--short] [--kernel 6.1|6.12|newest] [--out DIR] [fig1|fig4|controller|gaps|table1|all ...]
#	fig1    TCP and UDP share a bottleneck, without limits
#	fig4    the same, with the sender of UDP limited to half of it
#	controller  the same as fig1, with vfctld and no limit set by hand
#	gaps    times at which packets leave a limited queue
#	table1  goodput and transactions of the plain PF, a VF in a namespace, a VF in a guest
#	--short fewer seconds
#	--out   where the files go; experiments/results else
# Missing packages are installed, and what is downloaded or built is kept in
# ~/.cache/vfctl (VFCTL_CACHE names another folder). Exit status 1: something was not
# as the paper has it; 3: there is no QEMU whose card limits rates.
set -u
TOP=$(cd "$(dirname "${BASH_SOURCE[0]}")/.." && pwd)
for part in log cache apt kernel libc debug_kernel qemu module ethtool build tools image vm; do
	# shellcheck source=/dev/null
	. "$TOP/tests/lib/$part.sh"
done
# shellcheck source=/dev/null
. "$TOP/experiments/hosts.sh"

export PYTHONDONTWRITEBYTECODE=1
EXPERIMENTS=(fig1 fig4 controller gaps table1)
SERIES=6.12 OUT=$TOP/experiments/results SHORT=
SECONDS_ALONE=10 SECONDS_BOTH=20 SECONDS_GAPS=5 SECONDS_TABLE=10

# The paper's rates, divided by ten.
BOTTLENECK=80 UDP=100 HALF=40
# What vfctld is told: 95 % of it, so that TCP meets its own limit before the bottleneck's.
CAPACITY=76

share() {
	local name=$1 limit=$2 capacity=${3:-0}
	hosts_trace
	hosts_start "$TOP/experiments/receiver.sh" "exp_bottleneck=$BOTTLENECK" || return 1
	hosts_run "$TOP/experiments/sender.sh" "exp_limit=$limit" "exp_capacity=$capacity" "exp_udp=$UDP" \
		"exp_alone=$SECONDS_ALONE" "exp_both=$SECONDS_BOTH" || return 1
	"$TOP/experiments/share.py" --alone "$SECONDS_ALONE" --both "$SECONDS_BOTH" \
		--bottleneck "$BOTTLENECK" --limit "$limit" --capacity "$capacity" --trace "$WORK/trace" "$WORK/receiver.output" "$OUT/$name.csv" || return 1
	plot "$name" share.gnuplot
}

fig1() {
	share fig1 0
}

fig4() {
	share fig4 "$HALF"
}

controller() {
	share controller 0 "$CAPACITY"
}

gaps() {
	hosts_trace
	hosts_run "$TOP/experiments/gaps.sh" "exp_seconds=$SECONDS_GAPS" || return 1
	"$TOP/experiments/gaps.py" "$WORK/trace" "$OUT/gaps.csv" || return 1
	plot gaps gaps.gnuplot
}

table1() {
	apt_need qperf
	hosts_start "$TOP/experiments/server.sh" || return 1
	VM_GUESTS=yes HOST_LIMIT=600
	hosts_run "$TOP/experiments/table1.sh" "exp_seconds=$SECONDS_TABLE" || return 1
	"$TOP/experiments/table1.py" "$WORK/sender.output" "$OUT/table1.csv" || return 1
	plot table1 table1.gnuplot
}

plot() {
	gnuplot -e "csv='$OUT/$1.csv'; svg='$OUT/$1.svg'; name='$1'" "$TOP/experiments/$2"
}

chosen=()
while (($#)); do
	case $1 in
	-h | --help)
		sed -n '2,15s/^# \?//p' "$0"
		exit
		;;
	--short)
		SHORT=yes
		SECONDS_ALONE=4 SECONDS_BOTH=8 SECONDS_GAPS=2 SECONDS_TABLE=2
		;;
	--kernel | --out)
		(($# > 1)) || usage_error "$1 takes a value"
		if [[ $1 == --out ]]; then
			OUT=$2
		elif [[ " ${KERNEL_SERIES[*]} " == *" $2 "* ]]; then
			SERIES=$2
		else
			usage_error "--kernel takes one of: ${KERNEL_SERIES[*]}"
		fi
		shift
		;;
	all) chosen+=("${EXPERIMENTS[@]}") ;;
	*)
		[[ " ${EXPERIMENTS[*]} " == *" $1 "* ]] ||
			usage_error "no such experiment: $1 (there are: ${EXPERIMENTS[*]} all)"
		chosen+=("$1")
		;;
	esac
	shift
done
((${#chosen[@]})) || chosen=("${EXPERIMENTS[@]}")

# experiments_run NAME...: all of them, whatever becomes of one.
experiments_run() {
	local one status=0
	for one; do
		step "$one${SHORT:+, short}"
		"$one" || {
			say "failed: $one"
			status=1
		}
		hosts_end
	done
	return "$status"
}

hosts_prepare
mkdir -p "$OUT" || die "cannot write to $OUT"
experiments_run "${chosen[@]}"
