#!/bin/bash
# What a guest runs: takes command lines from its host over a virtio-serial port, each
# ended by a zero byte. The answer is what they print, behind a "=", and their status.
# Nothing else is started for that: a process takes long here.
set -u
shopt -s expand_aliases

for entry in /sys/class/virtio-ports/*; do
	[[ $(<"$entry/name") != shell ]] || shell=/dev/${entry##*/}
done
exec 4<>"$shell"
echo ready >&4
while IFS= read -rd '' line <&4; do
	# What stays in the background must not hold the answer back.
	eval "$line" >/tmp/said 2>&1 </dev/null
	status=$?
	mapfile -t said </tmp/said
	answer=''
	((${#said[@]} == 0)) || printf -v answer '=%s\n' "${said[@]}"
	printf '%sstatus %s\n' "$answer" "$status" >&4
done
