# shellcheck shell=bash
# Debian's kernels: image, headers and source of a series ("6.12"), unpacked in
# the cache; nothing of them is installed.

KERNEL_SERIES=(6.1 6.12)

# kernel_find SERIES: prints "SUITE IMAGE-PACKAGE VERSION" of the newest kernel
# of that series. The machine's own sources come first, then other suites.
kernel_find() {
	local series=$1 suite meta image version codename
	codename=$(debian_codename) || exit 1
	for suite in machine "$codename-security" "$codename-backports" \
		bookworm-security bookworm trixie-security trixie; do
		apt_suite "$suite" || continue
		for meta in "linux-image-$series-amd64" linux-image-amd64; do
			image=$(apt_field "$meta" Depends | grep -oE '^linux-image-[^ ,]+')
			[[ $image == "linux-image-$series."* ]] || continue
			version=$(apt_field "$image" Version)
			[[ -n $version ]] || continue
			printf '%s %s %s\n' "$suite" "$image" "$version"
			return
		done
	done
	say "no Debian suite that this machine can reach has a $series kernel"
	return 1
}

# The search is done once: a warm run needs no network and tests the same kernel.
kernel_found() {
	cat "$(cache_item "kernel/$1-found" kernel_find_into "$1")/found"
}

kernel_find_into() {
	kernel_find "$2" >"$1/found"
}

# kernel_release SERIES: what `uname -r` says in that kernel.
kernel_release() {
	local suite image version tree
	if [[ $1 == "$KERNEL_DEBUG" ]]; then
		tree=$(debug_kernel_tree) && cat "$tree/release"
		return
	fi
	read -r suite image version < <(kernel_found "$1") && [[ -n $version ]] || return 1
	printf '%s\n' "${image#linux-image-}"
}

# kernel_tree SERIES: folder with boot/vmlinuz-*, lib/modules/*, and build/, the
# headers for out-of-tree modules.
kernel_tree() {
	local suite image version
	if [[ $1 == "$KERNEL_DEBUG" ]]; then
		debug_kernel_tree
		return
	fi
	read -r suite image version < <(kernel_found "$1") && [[ -n $version ]] || return 1
	cache_item "kernel/${image#linux-image-}_$version" kernel_unpack "$suite" "$image"
}

kernel_unpack() {
	local dir=$1 suite=$2 image=$3 release headers
	release=${image#linux-image-}
	apt_suite "$suite" || return 1
	headers=$(kernel_header_packages "$release")
	step "downloading Linux $release"
	# shellcheck disable=SC2086 # a list of package names
	deb_unpack "$dir" "$image" $headers || return 1
	# From Debian 13 on the image carries its modules below /usr.
	[[ -e $dir/lib/modules ]] || ln -s usr/lib "$dir/lib"
	kernel_relocate_headers "$dir" "$release"
}

kernel_header_packages() {
	local package=linux-headers-$1
	printf '%s\n' "$package"
	apt_field "$package" Depends | tr ',' '\n' |
		sed -nE 's/^ *(linux-(headers|kbuild)-[^ ]+).*/\1/p'
}

# The headers name each other by absolute paths below /usr/src and /usr/lib.
kernel_relocate_headers() {
	local dir=$1 release=$2 link target
	grep -rlE --include=Makefile --include=.kernelvariables '/usr/(src|lib)/linux-' \
		"$dir/usr/src" | xargs -r sed -i -E "s,(^|[^.[:alnum:]])/usr/(src|lib)/linux-,\1$CACHE_FINAL/usr/\2/linux-,g"
	while IFS= read -r link; do
		target=$(readlink "$link")
		[[ $target == /* ]] && ln -sfn "$CACHE_FINAL$target" "$link"
	done < <(find "$dir/usr/src" "$dir/usr/lib" -type l)
	ln -s "usr/src/linux-headers-$release" "$dir/build"
	# With it BTF would be made, for which pahole would have to fit the kernel.
	rm -f "$dir/build/vmlinux"
}

# linux_source SERIES: folder of an unpacked part of that series' source: the
# drivers that are built from it and, of 6.12, the generator and checkpatch.
linux_source_parts() {
	printf '%s\n' COPYING drivers/net/ethernet/intel/{igb,igbvf} drivers/net/netdevsim
	[[ $1 == 6.12 ]] || return 0
	printf '%s\n' MAINTAINERS scripts/{checkpatch.pl,spelling.txt,const_structs.checkpatch} \
		Documentation/netlink tools/net/ynl include/uapi
}

linux_source() {
	local suite image version series=${1%-debug}
	read -r suite image version < <(kernel_found "$series") && [[ -n $version ]] || return 1
	# A longer list of parts is another item.
	cache_item "source/linux-${version}_$(linux_source_parts "$series" | cksum | cut -d' ' -f1)" \
		linux_source_unpack "$suite" "$series" "$version"
}

linux_source_unpack() {
	local dir=$1 suite=$2 series=$3 version=$4 parts
	mapfile -t parts < <(linux_source_parts "$series")
	apt_need xz-utils
	linux_source_fetch "$dir" "$suite" "$series" "$version" |
		tar -xJ -C "$dir" --strip-components=1 "${parts[@]/#/linux-source-$series/}"
	[[ ${PIPESTATUS[*]} == "0 0" ]]
}

# linux_source_fetch DIR SUITE SERIES VERSION: prints the whole of it, a compressed
# tar archive; DIR takes the package meanwhile.
linux_source_fetch() {
	local dir=$1 suite=$2 series=$3 version=$4
	apt_suite "$suite" || return 1
	step "downloading the source of Linux $series (about 150 MB)"
	apt_fetch "$dir" "linux-source-$series=$version" || return 1
	dpkg-deb --fsys-tarfile "$dir"/linux-source-*.deb |
		tar -xO "./usr/src/linux-source-$series.tar.xz"
	rm "$dir"/linux-source-*.deb
}
