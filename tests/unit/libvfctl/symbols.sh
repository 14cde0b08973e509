#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-only
# What the shared library exports is what libvfctl/symbols.txt has, and its name
# is the one that programs were linked with.
# Usage: symbols.sh LIBVFCTL.SO [--update]
set -u
here=$(cd "$(dirname "$0")" && pwd)
library=$1 list=$here/../../../libvfctl/symbols.txt soname=libvfctl.so.1
fault=0

# Demangled, so that the constructors and destructors of one class, of which a
# compiler makes one or two, are one line; and with the names that are in the
# headers. Version nodes are absolute symbols.
exported() {
	nm --dynamic --defined-only --without-symbol-versions --demangle "$library" |
		sed -E '/^[0-9a-f]* A /d; s/^[0-9a-f]* . //; s/> >/>>/g; s/> >/>>/g; s/\[abi:cxx11\]//
			s/std::__cxx11::basic_string<char, std::char_traits<char>, std::allocator<char>>/std::string/g
			s/std::basic_string_view<char, std::char_traits<char>>/std::string_view/g
			s/std::chrono::duration<long, std::ratio<1l, 1000l>>/std::chrono::milliseconds/g
			s/std::vector<([a-z_:]+), std::allocator<\1>>/std::vector<\1>/g' |
		LC_ALL=C sort -u
}

if [[ ${2-} == --update ]]; then
	exported >"$list"
	exit
fi

if ! diff -u --label symbols.txt --label "${library##*/}" "$list" <(exported); then
	echo "Symbols that were added: update the list ($0 $library --update)."
	echo "Symbols that are gone or have changed: programs that use them will not run any"
	echo "more, so the SONAME has to change as well."
	fault=1
fi

named=$(readelf --dynamic "$library" | sed -n 's/.*(SONAME).*\[\(.*\)\]/\1/p')
if [[ $named != "$soname" ]]; then
	echo "The SONAME is $named and not $soname."
	fault=1
fi
exit "$fault"
