#!/bin/bash
# Writes the files that the kernel's own generator makes from vfctl.yaml:
#	vfctl-nl-gen.c  vfctl-nl-gen.h  uapi/linux/vfctl.h
# Usage: regen.sh [DIR]	into DIR instead of the folder of this script
set -u
kmod=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
lib=$kmod/../tests/lib
for part in log cache apt kernel; do
	# shellcheck source=/dev/null
	. "$lib/$part.sh"
done

[[ $# -le 1 && ${1-} != -* ]] || usage_error "usage: regen.sh [DIR]"
out=${1:-$kmod}
[[ -d $out ]] || usage_error "no such folder: $out"

apt_need python3 python3-yaml python3-jsonschema
source=$(linux_source 6.12) || die "the generator comes with the source of Linux 6.12, which is not to be had"
work_dir

# The generator wants to be in a kernel tree: it looks for MAINTAINERS above the
# specification, and for the schema beside its folder. Without them it loops.
specs=$WORK/Documentation/netlink/specs
mkdir -p "$specs"
: >"$WORK/MAINTAINERS"
cp "$source"/Documentation/netlink/*.yaml "$WORK/Documentation/netlink/"
cp "$kmod/vfctl.yaml" "$specs/"

# generate MODE KIND FILE
generate() {
	mkdir -p "$WORK/$(dirname "$3")"
	timeout 60 /usr/bin/python3 "$source/tools/net/ynl/ynl-gen-c.py" --mode "$1" "--$2" \
		--spec "$specs/vfctl.yaml" -o "$WORK/$3" || die "the generator failed on vfctl.yaml"
	[[ -s $WORK/$3 ]] || die "the generator wrote nothing to $3"
	sed -i 's,Documentation/netlink/specs/vfctl\.yaml,kmod/vfctl.yaml,' "$WORK/$3"
}

generate kernel source vfctl-nl-gen.c
generate kernel header vfctl-nl-gen.h
generate uapi header uapi/linux/vfctl.h

mkdir -p "$out/uapi/linux"
for file in vfctl-nl-gen.c vfctl-nl-gen.h uapi/linux/vfctl.h; do
	cmp -s "$WORK/$file" "$out/$file" || cp "$WORK/$file" "$out/$file"
done
