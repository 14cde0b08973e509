#!/bin/bash
# SPDX-License-Identifier: GPL-2.0
#
# The ethtool patches carry a copy of the header that is generated from
# kmod/vfctl.yaml. Shows that it is the same.
#
# Needs git. Prints KTAP. Exit code: 0 the same, 1 not.

set -u

top=$(cd "$(dirname "$0")/../.." && pwd) || exit 1
work=$(mktemp -d) || exit 1
trap 'rm -rf "$work"' EXIT

echo "KTAP version 1"
echo "1..1"

(cd "$work" && git apply --include='uapi/linux/vfctl.h' \
	"$top"/patches/ethtool/*.patch)
if difference=$(diff -u "$work/uapi/linux/vfctl.h" \
	"$top/kmod/uapi/linux/vfctl.h" 2>&1); then
	echo "ok 1 - uapi/linux/vfctl.h of the ethtool patches is the generated one"
	exit 0
fi

echo "not ok 1 - uapi/linux/vfctl.h of the ethtool patches is the generated one"
printf '%s\n' "$difference" | sed 's/^/# /'
exit 1
