# shellcheck shell=bash
# Debian's kernels: image, headers and source of a series ("6.12", or "newest", the newest
# of any suite), unpacked in the cache; nothing of them is installed.

KERNEL_SERIES=(6.1 6.12 newest)

# kernel_find SERIES: prints "SUITE IMAGE-PACKAGE VERSION" of the newest kernel
# of that series. The machine's own sources come first, then other suites.
kernel_find() {
	local series=$1 suite meta image version codename
	codename=$(debian_codename) || exit 1
	for suite in machine "$codename-security" "$codename-backports" \
		bookworm-security bookworm trixie-security trixie; do
		apt_suite "$suite" || continue
		for meta in "linux-image-$series-amd64" linux-image-amd64; do
			read -r image version < <(kernel_image "$meta")
			[[ $image == "linux-image-$series."* && -n $version ]] || continue
			printf '%s %s %s\n' "$suite" "$image" "$version"
			return
		done
	done
	say "no Debian suite that this machine can reach has a $series kernel"
	return 1
}

# kernel_find_newest: as kernel_find, the highest version of all suites. Suite
# experimental is not looked into: it has release candidates.
kernel_find_newest() {
	local suite image version codename newest=0 found=''
	codename=$(debian_codename) || exit 1
	while read -r suite; do
		apt_suite "$suite" || continue
		read -r image version < <(kernel_image linux-image-amd64)
		dpkg --compare-versions "${version:-0}" gt "$newest" || continue
		newest=$version found="$suite $image $version"
	done < <(printf '%s\n' sid {"$codename",trixie,bookworm}{-backports,-security,} | sort -u)
	[[ -n $found ]] || { say "this machine can reach no Debian suite"; return 1; }
	printf '%s\n' "$found"
}

# kernel_image META: prints "IMAGE-PACKAGE VERSION" of the kernel that this package
# depends on, in the chosen suite.
kernel_image() {
	local image
	image=$(apt_field "$1" Depends | grep -oE 'linux-image-[0-9][^ ,]*' | head -n 1)
	printf '%s %s\n' "$image" "$(apt_field "${image:-none}" Version)"
}

# kernel_found SERIES: as kernel_find. The search is done once: a warm run needs no
# network and tests the same kernel. The newest is looked for again each week.
kernel_found() {
	local key=$1 item
	[[ $1 != newest ]] || key+=-$(date -d "@$VFCTL_BEGAN" +%G-%V)
	item=$(cache_item "kernel/$key-found" kernel_find_into "$1") && cat "$item/found"
}

# Where no suite can be reached the newest is the one that was found last.
kernel_find_into() {
	local last
	if [[ $2 != newest ]]; then
		kernel_find "$2" >"$1/found"
	elif ! kernel_find_newest >"$1/found"; then
		last=$(find "$CACHE"/kernel/newest-*-found/found 2>/dev/null | sort | tail -n 1)
		[[ -n $last ]] && cp "$last" "$1/found"
	fi
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

# kernel_name SERIES: for people, who do not know which one is the newest.
kernel_name() {
	local name=$1
	[[ $1 != newest ]] || name=$(kernel_release newest) || return 1
	printf '%s\n' "$name"
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
	local dir=$1 suite=$2 release=${3#linux-image-}
	local -a packages
	apt_suite "$suite" || return 1
	step "downloading Linux $release"
	mapfile -t packages < <(kernel_packages "$release")
	deb_unpack "$dir" "${packages[@]}" || return 1
	# From Debian 13 on modules are below /usr, and from 7.x on the image is with them.
	[[ -e $dir/lib/modules ]] || ln -s usr/lib "$dir/lib"
	if [[ ! -e $dir/boot/vmlinuz-$release ]]; then
		mkdir -p "$dir/boot" && ln -s "../lib/modules/$release/vmlinuz" "$dir/boot/vmlinuz-$release" || return 1
	fi
	[[ -r $dir/boot/vmlinuz-$release ]] || { say "the packages of Linux $release have no vmlinuz"; return 1; }
	kernel_relocate_headers "$dir" "$release"
	libc_give "$dir" "$suite" "$dir"/usr/lib/linux-kbuild-*
}

# kernel_packages RELEASE: the image and the headers, each with those that it is split into.
kernel_packages() {
	local package
	for package in "linux-image-$1" "linux-headers-$1"; do
		printf '%s\n' "$package"
		apt_field "$package" Depends | tr ',' '\n' |
			sed -nE 's/^ *(linux-(binary|base|modules|headers|kbuild)-[0-9][^ ]*).*/\1/p'
	done | sort -u
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

# linux_source SERIES: folder of an unpacked part of that series' source: the drivers that
# are built from it, the netlink client where it has one and, of 6.12, the generator and
# checkpatch.
linux_source_parts() {
	printf '%s\n' COPYING drivers/net/ethernet/intel/{igb,igbvf} drivers/net/netdevsim
	case $1 in
	6.12) printf '%s\n' MAINTAINERS scripts/{checkpatch.pl,spelling.txt,const_structs.checkpatch} \
		Documentation/netlink tools/net/ynl include/uapi ;;
	newest) printf '%s\n' Documentation/netlink tools/net/ynl ;;
	esac
}

# linux_source_ynl SERIES: the source whose netlink client (YNL) is used on that kernel.
# Its own, but 6.1 has none.
linux_source_ynl() {
	if [[ $1 == newest ]]; then
		linux_source newest
	else
		linux_source 6.12
	fi
}

linux_source() {
	local suite image version series=${1%-debug}
	read -r suite image version < <(kernel_found "$series") && [[ -n $version ]] || return 1
	# A longer list of parts is another item.
	cache_item "source/linux-${version}_$(linux_source_parts "$series" | cksum | cut -d' ' -f1)" \
		linux_source_unpack "$suite" "$series" "$version"
}

linux_source_unpack() {
	local dir=$1 suite=$2 series=$3 version=$4 name parts
	name=$(linux_source_package "$version")
	mapfile -t parts < <(linux_source_parts "$series")
	apt_need xz-utils
	linux_source_fetch "$dir" "$suite" "$version" |
		tar -xJ -C "$dir" --strip-components=1 "${parts[@]/#/$name/}"
	[[ ${PIPESTATUS[*]} == "0 0" ]]
}

# linux_source_package VERSION: linux-source-6.12 of 6.12.117-1.
linux_source_package() {
	grep -oE '^[0-9]+\.[0-9]+' <<<"$1" | sed 's/^/linux-source-/'
}

# linux_source_fetch DIR SUITE VERSION: prints the whole of it, a compressed
# tar archive; DIR takes the package meanwhile.
linux_source_fetch() {
	local dir=$1 suite=$2 version=$3 name
	name=$(linux_source_package "$version")
	apt_suite "$suite" || return 1
	step "downloading the source of Linux $version (about 150 MB)"
	apt_fetch "$dir" "$name=$version" || return 1
	dpkg-deb --fsys-tarfile "$dir"/linux-source-*.deb |
		tar -xO "./usr/src/$name.tar.xz"
	rm "$dir"/linux-source-*.deb
}
