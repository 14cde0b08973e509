#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# Each public header compiles by itself as C++17, and all together as C++20 and 23, without a
# warning.
# Usage: headers.sh COMPILER
set -u
here=$(cd "$(dirname "$0")" && pwd)
include=$here/../../../libvfctl/include
work=$(mktemp -d)
trap 'rm -rf "$work"' EXIT

for header in "$include"/vfctl/*.hpp; do
	name=${header##*/}
	printf '#include <vfctl/%s>\n' "$name" >"$work/${name%.hpp}.cpp"
	printf '#include <vfctl/%s>\n' "$name" "$name" >>"$work/all.cc"
done

compiles() {
	"$@" -Wall -Wextra -Wpedantic -Wconversion -Werror -fsyntax-only -I "$include"
}

compiles "$1" -std=c++17 "$work"/*.cpp &&
	compiles "$1" -std=c++20 "$work/all.cc" &&
	compiles "$1" -std=c++2b "$work/all.cc"
