#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Makes corpus/message anew, of what the kernel of an emulated host sends.
# Usage: tests/fuzz/record.sh [KERNEL]	(as tests/vm/run --kernel takes it)
set -eu
top=$(cd "$(dirname "${BASH_SOURCE[0]}")/../.." && pwd)
kernel=${1:-6.12}
corpus=$top/tests/fuzz/corpus/message
logs=${VFCTL_CACHE:-${XDG_CACHE_HOME:-$HOME/.cache}/vfctl}/logs

VFCTL_CACHE=${logs%/logs} "$top/tests/vm/run" --bench --kernel "$kernel" messages
output=$logs/latest/$kernel-messages/output

# A few of each kind say as much as all.
mkdir -p "$corpus"
rm -f "$corpus"/*.hex
tr -d '\r' <"$output" | sed -n 's/^recorded \([a-z-]* [0-9a-f]*\)$/\1/p' |
	awk '++seen[$1] <= 24' | while read -r group datagram; do
		# Fixed width, so that a change of the protocol can be read in a diff.
		fold -w 96 <<<"$datagram" >>"$corpus/$group.hex"
		echo >>"$corpus/$group.hex"
	done
for file in "$corpus"/*.hex; do
	sed -i "1i # Recorded on Linux $kernel: a paragraph for each datagram." "$file"
done
wc -l "$corpus"/*.hex
