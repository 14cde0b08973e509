#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# vfctl::rate::parse() reads a rate as tc does: the same words go to both.
# Usage: library-vs-tc.sh PROGRAM	(print_rate.cpp, as built)
#
# Needs root (for a network namespace), ip, tc and the qdisc tbf. Prints KTAP.
# Exit code: 0 all the same, 1 not, 4 cannot be run.

set -u

program=${1:?"usage: $0 PROGRAM"}
here=$(cd "$(dirname "$0")" && pwd) || exit 4
# shellcheck source=tests/rate/words.sh
. "$here/words.sh"
# shellcheck source=tests/rate/tc.sh
. "$here/tc.sh"

higher+=(18446744073709551615 72057594037927951)
nothing+=(max MAX)

rate_compare "$program"
