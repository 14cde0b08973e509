#!/bin/bash
# Writes the files that gen.py makes from kmod/vfctl.yaml:
#	constants_gen.go  messages_gen.go
# Usage: regen.sh [DIR]	into DIR instead of the folder of this script
set -u
bindings=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lib=$bindings/../../tests/lib
for part in log cache apt; do
	# shellcheck source=/dev/null
	. "$lib/$part.sh"
done

[[ $# -le 1 && ${1-} != -* ]] || usage_error "usage: regen.sh [DIR]"
out=${1:-$bindings}
[[ -d $out ]] || usage_error "no such folder: $out"

apt_need python3 python3-yaml golang-go
work_dir
for kind in constants messages; do
	file=${kind}_gen.go
	/usr/bin/python3 "$bindings/gen.py" "$bindings/../../kmod/vfctl.yaml" "$kind" >"$WORK/$file" ||
		die "the generator failed on vfctl.yaml"
	gofmt -w "$WORK/$file" || die "the generator wrote what is no Go"
	cmp -s "$WORK/$file" "$out/$file" || cp "$WORK/$file" "$out/$file"
done
