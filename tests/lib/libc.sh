# shellcheck shell=bash
# A newer libc, in the cache, for programs of a newer Debian than this machine has.

# libc_give DIR SUITE FOLDER...: the programs below these folders of DIR are of that suite.
# Those that need a newer libc than this machine's get that of the suite, in DIR/libraries.
# Where none of them does, nothing is changed.
libc_give() {
	local dir=$1 suite=$2 loader program
	shift 2
	libc_missed "$@" || return 0
	step "downloading a libc for the programs of ${CACHE_FINAL##*/}"
	libc_unpack "$dir/libraries" "$suite" || return 1
	apt_need patchelf file
	loader=$(find "$dir/libraries" -name ld-linux-x86-64.so.2 -path '*x86_64*' | head -n 1)
	[[ -n $loader ]] || return 1
	loader=$CACHE_FINAL${loader#"$dir"}
	find "$@" -type f -perm -u+x | while read -r program; do
		[[ $(file -b "$program") == *interpreter* ]] || continue
		patchelf --set-interpreter "$loader" --set-rpath "${loader%/*}" "$program" || exit 1
	done
}

# libc_missed FOLDER...: one of the programs below them wants symbols that this machine's
# libc has not.
libc_missed() {
	find "$@" -type f -perm -u+x -exec ldd {} + 2>&1 | grep -q 'GLIBC.*not found'
}

# libc_unpack DIR SUITE: with the other libraries of such programs; what the suite has not
# comes from the release that it belongs to.
libc_unpack() {
	local dir=$1 suite package
	for suite in "$2" "${2%-*}"; do
		apt_suite "$suite" || return 1
		for package in libc6 libelf1t64 libssl3t64 zlib1g libzstd1; do
			[[ ! -e $dir/usr/share/doc/$package && -n $(apt_field "$package" Version) ]] || continue
			deb_unpack "$dir" "$package" || return 1
		done
	done
}
