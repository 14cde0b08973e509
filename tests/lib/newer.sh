# shellcheck shell=bash
# Headers of the newest kernel that Debian has, of whatever suite: the module is
# compiled against them, not run.

NEWER_SUITES=(sid trixie-backports)

# newer_find: prints "SUITE HEADERS-PACKAGE VERSION", the newest of all.
newer_find() {
	local suite package version
	for suite in "${NEWER_SUITES[@]}"; do
		apt_suite "$suite" || continue
		package=$(apt_field linux-headers-amd64 Depends | grep -oE 'linux-headers-[0-9][^ ,]*')
		version=$(apt_field "${package:-none}" Version)
		[[ -z $version ]] || printf '%s %s %s\n' "$suite" "$package" "$version"
	done | sort -V -k 3 | tail -n 1
}

# newer_headers SUITE PACKAGE VERSION: prints the folder to give to make -C.
newer_headers() {
	local tree
	tree=$(cache_item "headers/${2#linux-headers-}_$3" newer_unpack "$1" "$2") || return 1
	printf '%s/build\n' "$tree"
}

newer_unpack() {
	local dir=$1 suite=$2 package=$3 packages
	apt_suite "$suite" || return 1
	step "downloading the headers of Linux ${package#linux-headers-}"
	mapfile -t packages < <(kernel_header_packages "${package#linux-headers-}")
	deb_unpack "$dir" "${packages[@]}" || return 1
	kernel_relocate_headers "$dir" "${package#linux-headers-}"
	ldd "$dir"/usr/lib/linux-kbuild-*/tools/objtool/objtool* 2>&1 | grep -q 'GLIBC.*not found' || return 0
	newer_give_libraries "$dir" "$suite"
}

# The tools beside the headers want a newer libc than this machine's: they get
# that one, from the same suite or the release below it, in the cache.
newer_give_libraries() {
	local dir=$1 suite package missing=() tool loader
	for suite in "$2" "${2%-backports}"; do
		apt_suite "$suite" || return 1
		for package in libc6 libelf1t64 libssl3t64 zlib1g libzstd1; do
			compgen -G "$dir/libraries/usr/share/doc/$package" >/dev/null && continue
			[[ -n $(apt_field "$package" Version) ]] || continue
			deb_unpack "$dir/libraries" "$package" || return 1
		done
	done
	apt_need patchelf file
	loader=$(find "$dir/libraries" -name ld-linux-x86-64.so.2 -path '*x86_64*' | head -n 1)
	[[ -n $loader ]] || return 1
	loader=$CACHE_FINAL${loader#"$dir"}
	find "$dir/usr/lib" -type f -perm -u+x | while read -r tool; do
		[[ $(file -b "$tool") == *interpreter* ]] || continue
		patchelf --set-interpreter "$loader" --set-rpath "${loader%/*}" "$tool" || exit 1
	done
}

# newer_make HEADERS DIR: the options of a newer gcc that were found out when the
# headers were configured are left out where this machine's gcc lacks them.
newer_make() {
	local options=()
	if ! gcc -fmin-function-alignment=16 -x c -c -o /dev/null /dev/null 2>/dev/null; then
		options+=(CONFIG_CC_HAS_MIN_FUNCTION_ALIGNMENT=)
	fi
	run_logged "$2/make.log" make -C "$1" "M=$2" CC=gcc -j"$(nproc)" "${options[@]}" modules
}
